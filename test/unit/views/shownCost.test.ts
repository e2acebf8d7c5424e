import assert from 'node:assert/strict';
import type { CallerUsageRow } from '../../../src/queries/callerUsage.ts';
import { noUsage } from '../../../src/queries/usageSums.ts';
import type { DashboardView, FilterChoice, TableView } from '../../../src/views/dashboardView.ts';
import { withPriceOrigins } from '../../../src/views/priceOrigins.ts';
import type { RequestGridView } from '../../../src/views/requestGridView.ts';
import { attributionWithCost, dashboardWithCost, gridWithCost, useWithoutCost } from '../../../src/views/shownCost.ts';

const TIER = { tone: 'critical', cost: '$7.77', share: '543%', text: '543% of $1.43' } as const;
const table = (caption: string, filter: FilterChoice = { by: 'model', value: 'opus' }): TableView => ({
  caption,
  columns: [
    { key: 'name', label: 'Name', align: 'start' },
    { key: 'total', label: 'Tokens', align: 'end' },
    { key: 'cost', label: 'Cost', align: 'end' },
  ],
  rows: [{ key: 'opus', cells: ['opus', '12k', '$7.77'], share: 1, level: 0, filter, costTier: TIER }],
});
const DAYS = {
  bars: [{ key: '2026-11-16', totalLabel: '12k', costTier: TIER }],
  costTiers: { caption: 'Cost of each day against $1.43', legend: [] },
};
const VIEW = {
  cards: [
    { label: 'Tokens', spans: [{ label: 'Today', value: '12k', title: '12,000 tokens' }] },
    { label: 'Cost', isCost: true, spans: [{ label: 'Today', value: '$7.77', title: '$7.77' }] },
  ],
  facts: [
    { label: 'Cost', isCost: true, value: '$7.77', detail: 'at API list price' },
    { label: 'Requests', value: '4' },
    { label: 'Saved by caching', isCost: true, value: '$3.25' },
  ],
  days: DAYS,
  trend: { units: [], days: DAYS },
  costTiers: { caption: 'Cost of each row against $10.00, the budget of this window', legend: [] },
  byAgent: table('By agent'),
  byModel: table('By model'),
  providers: {
    donut: {
      slices: [
        {
          key: 'a',
          label: 'a',
          valueLabel: '$7.77',
          share: 1,
          shareLabel: '100%',
          filter: { by: 'provider', value: 'acme' },
        },
      ],
      total: '$7.77',
      caption: 'at API list price',
      text: 'Cost per provider: a $7.77 (100%).',
    },
    table: table('Cost per provider'),
  },
  breakdowns: [
    table('By session', { by: 'session', value: 'codex:s1' }),
    { ...table('By tool kind'), columns: table('').columns.slice(0, 2), rows: [] },
  ],
  items: { table: table('By item') },
  costRing: {
    label: 'Weekly cost budget',
    percent: 78,
    percentLabel: '78%',
    tone: 'notice',
    detail: '$7.77 of $10.00',
    marks: [50, 80, 95],
  },
} as unknown as DashboardView;

const caller = (more: Partial<CallerUsageRow>) =>
  ({
    ...noUsage(),
    agent: 'codex',
    agentName: 'main',
    provider: 'a',
    workspace: null,
    account: null,
    user: 'u',
    turns: 1,
    ...more,
  }) as CallerUsageRow;
const USES = { used: [caller({ model: 'opus', priceSource: 'user' })], spans: [], sessions: [] };

describe('costs', () => {
  it('name the providers that the list has no price of, wherever the price of the maker is taken', () => {
    const priceSource = 'genai-prices:openai/gpt-5.5';
    const titleOf = (...providers: string[]) => {
      const used = providers.map((provider) => caller({ model: 'opus', provider, priceSource }));
      return withPriceOrigins(VIEW, { used, spans: [], sessions: [] }, 'en').byModel.rows[0]?.costTitle;
    };
    const told = 'Prices: genai-prices 0.1.8\nFrom the list, each request has the price of its day.';
    const rest = 'for some models: theirs is that of the model’s maker.';
    assert.equal(titleOf('openai', 'openai-codex'), told, 'the list knows a provider by other names as well');
    assert.equal(titleOf('openai', 'mock'), `${told}\nThe list has no price of mock ${rest}`);
    assert.equal(titleOf('openai', 'mock', ''), `${told}\nThe list has no price of (no name), mock ${rest}`);
  });

  it('are as they are at list price', () => assert.equal(dashboardWithCost(VIEW), VIEW));

  it('are nowhere on the page when they are off', () => {
    const view = dashboardWithCost(withPriceOrigins(VIEW, USES, 'en'), 'off');
    const text = JSON.stringify(view);
    assert.doesNotMatch(text, /\$|7\.77|cost"|Saved|API|Prices/);
    assert.deepEqual(view.byModel.rows[0]?.cells, ['opus', '12k']);
    assert.deepEqual(
      view.cards.map(({ label }) => label),
      ['Tokens'],
    );
    assert.deepEqual(
      view.facts.map(({ label }) => label),
      ['Requests'],
    );
    assert.equal(view.providers.table.rows.length, 0);
    assert.equal(view.breakdowns[0]?.columns.length, 2);
    assert.equal(view.days.bars[0]?.totalLabel, '12k');
  });

  it('are the same figures, named for what they are under a subscription', () => {
    const view = dashboardWithCost(VIEW, 'api-equivalent');
    assert.deepEqual(view.cards[1]?.label, 'API-equivalent');
    assert.deepEqual(view.facts[0], {
      label: 'API-equivalent',
      isCost: true,
      value: '$7.77',
      detail: 'what the API would have cost',
    });
    assert.equal(view.byModel.columns.at(-1)?.label, 'API-equivalent');
    assert.deepEqual(view.byModel.rows, VIEW.byModel.rows);
    assert.equal(view.providers.table.caption, 'API-equivalent per provider');
    assert.equal(view.costRing?.label, 'Weekly cost budget (API-equivalent)');
    assert.equal(view.trend.days.costTiers?.caption, 'Cost of each day against $1.43 (API-equivalent)');
    assert.deepEqual(view.days.bars[0]?.costTier, TIER);
  });

  it('say where their prices come from: each its own, and what is missing or estimated in it', () => {
    const view = withPriceOrigins(
      VIEW,
      {
        used: [
          caller({
            model: 'opus',
            provider: 'anthropic',
            priceSource: 'genai-prices:anthropic/opus',
            turns: 2,
            estimatedTurns: 1,
          }),
          caller({ model: 'house', provider: 'acme', priceSource: 'user' }),
          caller({ model: 'house', provider: 'acme', priceSource: null, unpricedTurns: 1 }),
          caller({ model: 'gone', priceSource: 'recorded', turns: 0 }),
        ],
        spans: [{ priceSources: ['openrouter:acme/x'], otherwisePriced: [], unpricedTurns: 0, estimatedTurns: 0 }],
        sessions: [
          { key: 'codex:s1', priceSources: ['user'], otherwisePriced: [], unpricedTurns: 0, estimatedTurns: 0 },
        ],
      },
      'en',
    );
    const listed = 'From the list, each request has the price of its day.';
    const estimated = 'The output of 1 request is estimated.';
    const unpriced = '1 request has no price and adds nothing.';
    const all = `Prices: Unpriced, Yours, genai-prices 0.1.8\n${listed}\n${unpriced}\n${estimated}`;
    assert.equal(view.byModel.rows[0]?.costTitle, `Prices: genai-prices 0.1.8\n${listed}\n${estimated}`);
    assert.equal(view.byAgent.costTitle, all);
    assert.equal(view.providers.donut.slices[0]?.costTitle, `Prices: Unpriced, Yours\n${unpriced}`);
    assert.equal(view.providers.donut.costTitle, all);
    assert.equal(view.breakdowns[0]?.rows[0]?.costTitle, 'Prices: Yours');
    assert.equal(view.breakdowns[1]?.costTitle, undefined, 'a table without costs');
    assert.equal(view.cards[1]?.spans[0]?.title, '$7.77\nPrices: OpenRouter');
    assert.equal(view.cards[0]?.spans[0]?.title, '12,000 tokens');
    assert.equal(view.facts[0]?.title, all);
  });

  it('leave the grid of requests with their column', () => {
    const grid = {
      limits: [{ key: 'estimated' }, { key: 'unpriced' }],
      columns: [
        { key: 'at', label: 'Time' },
        { key: 'cost', label: 'Cost' },
        { key: 'session', label: 'Session' },
      ],
      columnChoices: [{ key: 'cost', label: 'Cost' }],
      rows: [{ id: 1, cells: ['12:00', '$7.77', 's'], costNote: 'Its price is the one that you set.' }],
    } as unknown as RequestGridView;
    const off = gridWithCost(grid, 'off');
    assert.deepEqual(off.rows[0]?.cells, ['12:00', 's']);
    assert.doesNotMatch(JSON.stringify(off), /price/);
    assert.deepEqual([off.limits.length, off.columns.length, off.columnChoices.length], [1, 2, 0]);
    assert.equal(gridWithCost(grid, 'api-equivalent').columns[1]?.label, 'API-equivalent');
    assert.equal(gridWithCost(grid), grid);
    const isEquivalent = true;
    const both = {
      ...grid,
      columns: grid.columns.map((each) => ({ ...each, width: 40 })),
      rows: [
        { ...grid.rows[0], isEquivalent },
        { ...grid.rows[0], cells: ['12:01', '$1.00', 's'] },
        { ...grid.rows[0], cells: ['12:02', 'unpriced', 's'] },
      ],
    } as RequestGridView;
    const mixed = gridWithCost(both, 'mixed');
    assert.deepEqual(
      mixed.rows.map(({ cells }) => cells[1]),
      [`${grid.rows[0]?.cells[1]}*`, '$1.00', 'unpriced'],
    );
    assert.deepEqual(
      mixed.columns.map(({ label, width }) => [label === 'Cost, * API-equivalent', width > 100]),
      [
        [false, false],
        [true, true],
        [false, false],
      ],
    );
  });

  it('leave what consumed the tokens', () => {
    const view = {
      columns: [
        { key: 'calls', label: 'Calls' },
        { key: 'cost', label: 'Cost' },
      ],
    } as Parameters<typeof attributionWithCost>[0];
    assert.deepEqual(
      attributionWithCost(view, 'off').columns.map(({ key }) => key),
      ['calls'],
    );
    assert.equal(attributionWithCost(view, 'api-equivalent').columns[1]?.label, 'API-equivalent');
    const use = {
      items: [{ kind: 'read', costUsd: 3 }],
      inFlight: [{ kind: 'read', costUsd: 2 }],
      turns: [],
      events: [{ extraUsd: 1 }, {}],
    };
    assert.doesNotMatch(
      JSON.stringify(useWithoutCost(use as unknown as Parameters<typeof useWithoutCost>[0])),
      /[123]/,
    );
  });
});
