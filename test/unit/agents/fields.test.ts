import assert from 'node:assert/strict';
import { timeMs } from '../../../src/agents/fields.ts';

describe('a time in a record', () => {
  it('is an ISO time or a number of milliseconds', () => {
    const atMs = Date.UTC(2026, 10, 22, 5, 7, 1, 123);
    assert.equal(timeMs('2026-11-22T05:07:01.123Z'), atMs);
    assert.equal(timeMs('2026-11-22T06:07:01.123+01:00'), atMs);
    assert.equal(timeMs('2026-11-22T05:07:01Z'), atMs - 123);
    assert.equal(timeMs(atMs + 0.7), atMs);
    for (const none of ['', 'soon', '2026-13-01T00:00:00.000Z', Number.NaN, -1, null, {}])
      assert.equal(timeMs(none), undefined, String(none));
  });

  it('has a year of four digits in every time zone', () => {
    const last = timeMs('9999-12-30T23:59:59.999Z');
    assert.ok(last);
    for (const timeZone of Intl.supportedValuesOf('timeZone'))
      assert.match(new Intl.DateTimeFormat('en', { year: 'numeric', timeZone }).format(last), /^9999$/, timeZone);
    assert.equal(timeMs(last + 1), undefined);
    assert.equal(timeMs('9999-12-31T23:59:59.000Z'), undefined);
  });
});
