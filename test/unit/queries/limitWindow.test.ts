import assert from 'node:assert/strict';
import fc from 'fast-check';
import { neighbourEdges, spanAt, spansOf, type WeekStart, windowEdges } from '../../../src/queries/calendar.ts';
import { type LimitPeriod, limitSpan, ROLLING_MS, rollingSpan } from '../../../src/queries/limitWindow.ts';

const at = (iso: string): number => Date.parse(`${iso}Z`);
const iso = (atMs: number): string => new Date(atMs).toISOString().slice(0, 16);
const HOUR_MS = 3_600_000;

describe('a week that begins as set', () => {
  const weeks: [name: string, start: WeekStart, now: string, since: string, hours: number][] = [
    ['Monday 00:00 UTC', { weekday: 0, minute: 0, timeZone: 'UTC' }, '2026-11-01T23:59', '2026-10-26T00:00', 168],
    [
      'longer where the clock goes back',
      { weekday: 3, minute: 540, timeZone: 'Europe/Berlin' },
      '2026-10-25T12:00',
      '2026-10-22T07:00',
      169,
    ],
    [
      'shorter where it goes forward',
      { weekday: 3, minute: 540, timeZone: 'Europe/Berlin' },
      '2026-03-29T12:00',
      '2026-03-26T08:00',
      167,
    ],
    [
      'longer in the autumn of the south',
      { weekday: 0, minute: 0, timeZone: 'Australia/Sydney' },
      '2026-04-05T12:00',
      '2026-03-29T13:00',
      169,
    ],
    [
      'shorter in the spring of the south',
      { weekday: 0, minute: 0, timeZone: 'Pacific/Auckland' },
      '2026-09-27T12:00',
      '2026-09-27T11:00',
      168,
    ],
    [
      'that ends with that change',
      { weekday: 0, minute: 0, timeZone: 'Pacific/Auckland' },
      '2026-09-27T10:59',
      '2026-09-20T12:00',
      167,
    ],
    [
      'in a zone of a half hour',
      { weekday: 5, minute: 30, timeZone: 'Asia/Kolkata' },
      '2026-11-20T18:59',
      '2026-11-13T19:00',
      168,
    ],
    [
      'in a zone that changes by half an hour',
      { weekday: 6, minute: 120, timeZone: 'Australia/Lord_Howe' },
      '2026-04-04T14:59',
      '2026-03-28T15:00',
      168.5,
    ],
    [
      'and the next one there',
      { weekday: 6, minute: 120, timeZone: 'Australia/Lord_Howe' },
      '2026-04-08T00:00',
      '2026-04-04T15:30',
      168,
    ],
    [
      'at a midnight that is jumped over',
      { weekday: 6, minute: 0, timeZone: 'America/Sao_Paulo' },
      '2018-11-04T12:00',
      '2018-11-04T03:00',
      167,
    ],
    [
      'at a time that is jumped over',
      { weekday: 6, minute: 150, timeZone: 'America/New_York' },
      '2026-03-08T07:00',
      '2026-03-08T07:00',
      167.5,
    ],
    [
      'at a time that comes twice: the first',
      { weekday: 6, minute: 90, timeZone: 'America/New_York' },
      '2026-11-01T06:30',
      '2026-11-01T05:30',
      169,
    ],
    [
      'over a day that never was',
      { weekday: 4, minute: 0, timeZone: 'Pacific/Apia' },
      '2011-12-30T12:00',
      '2011-12-30T10:00',
      144,
    ],
  ];
  for (const [name, start, now, since, hours] of weeks)
    it(name, () => {
      const { sinceMs, untilMs, resetAtMs } = windowEdges('week', at(now), 'Asia/Tokyo', start);
      assert.deepEqual([iso(sinceMs ?? 0), ((untilMs ?? 0) - (sinceMs ?? 0)) / HOUR_MS], [since, hours]);
      assert.equal(resetAtMs, untilMs);
    });

  it('follows its neighbours and cuts spans without a gap, in any zone, whenever it begins', () => {
    const zones = [
      'UTC',
      'America/New_York',
      'Australia/Lord_Howe',
      'America/Sao_Paulo',
      'Asia/Gaza',
      'Pacific/Apia',
      'Africa/Casablanca',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.nat(6),
        fc.nat(1439),
        fc.integer({ min: at('2008-01-01T00:00'), max: at('2027-01-01T00:00') }),
        (timeZone, weekday, minute, nowMs) => {
          const start = { weekday, minute, timeZone };
          const week = spanAt(nowMs, 'week', 'UTC', start);
          assert.ok(week.sinceMs <= nowMs && nowMs < week.untilMs);
          const next = neighbourEdges('week', week, 1, 'UTC', start);
          assert.equal(next.sinceMs, week.untilMs);
          assert.equal(neighbourEdges('week', next, -1, 'UTC', start).sinceMs, week.sinceMs);
          const spans = spansOf(week.sinceMs - 1, next.untilMs, 'week', 'UTC', start);
          assert.deepEqual(
            spans.slice(1).map(({ sinceMs }) => sinceMs),
            [week.sinceMs, next.sinceMs],
          );
        },
      ),
    );
  });
});

describe('the window of a limit', () => {
  const reset = (over: object) => ({ weekday: 0, minute: 0, timeZone: 'UTC', monthDay: 1, ...over });
  const spans: [name: string, Exclude<LimitPeriod, '5h'>, object, string, string, string][] = [
    [
      'a day of a half-hour zone',
      'day',
      { timeZone: 'Asia/Kathmandu' },
      '2026-11-01T18:14',
      '2026-10-31T18:15',
      '2026-11-01T18:15',
    ],
    [
      'a day from 09:00 over a change',
      'day',
      { minute: 540, timeZone: 'America/New_York' },
      '2026-11-01T07:00',
      '2026-10-31T13:00',
      '2026-11-01T14:00',
    ],
    [
      'a day without its midnight',
      'day',
      { timeZone: 'America/Sao_Paulo' },
      '2018-11-04T03:00',
      '2018-11-04T03:00',
      '2018-11-05T02:00',
    ],
    [
      'a month',
      'month',
      { monthDay: 15, minute: 540, timeZone: 'Europe/Berlin' },
      '2026-11-15T07:59',
      '2026-10-15T07:00',
      '2026-11-15T08:00',
    ],
    [
      'a month from the 31st, in February',
      'month',
      { monthDay: 31 },
      '2026-03-01T00:00',
      '2026-02-28T00:00',
      '2026-03-31T00:00',
    ],
    [
      'a month from the 31st, in a leap year',
      'month',
      { monthDay: 31 },
      '2028-02-29T00:00',
      '2028-02-29T00:00',
      '2028-03-31T00:00',
    ],
    [
      'a month from the 30th, at the turn of the year',
      'month',
      { monthDay: 30 },
      '2027-01-01T00:00',
      '2026-12-30T00:00',
      '2027-01-30T00:00',
    ],
    [
      'a week of its own zone',
      'week',
      { weekday: 3, minute: 540, timeZone: 'Europe/Berlin' },
      '2026-10-25T12:00',
      '2026-10-22T07:00',
      '2026-10-29T08:00',
    ],
  ];
  for (const [name, period, over, now, since, until] of spans)
    it(name, () => {
      const { sinceMs, untilMs } = limitSpan(period, at(now), reset(over));
      assert.deepEqual([iso(sinceMs), iso(untilMs)], [since, until]);
    });

  it('holds its time and is followed at once, whatever the rule', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Exclude<LimitPeriod, '5h'>>('day', 'week', 'month'),
        fc.constantFrom('UTC', 'America/Sao_Paulo', 'Australia/Lord_Howe', 'Asia/Gaza', 'America/St_Johns'),
        fc.record({ weekday: fc.nat(6), minute: fc.nat(1439), monthDay: fc.integer({ min: 1, max: 31 }) }),
        fc.integer({ min: at('2008-01-01T00:00'), max: at('2027-01-01T00:00') }),
        (period, timeZone, rule, nowMs) => {
          const span = limitSpan(period, nowMs, { ...rule, timeZone });
          assert.ok(span.sinceMs <= nowMs && nowMs < span.untilMs);
          assert.equal(limitSpan(period, span.untilMs, { ...rule, timeZone }).sinceMs, span.untilMs);
          assert.equal(limitSpan(period, span.sinceMs - 1, { ...rule, timeZone }).untilMs, span.sinceMs);
        },
      ),
    );
  });
});

describe('a window of five hours', () => {
  const hours = (...times: number[]): number[] => times.map((time) => time * HOUR_MS);
  const cases: [name: string, times: number[], now: number, since: number | undefined][] = [
    ['is none without a request', [], 10, undefined],
    ['begins with the first request', [1, 2, 3], 4, 1],
    ['ends after five hours', [1, 2, 3], 6, undefined],
    ['is followed by one that begins with the next request', [1, 2, 6.5, 7], 8, 6.5],
    ['begins at once when a request comes as it ends', [1, 6], 7, 6],
    ['goes on without a pause: each begins with a request', [1, 5.9, 6.1, 11, 11.2], 12, 11.2],
    ['knows nothing of requests that lie ahead of a clock that was set back', [1, 2, 9], 3, 1],
  ];
  for (const [name, times, now, since] of cases)
    it(name, () => {
      const expected =
        since === undefined ? undefined : { sinceMs: since * HOUR_MS, untilMs: since * HOUR_MS + ROLLING_MS };
      assert.deepEqual(rollingSpan(hours(...times), now * HOUR_MS), expected);
    });
});
