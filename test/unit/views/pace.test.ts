import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type PaceInput, paceOf, recentSince } from '../../../src/views/pace.ts';
import { burnText, forecastText, paceNote } from '../../../src/views/paceText.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SINCE = Date.UTC(2026, 10, 16);

/** A week of which so many days have passed: used so far, and in its last day. */
const week = (days: number, used: number, lastDay: number, over: Partial<PaceInput> = {}): PaceInput => ({
  nowMs: SINCE + days * DAY_MS,
  sinceMs: SINCE,
  untilMs: SINCE + 7 * DAY_MS,
  amount: 1000,
  used,
  requests: 100,
  recent: { sinceMs: SINCE + (days - 1) * DAY_MS, used: lastDay, requests: 20 },
  ...over,
});

const where = (input: PaceInput) => ({ locale: 'en', timeZone: 'UTC', nowMs: input.nowMs });

describe('the pace of a limit', () => {
  const cases: [name: string, input: PaceInput, state: string, text: string][] = [
    ['steady', week(3.5, 560, 160), 'known', 'At this pace 112% by Mon 12:00 AM; used up in 2\u00a0d\u00a018\u00a0h.'],
    ['steady, far below', week(3.5, 100, 29), 'known', 'At this pace 20% by Mon 12:00 AM.'],
    [
      'faster lately',
      week(4, 400, 250),
      'known',
      'At this pace 70% to 115% by Mon 12:00 AM; it may be used up in 2\u00a0d\u00a010\u00a0h.',
    ],
    [
      'slower lately, and still too fast',
      week(3, 800, 60),
      'known',
      'At this pace 104% to 187% by Mon 12:00 AM; used up in 18\u00a0h to 3\u00a0d.',
    ],
    ['used up', week(3, 1000, 100), 'met', 'The limit is used up.'],
    ['over the limit', week(3, 1500, 100), 'met', 'The limit is used up.'],
    ['just begun', week(0.4, 900, 900), 'early', 'Too early to say where this leads.'],
    ['of few requests', week(3, 300, 100, { requests: 4 }), 'few', 'Too few requests to say where this leads.'],
    ['of nothing lately', week(3, 300, 0), 'idle', 'Nothing was used in the last 1\u00a0d.'],
    ['with the clock set back before the window', week(-1, 300, 100), 'early', 'Too early to say where this leads.'],
    [
      'with a history that has just begun',
      week(3, 300, 300, { firstMs: SINCE + 2.9 * DAY_MS }),
      'early',
      'Too early to say where this leads.',
    ],
    [
      'with a history that began within the window',
      week(4, 300, 150, { firstMs: SINCE + 2 * DAY_MS }),
      'known',
      'At this pace 75% by Mon 12:00 AM.',
    ],
    [
      'without any history before now',
      week(3, 300, 100, { recent: { sinceMs: SINCE + 3 * DAY_MS, used: 0, requests: 0 } }),
      'few',
      'Too few requests to say where this leads.',
    ],
  ];
  for (const [name, input, state, text] of cases)
    it(name, () => {
      const pace = paceOf(input);
      assert.equal(pace.state, state);
      assert.equal(pace.forecast !== undefined, state === 'known');
      assert.equal(forecastText(pace, input.untilMs, where(input)), text);
    });

  it('is told an hour, over the time it was measured in', () => {
    const pace = paceOf(week(3.5, 560, 240));
    assert.equal(burnText(pace, 'tokens', 'en'), '10 tokens an hour over the last 1\u00a0d');
    assert.equal(burnText(pace, 'cost', 'en'), '$10.00 an hour over the last 1\u00a0d');
    assert.equal(burnText(pace, 'requests', 'en'), '10 requests an hour over the last 1\u00a0d');
    assert.equal(paceNote(paceOf(week(3.5, 560, 160)), 'en'), 'at this pace 112%');
    assert.equal(paceNote(paceOf(week(0.4, 1, 1)), 'en'), undefined);
  });

  it('looks back a seventh of the window, and not beyond what is known', () => {
    const span = { sinceMs: SINCE, untilMs: SINCE + 7 * DAY_MS };
    const nowMs = SINCE + 3 * DAY_MS;
    assert.equal(recentSince(span, nowMs), nowMs - DAY_MS);
    assert.equal(recentSince(span, nowMs, nowMs - HOUR_MS), nowMs - HOUR_MS);
    // A clock that was set back before all that is known.
    assert.equal(recentSince(span, nowMs, nowMs + HOUR_MS), nowMs);
  });

  it('foretells no less than is used, an end within the window, and more the more was used lately', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 6.9, noNaN: true }),
        fc.integer({ min: 0, max: 2000 }),
        fc.integer({ min: 0, max: 2000 }),
        fc.integer({ min: 1, max: 2000 }),
        (days, used, lastDay, more) => {
          const input = week(days, used, lastDay);
          const { forecast } = paceOf(input);
          if (!forecast) return;
          const { lowPercent, highPercent, earliestMs, latestMs } = forecast;
          assert.ok(lowPercent >= used / 10 - 1e-9 && lowPercent <= highPercent);
          // Times are whole milliseconds, so that a hair's breadth above 100 % may fall on the end of the window.
          if (Math.abs(highPercent - 100) > 1e-3) assert.equal(earliestMs !== undefined, highPercent > 100);
          if (Math.abs(lowPercent - 100) > 1e-3) assert.equal(latestMs !== undefined, lowPercent > 100);
          for (const metMs of [earliestMs, latestMs])
            if (metMs !== undefined) assert.ok(metMs > input.nowMs && metMs < input.untilMs);
          if (latestMs !== undefined) assert.ok(earliestMs !== undefined && earliestMs <= latestMs);
          const faster = paceOf(week(days, used, lastDay + more)).forecast;
          assert.ok(faster && faster.highPercent >= highPercent && faster.lowPercent >= lowPercent);
        },
      ),
    );
  });
});
