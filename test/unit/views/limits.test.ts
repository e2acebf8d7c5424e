import assert from 'node:assert/strict';
import { noUsage } from '../../../src/queries/usageSums.ts';
import { BUDGET_KEY, type LimitFigure } from '../../../src/views/limitFigures.ts';
import { parseLimitSettings } from '../../../src/views/limitSettings.ts';
import { type LimitsInput, limitsView } from '../../../src/views/limits.ts';
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

const page = (figures: LimitFigure[], more: Partial<LimitsInput> = {}) =>
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
    firstAtMs: NOW - 3 * DAY_MS,
    sinceMs: NOW - 4 * DAY_MS,
    ...more,
  });
const verdict = (figures: LimitFigure[]) => page(figures).verdict;

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
      /will be before it resets/,
    ],
    ['that are nearly used up', [budget(96), budget(10)], '1 of 2 limits needs a look', /^It is nearly used up/],
    ['of which two are', [budget(96), budget(99), budget(1)], '2 of 3 limits need a look', /^They are nearly used up/],
  ] as [string, LimitFigure[], string, RegExp][])
    it(`is the same as what is said of each: ${name}`, () => {
      const said = verdict(figures);
      assert.equal(said.title, title);
      assert.match(said.text, text);
    });
});

describe('the limits page', () => {
  it('says where the history starts, where its window begins before', () => {
    assert.equal(page([]).historyStart, 'History starts on March 17, 2026.');
    assert.equal(page([], { sinceMs: NOW - 2 * DAY_MS }).historyStart, undefined);
    assert.equal(page([], { window: 'all', sinceMs: undefined }).historyStart, undefined);
    assert.equal(page([], { firstAtMs: null }).historyStart, undefined);
  });

  it('says of a limit of cost, and of costs in the tree, where their prices come from', () => {
    const cost: LimitFigure = { ...budget(60), key: 'budget-cost', unit: 'cost' };
    const prices = { priceSources: ['user', null], unpricedTurns: 2, estimatedTurns: 0 };
    const view = page([budget(60), { ...cost, prices }], { treePrices: prices });
    const told = 'Prices: Unpriced, Yours\n2 requests have no price and add nothing.';
    assert.deepEqual(
      view.accounts[0]?.limits.map(({ costTitle }) => costTitle),
      [undefined, told],
    );
    assert.equal(view.tree.costTitle, told);
    assert.equal(page([], { treePrices: prices, cost: 'off' }).tree.costTitle, undefined);
  });
});
