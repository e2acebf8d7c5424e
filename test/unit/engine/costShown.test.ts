import assert from 'node:assert/strict';
import { claudeCode } from '../../../src/agents/claudeCode.ts';
import { codex } from '../../../src/agents/codex.ts';
import { NO_SETTINGS } from '../../../src/engine/engineSettings.ts';
import { createLocalEngine, type LocalEngine } from '../../../src/engine/localEngine.ts';
import type { CostShown } from '../../../src/views/costShown.ts';
import { limitsTable } from '../../../src/views/limitsReport.ts';
import { GRID_COLUMNS } from '../../../src/views/requestGridView.ts';
import { tableWithCost } from '../../../src/views/tableCost.ts';
import { requestsTable, usageTable } from '../../../src/views/textTable.ts';
import { DEFAULT_THRESHOLDS } from '../../../src/views/tone.ts';
import { placeSample } from '../../fixtures/placeSample.mjs';
import { place, transcriptHome, ZONE } from './transcriptHome.ts';

const LIMIT = { unit: 'cost', amount: 100, period: 'month' };
const MAX = { name: 'Max', type: 'max', match: { agent: 'claude-code' }, limits: [LIMIT] };
const API = { name: 'Key', type: 'api', match: { agent: 'codex' }, limits: [LIMIT] };
const ONLY_MAX = { ...MAX, match: {} };

/** Everything that a person is shown of an engine, as text, with the report of its command line. */
async function pictures(engine: LocalEngine, cost: CostShown) {
  const nowMs = Date.now();
  const presentation = { locale: 'en', timeZone: ZONE, nowMs, cost, thresholds: DEFAULT_THRESHOLDS, folders: [] };
  const usage = { window: 'all', timeZone: ZONE, nowMs } as const;
  const dashboard = await engine.dashboard({
    ...presentation,
    window: 'all',
    compare: true,
    trend: 'day',
    filters: {},
  });
  const grid = await engine.requestGrid({
    ...presentation,
    window: 'all',
    filters: {},
    search: '',
    limits: [],
    sort: { by: 'cost', isDescending: true },
    columns: GRID_COLUMNS,
    withPickers: true,
    isFollowing: true,
    from: 0,
    count: 1000,
  });
  const shown = {
    dashboard,
    grid,
    items: await engine.dashboardItems({ ...presentation, window: 'all', compare: true, trend: 'day', filters: {} }),
    sidebar: await engine.sidebar(presentation),
    meter: await engine.meter(presentation),
    attribution: await engine.attribution({ ...presentation, lens: 'spent' }),
    limits: await engine.limits({ ...presentation, window: 'all' }),
    prices: await engine.prices(presentation),
    alerts: await engine.alerts({
      ...presentation,
      canTell: true,
      from: 'notice',
      forecast: true,
      contextWindow: true,
    }),
  };
  const report = await engine.usage(usage);
  const tables = [
    usageTable(report),
    requestsTable(await engine.requests({ ...usage, limit: 10_000 })),
    limitsTable(await engine.limitsReport(usage)),
  ].map((table) => tableWithCost(table, cost));
  return { ...shown, report, tables, text: JSON.stringify(shown) };
}
const limitNames = ({ limits }: Awaited<ReturnType<typeof pictures>>): string[] =>
  limits.accounts.flatMap((account) => account.limits.map((limit) => limit.label));

describe('costs as they are wished for', function () {
  this.timeout(60_000);
  let home: ReturnType<typeof transcriptHome>;
  let engine: LocalEngine;

  before(async () => {
    home = transcriptHome();
    placeSample(home.folder);
    engine = await createLocalEngine({
      agents: [claudeCode, codex],
      place: place(home.folder),
      user: 'ada',
      settings: NO_SETTINGS,
    });
    await engine.sweep();
  });
  after(async () => {
    await engine.dispose();
    home.remove();
  });
  const use = (accounts: object[], subscriptionCost?: CostShown): Promise<void> =>
    engine.configure({
      ...NO_SETTINGS,
      weeklyBudgetUsd: 0.01,
      limits: { accounts, subscriptionCost, weeklyBudgetUsd: 0.01 },
    });

  it('stand nowhere when they are off', async () => {
    await use([MAX, API]);
    const off = await pictures(engine, 'off');
    const found = /.{60}\$\d.{30}/.exec(off.text)?.[0];
    assert.equal(found, undefined, found);
    assert.doesNotMatch(off.text, /"label":"Cost|API-equivalent|npriced/);
    for (const { columns, rows } of off.tables) {
      assert.ok(!columns.some((column) => /usd|^price/.test(column)), columns.join());
      assert.ok(rows.every((row) => row.length === columns.length));
      assert.ok(!rows.some(([group, , name]) => group === 'limit' && /cost/.test(String(name))));
    }
  });

  it('are dollars of the API and what it would have cost under a subscription, each of its account', async () => {
    await use([]);
    const plain = await pictures(engine, 'list');
    const sumOf = (account: (by: { type: string }) => boolean): number =>
      plain.report.by_agent.filter(account).reduce((sum, row) => sum + row.cost_usd, 0);
    const ofCodex = sumOf(({ type }) => type === 'codex');
    assert.ok(ofCodex > 0 && sumOf(({ type }) => type === 'claude-code') > 0);

    await use([MAX, API]);
    const mixed = await pictures(engine, 'list');
    assert.equal(mixed.report.totals.cost_usd, plain.report.totals.cost_usd);
    assert.deepEqual(limitNames(mixed), [
      'Weekly cost budget (partly API-equivalent)',
      'Cost a month (API-equivalent)',
      'Cost a month',
    ]);
    assert.deepEqual(
      mixed.limits.tree.rows.filter(({ level }) => level === 1).map(({ cost }) => /\(.*\)$/.test(cost)),
      mixed.limits.tree.rows.filter(({ level }) => level === 1).map(({ label }) => label === 'Max'),
    );
    assert.ok(mixed.dashboard.cards.some(({ label }) => label === 'Cost, partly API-equivalent'));

    await use([MAX, API], 'off');
    const hidden = await pictures(engine, 'list');
    assert.ok(Math.abs(hidden.report.totals.cost_usd - ofCodex) < 1e-9);
    for (const rows of [hidden.report.by_day, hidden.report.by_model, hidden.report.by_provider, hidden.report.by_user])
      assert.ok(Math.abs(rows.reduce((sum, row) => sum + row.cost_usd, 0) - ofCodex) < 1e-9);
    assert.equal(hidden.report.totals.total_tokens, plain.report.totals.total_tokens);
    assert.deepEqual(limitNames(hidden), ['Weekly cost budget', 'Cost a month']);
    assert.ok(hidden.dashboard.cards.some(({ label }) => label === 'Cost'));
    const at = hidden.grid.columns.findIndex(({ key }) => key === 'cost');
    const agentAt = hidden.grid.columns.findIndex(({ key }) => key === 'agent');
    for (const row of hidden.grid.rows)
      assert.equal(row.cells[at] === '', row.cells[agentAt] === 'Claude Code', row.cells.join());

    await use([MAX, API], 'list');
    assert.deepEqual(limitNames(await pictures(engine, 'list')), [
      'Weekly cost budget',
      'Cost a month',
      'Cost a month',
    ]);
  });

  it('are called what they are in every figure where all are of subscriptions', async () => {
    for (const [accounts, cost] of [
      [[ONLY_MAX], 'list'],
      [[], 'api-equivalent'],
    ] as const) {
      await use([...accounts]);
      const view = await pictures(engine, cost);
      assert.deepEqual(new Set(limitNames(view).map((name) => name.includes('API-equivalent'))), new Set([true]));
      assert.ok(view.sidebar.figures.length > 1 && view.sidebar.sessions.length > 0);
      for (const figure of view.sidebar.figures) assert.match(figure.cost, /^\$.*\*$/);
      assert.equal(view.sidebar.costNote, '*\u00a0API-equivalent');
      assert.doesNotMatch(view.text, /"label":"Cost"/);
      for (const { tooltip } of view.sidebar.sessions) assert.match(tooltip.join(), /API-equivalent/);
    }
  });
});
