import assert from 'node:assert/strict';
import { type CalendarWindow, spanAt, spansOf, windowEdges } from '../../../src/queries/calendar.ts';

const at = (iso: string): number => Date.parse(iso);
const iso = (atMs: number | undefined): string => new Date(atMs ?? Number.NaN).toISOString().slice(0, 16);

describe('windowEdges', () => {
  const cases: [CalendarWindow, string, string, string, string][] = [
    ['day', 'America/New_York', '2026-11-01T12:00Z', '2026-11-01T04:00', '2026-11-02T05:00'],
    ['day', 'America/New_York', '2026-03-08T12:00Z', '2026-03-08T05:00', '2026-03-09T04:00'],
    ['day', 'Asia/Kathmandu', '2026-11-01T12:00Z', '2026-10-31T18:15', '2026-11-01T18:15'],
    ['day', 'America/Sao_Paulo', '2018-11-04T12:00Z', '2018-11-04T03:00', '2018-11-05T02:00'],
    ['week', 'America/New_York', '2026-11-01T23:59Z', '2026-10-26T00:00', '2026-11-02T00:00'],
    ['week', 'Pacific/Auckland', '2026-11-02T00:00Z', '2026-11-02T00:00', '2026-11-09T00:00'],
    ['month', 'America/New_York', '2026-11-01T03:59Z', '2026-10-01T04:00', '2026-11-01T04:00'],
    ['month', 'UTC', '2028-02-29T00:00Z', '2028-02-01T00:00', '2028-03-01T00:00'],
  ];
  for (const [window, zone, now, since, until] of cases) {
    it(`${window} in ${zone} at ${now}`, () => {
      const edges = windowEdges(window, at(now), zone);
      assert.deepEqual([iso(edges.sinceMs), iso(edges.untilMs), iso(edges.resetAtMs)], [since, until, until]);
    });
  }

  it('has no edges for all and for a custom span', () => {
    assert.deepEqual(windowEdges('all', 0, 'UTC'), {});
    assert.deepEqual(windowEdges('custom', 0, 'UTC'), {});
  });

  it('refuses a zone that is none', () => {
    assert.throws(() => windowEdges('day', 0, 'Nowhere/Land'), RangeError);
  });
});

describe('spansOf', () => {
  const hours = (sinceIso: string, untilIso: string, zone: string): string[] =>
    spansOf(at(sinceIso), at(untilIso), 'hour', zone).map(({ key }) => key.slice(11));

  it('has 25 hours on the day a clock goes back, the second of two equal ones marked', () => {
    const keys = hours('2026-11-01T04:00Z', '2026-11-02T05:00Z', 'America/New_York');
    assert.equal(keys.length, 25);
    assert.deepEqual(keys.slice(0, 4), ['00', '01', '01b', '02']);
  });

  it('has 23 hours on the day a clock goes forward', () => {
    const keys = hours('2026-03-08T05:00Z', '2026-03-09T04:00Z', 'America/New_York');
    assert.equal(keys.length, 23);
    assert.deepEqual(keys.slice(0, 4), ['00', '01', '03', '04']);
  });

  it('cuts the first and the last day where the window begins and ends', () => {
    const spans = spansOf(at('2026-10-26T00:00Z'), at('2026-11-02T00:00Z'), 'day', 'America/New_York');
    assert.deepEqual(
      spans.map(({ key, sinceMs, untilMs }) => `${key} ${(untilMs - sinceMs) / 3_600_000}`),
      [
        '2026-10-25 4',
        '2026-10-26 24',
        '2026-10-27 24',
        '2026-10-28 24',
        '2026-10-29 24',
        '2026-10-30 24',
        '2026-10-31 24',
        '2026-11-01 20',
      ],
    );
  });

  it('leaves no gap and no overlap in zones of every kind', () => {
    for (const zone of [
      'UTC',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'America/St_Johns',
      'Africa/Cairo',
      'Pacific/Apia',
    ]) {
      for (const unit of ['hour', 'day', 'month'] as const) {
        const spans = spansOf(at('2026-03-20T10:10Z'), at('2026-05-02T00:05Z'), unit, zone);
        assert.equal(spans[0]?.sinceMs, at('2026-03-20T10:10Z'));
        assert.equal(spans.at(-1)?.untilMs, at('2026-05-02T00:05Z'));
        for (const [index, span] of spans.entries()) {
          assert.ok(span.sinceMs < span.untilMs, `${zone} ${span.key}`);
          if (index > 0) assert.equal(span.sinceMs, spans[index - 1]?.untilMs, `${zone} ${span.key}`);
        }
        assert.equal(new Set(spans.map(({ key }) => key)).size, spans.length);
      }
    }
  });

  it('knows days on which the clock is put back around midnight', () => {
    const days: [zone: string, at: string, since: string, until: string][] = [
      ['America/St_Johns', '2008-11-02T05:18Z', '2008-11-02T02:30', '2008-11-03T03:30'],
      ['America/Havana', '2010-10-31T12:00Z', '2010-10-31T04:00', '2010-11-01T05:00'],
      ['Asia/Gaza', '2021-10-28T11:20Z', '2021-10-27T21:00', '2021-10-28T21:00'],
      ['Asia/Gaza', '2021-10-28T21:20Z', '2021-10-28T21:00', '2021-10-29T22:00'],
    ];
    for (const [zone, time, since, until] of days) {
      const span = spanAt(at(time), 'day', zone);
      assert.deepEqual([span.sinceMs, span.untilMs], [at(`${since}Z`), at(`${until}Z`)], zone);
    }
  });

  it('begins a day without midnight at its first moment', () => {
    const span = spanAt(at('2018-11-04T12:00Z'), 'day', 'America/Sao_Paulo');
    assert.deepEqual(
      [span.key, iso(span.sinceMs), iso(span.untilMs)],
      ['2018-11-04', '2018-11-04T03:00', '2018-11-05T02:00'],
    );
  });
});
