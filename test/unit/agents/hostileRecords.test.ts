import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import { transcripts } from './readHome.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/agents');
/** One small case per agent with every kind of record. */
const CASES: Record<string, string[]> = {
  'claude-code': ['blocks-and-targets', 'progress-rows', 'subagents-sidecar'],
  codex: ['repeated-counts', 'records-and-counts', 'forks-and-compaction'],
  pi: ['asides-and-branches', 'version-1'],
  kimi: ['compaction-and-agents', 'cli-mirrors-and-forks'],
};
const ODD: readonly unknown[] = [
  null,
  undefined,
  true,
  -1,
  1.5,
  2 ** 60,
  '',
  'x',
  '2999-01-01T00:00:00Z',
  [],
  [null],
  [[]],
  {},
  { type: {} },
  { type: 'text' },
];

/** Replaces one value somewhere inside by an odd one. `route` picks the way down. */
function spoil(value: unknown, route: readonly number[], odd: unknown): unknown {
  const [turn = 0, ...rest] = route;
  if (typeof value !== 'object' || value === null || route.length === 0) return odd;
  const keys = Object.keys(value);
  if (keys.length === 0) return odd;
  const key = keys[turn % keys.length] ?? '';
  const copy = Array.isArray(value) ? [...value] : { ...value };
  (copy as Record<string, unknown>)[key] = spoil((value as Record<string, unknown>)[key], rest, odd);
  return copy;
}

describe('records of any shape', () => {
  for (const agent of ALL_AGENTS) {
    if (agent.form !== 'lines') continue;
    it(`never make ${agent.label}'s reader throw or tell impossible numbers`, () => {
      const files = (CASES[agent.id] ?? []).flatMap((name) =>
        transcripts(join(FIXTURES, agent.id, name, 'home'), agent),
      );
      assert.ok(files.length > 0, 'a case per agent');
      const lines = files.flatMap((file) =>
        readFileSync(file.path, 'utf8')
          .split('\n')
          .filter((line) => line !== ''),
      );
      const file = files[0];
      assert.ok(file);
      const reader = agent.open(file);
      assert.ok(reader);
      fc.assert(
        fc.property(
          fc.nat(lines.length - 1),
          fc.array(fc.nat(30), { minLength: 1, maxLength: 6 }),
          fc.constantFrom(...ODD),
          (at, route, odd) => {
            const record = JSON.stringify(spoil(JSON.parse(lines[at] ?? ''), route, odd)) ?? '';
            const reading = reader.read({ bytes: Buffer.from(record), offset: 0 });
            assert.ok(['read', 'unknown', 'rejected'].includes(reading.outcome));
            assert.equal(reading.detail === undefined, reading.outcome === 'read');
            for (const event of reading.events) {
              assert.equal(typeof event.sessionId, 'string');
              assert.equal(typeof event.thread, 'string');
              const numbers =
                event.type === 'request'
                  ? [...Object.values(event.usage), event.atMs]
                  : event.type === 'block'
                    ? [event.chars]
                    : [];
              for (const number of numbers) assert.ok(Number.isSafeInteger(number) && number >= 0);
              if (event.type === 'request')
                assert.ok(typeof event.model === 'string' && typeof event.requestId === 'string');
            }
            JSON.stringify(reader.state());
          },
        ),
        { numRuns: 3000 },
      );
    });
  }
});
