import assert from 'node:assert/strict';
import { noUsage } from '../../../src/queries/usageSums.ts';
import { daysView } from '../../../src/views/days.ts';

const HOUR_MS = 3_600_000;

/** So many hours, one after the other, each with a token more than the one before. */
const hoursFrom = (since: string, count: number) =>
  Array.from({ length: count }, (_, i) => {
    const sinceMs = Date.parse(since) + i * HOUR_MS;
    return {
      key: String(sinceMs),
      sinceMs,
      untilMs: sinceMs + HOUR_MS,
      sums: { ...noUsage(), turns: 1, input: i + 1 },
    };
  });

describe('bars by hour', () => {
  for (const [day, timeZone, locale, spans, expected] of [
    [
      'on which the clocks go back',
      'America/New_York',
      'en',
      hoursFrom('2026-11-01T04:00Z', 4),
      ['Sunday 12:00 AM', 'Sunday 1:00 AM EDT', 'Sunday 1:00 AM EST', 'Sunday 2:00 AM'],
    ],
    [
      'on which the clocks go forward',
      'America/New_York',
      'en',
      hoursFrom('2026-03-08T06:00Z', 3),
      ['Sunday 1:00 AM', 'Sunday 3:00 AM', 'Sunday 4:00 AM'],
    ],
    [
      'of another language',
      'Europe/Berlin',
      'de',
      hoursFrom('2026-10-25T00:00Z', 3),
      ['Sonntag um 02:00 MESZ', 'Sonntag um 02:00 MEZ', 'Sonntag um 03:00'],
    ],
  ] as const)
    it(`have each a name of its own on a day ${day}`, () => {
      const { bars, text } = daysView([...spans], 'hour', { locale, timeZone });
      // Spaces between digits and marks are of several kinds.
      const names = bars.map(({ longLabel }) => longLabel.replace(/\s+(um )?/gu, ' ').replace(/,/g, ''));
      assert.deepEqual(
        names,
        expected.map((name) => name.replace(' um', '')),
      );
      assert.ok(text.includes(bars.at(-1)?.longLabel ?? '?'));
    });

  it('have hours as the language writes them below', () => {
    const labels = (locale: string) =>
      daysView(hoursFrom('2026-11-02T18:00Z', 2), 'hour', { locale, timeZone: 'America/New_York' }).bars.map(
        ({ label }) => label.replace(/\s/gu, ' '),
      );
    assert.deepEqual(labels('en'), ['1 PM', '2 PM']);
    assert.deepEqual(labels('zh-cn'), ['13时', '14时']);
  });
});
