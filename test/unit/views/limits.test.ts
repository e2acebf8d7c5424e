import assert from 'node:assert/strict';
import { noUsage } from '../../../src/queries/usageSums.ts';
import { BUDGET_KEY, type LimitFigure } from '../../../src/views/limitFigures.ts';
import { parseLimitSettings } from '../../../src/views/limitSettings.ts';
import { limitsView } from '../../../src/views/limits.ts';
import type { Forecast } from '../../../src/views/pace.ts';
import { DEFAULT_THRESHOLDS } from '../../../src/views/tone.ts';

const NOW = Date.parse('2026-03-20T15:42:00Z');
const DAY_MS = 86_400_000;

function budget(percent: number, forecast?: Forecast): LimitFigure {
  return {
    key: BUDGET_KEY,
    unit: 'tokens',
    amount: 1000,
    period: 'week',
    span: { sinceMs: NOW - 4 * DAY_MS, untilMs: NOW + 3 * DAY_MS },
    used: percent * 10,
    percent,
    sums: noUsage(),
    pace: { perHour: 5, recentMs: DAY_MS, state: forecast ? 'known' : 'early', forecast },
  };
}

const verdict = (figures: LimitFigure[]) =>
  limitsView({
    locale: 'en',
    timeZone: 'Asia/Kolkata',
    nowMs: NOW,
    thresholds: DEFAULT_THRESHOLDS,
    agentLabels: {},
    settings: parseLimitSettings({}),
    figures,
    stated: [],
    tree: [],
    window: 'week',
    quiet: {},
    hasHistory: true,
  }).verdict;

describe('the verdict on all limits', () => {
  for (const [name, figures, title, text] of [
    ['without any', [], 'No limits yet', /Set a budget/],
    ['while nothing can be foreseen', [budget(40)], 'The limit holds', /as far as can be foreseen none will be/],
    ['at a pace that lasts', [budget(40, { lowPercent: 60, highPercent: 70 })], 'The limit holds', /none will be/],
    [
      'where the faster pace does not last',
      [budget(73, { lowPercent: 79, highPercent: 101 })],
      'The limit holds',
      /at the faster of its paces one may be/,
    ],
    [
      'where no pace lasts',
      [budget(73, { lowPercent: 103, highPercent: 140 })],
      'The limit needs a look',
      /will be before they reset/,
    ],
    ['that are nearly used up', [budget(96), budget(10)], '1 of 2 limits need a look', /nearly used up/],
  ] as [string, LimitFigure[], string, RegExp][])
    it(`is the same as what is said of each: ${name}`, () => {
      const said = verdict(figures);
      assert.equal(said.title, title);
      assert.match(said.text, text);
    });
});
