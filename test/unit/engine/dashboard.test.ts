import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import type { DashboardRequest } from '../../../src/engine/engineApi.ts';
import { createLocalEngine, type LocalEngine } from '../../../src/engine/localEngine.ts';
import { neighbourEdges, spanAt } from '../../../src/queries/calendar.ts';
import type { UsageFilters } from '../../../src/queries/usageWindow.ts';
import type { DashboardView, FilterChoice } from '../../../src/views/dashboardView.ts';
import { toggleFilter } from '../../../src/views/filterChips.ts';
import { compactTokens, exactNumber, percent, usd } from '../../../src/views/format.ts';
import { DEFAULT_THRESHOLDS } from '../../../src/views/tone.ts';
import type { TokenTotals, UsageReport } from '../../../src/views/usageReport.ts';
import { claudeWriter } from '../../fixtures/claudeWriter.ts';
import { placeSample } from '../../fixtures/placeSample.mjs';

/** New York's clocks go back in the week that holds this time. */
const NOW = Date.parse('2026-11-01T20:07:31Z');
const ZONES = ['America/New_York', 'Asia/Kathmandu', 'Pacific/Auckland'];

const cost = (sums: TokenTotals): string => {
  if (sums.turns > 0 && sums.unpriced_turns === sums.turns) return 'unpriced';
  return `${sums.estimated_turns > 0 ? '≈' : ''}${usd(sums.cost_usd, 'en')}${sums.unpriced_turns > 0 ? ' +' : ''}`;
};
const compact = (tokens: number): string => compactTokens(tokens, 'en');
const exact = (tokens: number): string => exactNumber(tokens, 'en');
/** The figures of a row, as the tables of agents and models have them. */
const figures = (sums: TokenTotals): string[] => [
  exact(sums.turns),
  compact(sums.input_tokens),
  `${sums.estimated_turns > 0 ? '≈' : ''}${compact(sums.output_tokens)}`,
  compact(sums.cache_read),
  compact(sums.cache_creation),
  compact(sums.total_tokens),
  cost(sums),
];

/** The same figures as the page writes them, from the report of the command line. */
function expected(report: UsageReport): Record<string, unknown> {
  const { totals, cache } = report;
  const owner = (rows: (TokenTotals & { name: string })[]): string[] =>
    rows.map((row) => [row.name, exact(row.turns), compact(row.total_tokens), cost(row)].join(' | '));
  return {
    tokens: exact(totals.total_tokens),
    facts: {
      Cost: cost(totals),
      Requests: exact(totals.turns),
      Sessions: exact(totals.sessions),
      Output: compact(totals.output_tokens),
      'Cache hit rate': cache.hit_rate === null ? '–' : percent(cache.hit_rate, 'en'),
      ...(cache.saved_usd === null
        ? {}
        : { 'Saved by caching': `${cache.estimated ? '≈' : ''}${usd(cache.saved_usd, 'en')}` }),
    },
    models: report.by_model.map((row) => [row.model, ...figures(row)].join(' | ')),
    workspaces: owner(report.by_workspace.map((row) => ({ ...row, name: row.workspace || 'Not told' }))),
    accounts: owner(report.by_account.map((row) => ({ ...row, name: row.account || 'Not told' }))),
    users: owner(report.by_user.map((row) => ({ ...row, name: row.user }))),
    providers: owner(
      report.by_provider
        .toSorted((a, b) => b.cost_usd - a.cost_usd || b.total_tokens - a.total_tokens)
        .map((row) => ({ ...row, name: row.provider })),
    ),
    kinds: report.by_tool.map(
      (row) => `${row.kind} ${percent(row.total_tokens / totals.total_tokens, 'en')} ${compact(row.total_tokens)}`,
    ),
    subagents: report.by_agent.map((row) => [row.model, ...figures(row)].join(' | ')).toSorted(),
    agentModels: report.by_agent
      .filter(({ models }) => models.length > 1)
      .flatMap(({ type, name, models }) => models.map((row) => [type, name, row.model, ...figures(row)].join(' | ')))
      .toSorted(),
  };
}

/** What the page shows. */
function shown(view: DashboardView): Record<string, unknown> {
  const cells = (caption: string): string[] =>
    view.breakdowns.find((table) => table.caption === caption)?.rows.map((row) => row.cells.join(' | ')) ?? [];
  const agents = view.byAgent.rows;
  return {
    tokens: view.headline.title.split(' ')[0],
    facts: Object.fromEntries(view.facts.map(({ label, value }) => [label, value])),
    models: view.byModel.rows.map(({ cells }) => cells.join(' | ')),
    workspaces: cells('By workspace'),
    accounts: cells('By account'),
    users: cells('By user'),
    providers: view.providers.table.rows.map((row) => row.cells.join(' | ')),
    kinds: view.breakdowns
      .find((table) => table.caption === 'By tool kind')
      ?.rows.map((row) => `${row.key} ${row.cells[1]} ${row.cells[2]}`),
    // An agent without subagents stands alone, others with their parts below.
    subagents: agents
      .filter(
        ({ filter }, i) =>
          filter?.by === 'agentName' || (filter?.by === 'agent' && agents[i + 1]?.filter?.by !== 'agentName'),
      )
      .map((row) => row.cells.slice(1).join(' | '))
      .toSorted(),
    agentModels: agents
      .flatMap(({ filter, cells }) =>
        filter?.under
          ? [[filter.under.agent, filter.under.agentName ?? 'main', filter.value, ...cells.slice(2)].join(' | ')]
          : [],
      )
      .toSorted(),
  };
}

describe('Show Usage over stored transcripts', function () {
  // Dozens of questions in one test, on machines that do other things too.
  this.timeout(20_000);
  let engine: LocalEngine;
  let home: string;
  let workspace: string;

  before(async () => {
    home = mkdtempSync(path.join(tmpdir(), 'atm-dashboard-'));
    workspace = path.join(home, 'project');
    placeSample(home, { nowMs: NOW });
    engine = await createLocalEngine({ agents: ALL_AGENTS, place: { home, env: {}, platform: 'linux' } });
    await engine.sweep();
  });
  after(async () => {
    await engine.dispose();
    rmSync(home, { recursive: true, force: true });
  });

  const request = (timeZone: string, more: Partial<DashboardRequest>): DashboardRequest => ({
    locale: 'en',
    timeZone,
    nowMs: NOW,
    window: 'week',
    compare: true,
    trend: 'day',
    filters: {},
    thresholds: DEFAULT_THRESHOLDS,
    ...more,
  });
  const report = (asked: DashboardRequest): Promise<UsageReport> => {
    const { window, sinceMs, untilMs, timeZone, nowMs, atMs, filters } = asked;
    const span = atMs === undefined || window === 'all' || window === 'custom' ? {} : spanAt(atMs, window, timeZone);
    return engine.usage({ window, sinceMs, untilMs, ...span, timeZone, nowMs, ...filters });
  };
  const isEqual = async (asked: DashboardRequest, name: string): Promise<DashboardView> => {
    const [view, told] = [await engine.dashboard(asked), await report(asked)];
    assert.deepEqual(shown(view), expected(told), name);
    const days = view.days.bars;
    const sum = days.reduce((all, bar) => all + Object.values(bar.tokens).reduce((a, b) => a + b, 0), 0);
    assert.equal(sum, told.totals.total_tokens, `${name}: bars`);
    if (days.every((bar) => bar.key.length === 10))
      for (const day of told.by_day) {
        const tokens = days.find((bar) => bar.key === day.day)?.tokens;
        assert.deepEqual(
          tokens,
          {
            cacheRead: day.cache_read,
            cacheWrite: day.cache_creation,
            input: day.input_tokens,
            output: day.output_tokens,
          },
          `${name}: ${day.day}`,
        );
      }
    return view;
  };

  const windows: [string, (zone: string) => Partial<DashboardRequest>][] = [
    ['a day', () => ({ window: 'day' })],
    ['a day before', () => ({ window: 'day', atMs: NOW - 86_400_000 })],
    ['a week', () => ({ window: 'week' })],
    ['a week before', () => ({ window: 'week', atMs: NOW - 7 * 86_400_000 })],
    ['a month', () => ({ window: 'month' })],
    ['everything', () => ({ window: 'all' })],
    ['some days', (zone) => ({ window: 'custom', ...neighbourEdges('day', spanAt(NOW, 'day', zone), -1, zone) })],
    [
      'a span that cuts quarter hours',
      () => ({ window: 'custom', sinceMs: NOW - 100_000_123, untilMs: NOW - 3_000_001 }),
    ],
    ['a time without requests', () => ({ window: 'custom', sinceMs: 0, untilMs: 86_400_000 })],
  ];
  for (const zone of ZONES)
    for (const [name, make] of windows)
      it(`has the figures of the command line for ${name} in ${zone}`, async () => {
        await isEqual(request(zone, make(zone)), name);
      });

  it('has them for every mark that filters, alone and with another', async () => {
    const [zone = ''] = ZONES;
    const whole = await engine.dashboard(request(zone, { window: 'all' }));
    const items = await engine.dashboardItems(request(zone, { window: 'all' }));
    const tables = [whole.byAgent, whole.byModel, whole.providers.table, ...whole.breakdowns];
    const choices = [...tables, { rows: items.table?.rows.slice(0, 20) ?? [] }].flatMap(({ rows }) =>
      rows.flatMap((row): FilterChoice[] => (row.filter ? [row.filter] : [])),
    );
    assert.deepEqual([...new Set(choices.map(({ by }) => by))].toSorted(), [
      'account',
      'agent',
      'agentName',
      'item',
      'kind',
      'model',
      'provider',
      'session',
      'user',
      'workspace',
    ]);
    for (const choice of choices) {
      const filters: UsageFilters = toggleFilter({}, choice);
      const view = await isEqual(request(zone, { window: 'all', filters }), JSON.stringify(filters));
      assert.equal(view.chips.length, choice.under ? 2 : 1);
      assert.notEqual(view.headline.title.split(' ')[0], '0', JSON.stringify(filters));
      const model = view.byModel.rows[0]?.filter;
      if (model)
        await isEqual(
          request(zone, { filters: toggleFilter(filters, model) }),
          `${JSON.stringify(filters)} and a model`,
        );
    }
  });

  it('has the figures of the command line on its cards, and before up to the same point', async () => {
    for (const zone of ZONES) {
      const view = await engine.dashboard(request(zone, {}));
      for (const [i, name] of (['day', 'week', 'month'] as const).entries()) {
        const span = spanAt(NOW, name, zone);
        const last = spanAt(span.sinceMs - 1, name, zone);
        const untilMs = Math.min(last.untilMs, last.sinceMs + NOW - span.sinceMs);
        const now = (await report(request(zone, { window: name }))).totals;
        const then = (await report(request(zone, { window: 'custom', sinceMs: last.sinceMs, untilMs }))).totals;
        const [tokens, costs, turns, sessions] = view.cards.map((card) => card.spans[i]);
        assert.deepEqual(
          [tokens?.title, costs?.value, turns?.value, sessions?.value],
          [`${exact(now.total_tokens)} tokens`, cost(now), exact(now.turns), exact(now.sessions)],
        );
        const before = [tokens, costs, turns, sessions].map((each) => each?.change?.title.split(' ')[0]);
        const figuresThen = [exact(then.total_tokens), cost(then), exact(then.turns), exact(then.sessions)];
        if (now.total_tokens + then.total_tokens === 0) assert.deepEqual(before, before.fill(undefined));
        else assert.deepEqual(before, figuresThen);
      }
    }
  });

  it('has the figures of the command line in each session, before the window, and in each bar of a trend', async () => {
    for (const zone of ZONES) {
      const asked = request(zone, { atMs: NOW - 7 * 86_400_000 });
      const view = await engine.dashboard(asked);
      const sessions = view.breakdowns.find(({ caption }) => caption === 'By session')?.rows ?? [];
      assert.ok(sessions.length > 1);
      for (const { key, cells } of sessions) {
        const { totals } = await report({ ...asked, filters: { session: key } });
        assert.deepEqual(cells.slice(1), [exact(totals.turns), compact(totals.total_tokens), cost(totals)], key);
      }
      const span = spanAt(NOW - 7 * 86_400_000, 'week', zone);
      const then = (await report({ ...asked, window: 'custom', ...neighbourEdges('week', span, -1, zone) })).totals;
      assert.match(view.change?.title ?? '', new RegExp(`^${exact(then.total_tokens)} `));
      for (const unit of ['day', 'week', 'month'] as const) {
        const { bars } = (await engine.dashboard(request(zone, { trend: unit }))).trend.days;
        const used = bars.filter(({ tokens }) => Object.values(tokens).some((count) => count > 0));
        assert.ok(used.length > 0);
        for (const { key, sinceMs, untilMs, tokens } of used) {
          const { totals } = await report(request(zone, { window: 'custom', sinceMs, untilMs }));
          assert.deepEqual(
            tokens,
            {
              cacheRead: totals.cache_read,
              cacheWrite: totals.cache_creation,
              input: totals.input_tokens,
              output: totals.output_tokens,
            },
            `${zone}, ${unit}: ${key}`,
          );
        }
      }
    }
  });

  it('has items that are those of the command line', async () => {
    const asked = request('UTC', { window: 'all', filters: { usedKind: 'read' } });
    const { table } = await engine.dashboardItems(asked);
    const told = await engine.items({ window: 'all', timeZone: 'UTC', nowMs: NOW, usedKind: 'read', kind: 'read' });
    assert.ok(told.length > 5);
    assert.deepEqual(
      table?.rows.map((row) => [row.cells[0], row.cells[3]]),
      told.filter((item) => item.target !== '').map((item) => [item.target, compact(item.total_tokens)]),
    );
  });

  it('follows what is written, also what is renamed and added to old hours', async () => {
    const all = request('UTC', { window: 'all' });
    await engine.dashboard(all);
    const session = claudeWriter(home, workspace);
    session.prompt();
    session.reply(40_000);
    await engine.sweep();
    await isEqual(all, 'after a reply');
    session.reply(50_000);
    await engine.sweep();
    await isEqual(all, 'after another');
  });
});
