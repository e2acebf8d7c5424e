import assert from 'node:assert/strict';
import { historyStartMs } from '../../../src/views/retention.ts';

const CASES: [now: string, months: number, start: string][] = [
  ['2026-11-22T08:00:00Z', 1, '2026-10-22'],
  ['2026-11-22T23:59:59Z', 12, '2025-11-22'],
  ['2026-03-31T12:00:00Z', 1, '2026-02-28'],
  ['2028-03-31T12:00:00Z', 1, '2028-02-29'],
  ['2026-01-15T00:00:00Z', 13, '2024-12-15'],
  ['2026-01-01T00:00:00Z', 1, '2025-12-01'],
];

describe('the history that is kept', () => {
  for (const [now, months, start] of CASES)
    it(`of ${months} months begins on ${start} at ${now}`, () =>
      assert.equal(new Date(historyStartMs(Date.parse(now), months)).toISOString(), `${start}T00:00:00.000Z`));
});
