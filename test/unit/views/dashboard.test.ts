import assert from 'node:assert/strict';
import { dashboardView } from '../../../src/views/dashboard.ts';
import { daysView } from '../../../src/views/days.ts';
import { providerDonut } from '../../../src/views/donut.ts';
import { codex, input, main, sums } from './dashboardSample.ts';

describe('the Show Usage page', () => {
  const view = dashboardView(input);

  it('has a headline that marks what is estimated', () => {
    assert.deepEqual(view.headline, {
      value: '114k',
      title: '114,000 tokens this week',
      caption: 'tokens this week, output of 1 request estimated',
    });
  });

  for (const [budget, tone] of [
    [100, 'normal'],
    [3, 'notice'],
    [1.8, 'warning'],
    [1.5, 'critical'],
  ] as const)
    it(`holds the week's cost against a budget of ${budget} dollars: ${tone}`, () => {
      const { costRing } = dashboardView({ ...input, weeklyBudgetUsd: budget, budgetWeek: input.totals });
      assert.equal(costRing?.tone, tone);
      assert.ok(Math.abs((costRing?.percent ?? 0) - (input.totals.costUsd / budget) * 100) < 1e-9);
      assert.match(costRing?.percentLabel ?? '', /^≥ /);
      assert.match(costRing?.detail ?? '', /^≈\$1\.50 \+ of \$/);
    });

  it('has no bar of dollars without a budget', () => assert.equal(view.costRing, undefined));

  it('says what is unpriced instead of giving it away', () => {
    assert.deepEqual(view.facts[0], {
      label: 'Cost',
      isCost: true,
      value: '≈$1.50 +',
      detail: 'list price; 5 requests unpriced',
    });
  });

  it('has agents by tokens, their subagents below, and foreign names as they are', () => {
    assert.deepEqual(
      view.byAgent.rows.map((row) => [row.level, row.cells[0], row.cells[1], row.cells[7], row.cells[8]]),
      [
        [0, 'Claude Code', 'opus', '110k', '$1.50 +'],
        [1, 'Main thread', 'opus', '100k', '$1.50'],
        [1, 'Explore', 'haiku', '11k', 'unpriced'],
        [0, 'Codex', '<img src=x>', '4k', '≈$0.0040'],
      ],
    );
  });

  it('has models below what used several, and of an agent the one that all its parts used most', () => {
    const half = sums({ turns: 1, input: 100 });
    const parts: [name: string, opus: number, haiku: number][] = [
      ['main', 3, 2],
      ['Explore', 0, 2],
    ];
    const byAgent = parts.map(([agentName, opus, haiku]) => {
      const models = [
        { ...half, model: 'opus', input: opus * 100 },
        { ...half, model: 'haiku', input: haiku * 100 },
      ].filter((row) => row.input > 0);
      const model = models[0]?.model ?? '';
      return { ...half, agent: 'claude-code', agentName, model, models, input: (opus + haiku) * 100 };
    });
    const told = (rows: typeof byAgent, filters = {}) =>
      dashboardView({ ...input, byAgent: rows, filters }).byAgent.rows.map((row) =>
        [row.level, row.selected ? '✓' : '', row.cells[0], row.cells[1], row.cells[7]].join(' '),
      );
    assert.deepEqual(told(byAgent, { agents: ['claude-code'], agentName: 'main', model: 'haiku' }), [
      '0  Claude Code haiku 700',
      '1 ✓ Main thread opus 500',
      '2  opus  300',
      '2 ✓ haiku  200',
      '1  Explore haiku 200',
    ]);
    assert.deepEqual(told(byAgent.slice(0, 1)), ['0  Claude Code opus 500', '1  opus  300', '1  haiku  200']);
  });

  it('has neither bars nor an axis where nothing was used, but both where something was before', () => {
    const span = { key: '2026-11-16', sinceMs: Date.UTC(2026, 10, 15, 11), untilMs: Date.UTC(2026, 10, 16, 11) };
    const where = { locale: 'en', timeZone: 'Pacific/Auckland' };
    const empty = { ...span, sums: sums({}) };
    const compared = (input: number) => ({ spans: [{ ...span, sums: sums({ input }) }], label: 'before' });
    for (const then of [undefined, compared(0)]) {
      const days = daysView([empty], 'day', where, then);
      assert.deepEqual([days.bars, days.yTicks, days.text], [[], [], 'No tokens in this window.']);
    }
    const days = daysView([empty], 'day', where, compared(70));
    assert.equal(days.bars[0]?.before?.tokens, 70);
    assert.ok((days.yTicks.at(-1)?.value ?? 0) >= 70);
  });

  it('has bars whose classes sum to what was used, and an axis above the highest', () => {
    assert.deepEqual(
      view.days.bars.map((bar) => [bar.key, bar.label, bar.tokens, bar.totalLabel]),
      [
        ['2026-11-16', '16 Mon', { cacheRead: 90_000, cacheWrite: 8000, input: 1000, output: 500 }, '100k'],
        ['2026-11-17', '17 Tue', { cacheRead: 0, cacheWrite: 0, input: 0, output: 0 }, '0'],
      ],
    );
    assert.deepEqual(
      view.days.yTicks.map((tick) => tick.label),
      ['0', '50k', '100k'],
    );
  });

  it('says what it rests on', () => {
    assert.match(view.coverage, /^120 records from 5 files · history starts on Sep 30, 2026 · 2 records rejected$/);
  });

  it('says of a team how much there is, where it stands and since when', () => {
    const scopes = { scope: 'team', place: '3 machines at db' } as const;
    const coverageOf = (more: object): string => dashboardView({ ...input, ...more }).coverage;
    const empty = { ...input.coverage, records: 1, firstAtMs: null };
    assert.equal(coverageOf({ scopes }), '120 requests · 3 machines at db · history starts on Sep 30, 2026');
    assert.equal(coverageOf({ scopes, coverage: empty }), '1 request · 3 machines at db');
    assert.equal(coverageOf({ scopes: { scope: 'team' } }), 'No answer from the team’s store');
  });

  it('says what is stated only as a sum, and in no figure', () => {
    const sum = {
      model: 'm',
      source: 'manifest',
      input: 1000,
      output: 200,
      cacheRead: 34,
      cacheWrite5m: 0,
      cacheWrite1h: 0,
      reasoning: 9,
    };
    assert.match(
      dashboardView({ ...input, unlisted: [sum] }).coverage,
      / · stated only as a sum, in no figure here: 1,234 tokens$/,
    );
  });

  it('says what caching saved, what is not in it, and nothing without a price', () => {
    assert.deepEqual(
      view.facts.slice(4).map(({ label, value, detail }) => [label, value, detail]),
      [
        ['Cache hit rate', '88%', 'of 112k prompt tokens'],
        ['Saved by caching', '$3.25', '9k cached tokens unpriced'],
      ],
    );
    const unpriced = dashboardView({ ...input, saving: { isEstimated: false, unpricedTokens: 9000 } });
    assert.equal(unpriced.facts.length, 5);
  });

  it('has a ring in the tone of the budget, and none without one', () => {
    assert.equal(view.ring, undefined);
    const toneAt = (budgetTokens: number) => {
      const { ring } = dashboardView({ ...input, weeklyBudgetTokens: 1000, budgetTokens });
      return [ring?.tone, ring?.percentLabel, ring?.marks.join()];
    };
    assert.deepEqual(
      [0, 499, 500, 799, 800, 949, 950, 1200].map(toneAt),
      [
        ['normal', '0%'],
        ['normal', '50%'],
        ['notice', '50%'],
        ['notice', '80%'],
        ['warning', '80%'],
        ['warning', '95%'],
        ['critical', '95%'],
        ['critical', '120%'],
      ].map((row) => [...row, '50,80,95']),
    );
  });

  it('compares with the window before up to the same point', () => {
    const before = {
      sinceMs: Date.UTC(2026, 10, 9),
      untilMs: Date.UTC(2026, 10, 11, 12),
      wholeUntilMs: Date.UTC(2026, 10, 16),
    };
    const { change, against, days } = dashboardView({
      ...input,
      isCompared: true,
      before: {
        ...before,
        totals: { sessions: 1, ...main },
        spans: [{ key: 'x', sinceMs: 0, untilMs: 1, sums: codex }],
      },
    });
    assert.equal(against, `against ${change?.title}`);
    assert.deepEqual(change, { text: '+15%', direction: 'up', title: '99,500 tokens from Nov 8\u2009–\u200911' });
    assert.deepEqual(
      [days.beforeLabel?.replaceAll('\u2009', ' '), days.bars.map((bar) => bar.before)],
      ['Nov 8 – 15', [{ tokens: 4000, label: '4k' }, undefined]],
    );
  });

  it('has the cost per provider as a ring of what is priced, and a table of all', () => {
    const { donut, table } = view.providers;
    assert.deepEqual(
      donut.slices.map(({ label, valueLabel, shareLabel, filter }) => [label, valueLabel, shareLabel, filter?.value]),
      [
        ['anthropic', '$1.50', '99%', 'anthropic'],
        ['openai', '≈$0.0040', '<1%', 'openai'],
      ],
    );
    assert.deepEqual([donut.total, donut.caption], ['≈$1.50 +', '5 requests unpriced']);
    assert.deepEqual(
      table.rows.map((row) => [row.cells[0], row.cells[3]]),
      [
        ['anthropic', '$1.50'],
        ['openai', '≈$0.0040'],
        ['local', 'unpriced'],
      ],
    );
  });

  it('marks each part of the ring that is estimated or lacks a price, also what is left of many', () => {
    const [row] = input.byProvider;
    assert.ok(row);
    const rows = Array.from({ length: 7 }, (_, n) => ({
      ...row,
      provider: `p${n}`,
      costUsd: 7 - n,
      turns: 10,
      unpricedTurns: n === 6 ? 1 : 0,
      estimatedTurns: n === 0 || n === 5 ? 1 : 0,
    }));
    assert.deepEqual(
      providerDonut(rows, 'en').slices.map(({ label, valueLabel }) => `${label} ${valueLabel}`),
      ['p0 ≈$7.00', 'p1 $6.00', 'p2 $5.00', 'p3 $4.00', 'p4 $3.00', '2 others ≈$3.00 +'],
    );
  });

  it('breaks down by what rows filter by', () => {
    assert.deepEqual(
      view.breakdowns.map(({ caption, rows, more }) => [caption, rows[0]?.cells.join(' | '), rows[0]?.filter, more]),
      [
        ['By workspace', 'Not told | 10 | 100k | $1.50', { by: 'workspace', value: '' }, undefined],
        ['By session', 'a:b · app | 2 | 57k | ≈$0.0040', { by: 'session', value: 'codex:a:b' }, 'and 2 sessions more'],
        ['By tool kind', 'MCP github | 50% | 57k', { by: 'kind', value: 'mcp:github' }, undefined],
        ['By account', 'team | 10 | 100k | $1.50', { by: 'account', value: 'team' }, undefined],
        ['By user', 'ada | 10 | 100k | $1.50', { by: 'user', value: 'ada' }, undefined],
      ],
    );
  });

  it('says what it is filtered by, and where', () => {
    const filtered = dashboardView({
      ...input,
      filters: { agents: ['claude-code'], agentName: 'Explore', model: 'opus', usedKind: 'bash', account: '' },
      window: { ...input.window, isCurrent: false, resetAtMs: undefined },
    });
    assert.deepEqual(
      filtered.chips.map(({ by, label }) => [by, label]),
      [
        ['agentName', 'Claude Code: Explore'],
        ['kind', 'Sessions that ever used Bash'],
        ['model', 'Model: opus'],
        ['account', 'Account: not told'],
      ],
    );
    assert.equal(filtered.headline.caption.split(', output')[0], 'tokens, filtered');
    assert.deepEqual(
      filtered.byAgent.rows.map((row) => row.selected ?? false),
      [false, false, true, false],
    );
    assert.equal(filtered.byModel.rows[0]?.selected, true);
  });

  it('says where history starts in a window that begins before', () => {
    const early = { ...input.window, sinceMs: Date.UTC(2026, 8, 1), untilMs: Date.UTC(2026, 9, 3) };
    assert.equal(view.historyStart, undefined);
    assert.equal(dashboardView({ ...input, window: early }).historyStart, 'History starts on September 30, 2026.');
  });

  it('tells an empty machine from one that is still being read', () => {
    const nothing = { ...input, coverage: { ...input.coverage, firstAtMs: null } };
    const progress = { filesDone: 1, filesTotal: 9, bytesDone: 1, bytesTotal: 9 };
    assert.equal(dashboardView(nothing).state, 'empty');
    assert.match(dashboardView(nothing).notice ?? '', /those of Claude Code, Codex\./);
    assert.equal(dashboardView({ ...nothing, progress }).state, 'indexing');
  });
});
