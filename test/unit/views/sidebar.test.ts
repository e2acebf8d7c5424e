import assert from 'node:assert/strict';
import type { UsageTotalsRow } from '../../../src/queries/usageTotals.ts';
import { type SidebarInput, type SidebarSession, sidebarView } from '../../../src/views/sidebar.ts';
import { DEFAULT_THRESHOLDS } from '../../../src/views/tone.ts';

const NOW = Date.UTC(2026, 10, 18, 12);

const totals = (tokens: number, costUsd: number, more: Partial<UsageTotalsRow> = {}) => ({
  sessions: 1,
  tasks: 1,
  turns: 10,
  input: tokens,
  output: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  reasoning: 0,
  costUsd,
  unpricedTurns: 0,
  estimatedTurns: 0,
  priceSources: ['genai-prices:anthropic/claude-sonnet-4-5', 'user'],
  otherwisePriced: [],
  ...more,
});

const session = (key: string, contextTokens: number, idleMs: number, title: string | null = null): SidebarSession => ({
  session: {
    key: `claude-code:${key}`,
    agent: 'claude-code',
    sessionId: key,
    title,
    workspace: '/home/dev/spotter',
    model: 'claude-sonnet-4-5',
    thread: 'main',
    lastAtMs: NOW - idleMs,
  },
  thread: {
    thread: 'main',
    agentName: 'main',
    parentThread: null,
    launchCallId: null,
    model: 'claude-sonnet-4-5',
    lastAtMs: NOW - idleMs,
    contextTokens,
    contextEstimated: 0,
    peakTokens: contextTokens,
    windowTokens: null,
    windowSource: null,
    compactedAtMs: null,
    compactedAtTokens: null,
    windowKinds: '[]',
  },
  totals: totals(340_000, 0.42),
});

const live = { ...session('s1', 82_113, 60_000), totals: totals(340_000, 0.42), isElsewhere: false };
const input: SidebarInput = {
  locale: 'en',
  timeZone: 'America/New_York',
  nowMs: NOW,
  thresholds: DEFAULT_THRESHOLDS,
  agentLabels: { 'claude-code': 'Claude Code', codex: 'Codex' },
  limits: [],
  weekTokens: 3_150_000,
  weekSinceMs: Date.UTC(2026, 10, 16),
  weekResetAtMs: Date.UTC(2026, 10, 23),
  live,
  sessions: [live, session('s2', 190_000, 12 * 60_000, 'Refactor $(zap) [link](http://x)')],
  today: totals(1_200_000, 2.1),
  week: totals(3_150_000, 9.87),
  lookedFor: ['Claude Code', 'Codex'],
};

describe('the sidebar', () => {
  it('shows the live session, its figures, today and this week', () => {
    const view = sidebarView(input);
    assert.equal(view.state, 'ready');
    assert.deepEqual(view.live, {
      key: 'claude-code:s1',
      title: 'Claude Code in spotter',
      subtitle: 'Claude Code · claude-sonnet-4-5 · spotter',
      state: 'live',
      context: {
        percent: 41.0565,
        percentLabel: '41%',
        tone: 'normal',
        label: '82k of 200k tokens',
        title: '82,113 of 200,000 tokens (41%)',
      },
    });
    assert.deepEqual(
      view.figures.map(({ key, value, title, cost }) => [key, value, title, cost]),
      [
        ['session', '340k', '340,000 tokens', '$0.42'],
        ['today', '1.2M', '1,200,000 tokens', '$2.10'],
        ['week', '3.2M', '3,150,000 tokens', '$9.87'],
      ],
    );
    assert.equal(view.ring, undefined);
  });

  it('says since when the week is counted where today may hold more', () => {
    const notes = (weekSinceMs: number) => sidebarView({ ...input, weekSinceMs }).figures.map(({ note }) => note);
    assert.deepEqual(notes(Date.UTC(2026, 10, 18, 11)), [undefined, undefined, 'since Wed 6:00 AM']);
    assert.deepEqual(notes(Date.UTC(2026, 10, 18, 5)), [undefined, undefined, undefined]);
  });

  it('lists the sessions at work with how full they are', () => {
    const [first, second] = sidebarView(input).sessions;
    assert.deepEqual(
      [first?.title, first?.fill, first?.description, first?.state, first?.tone],
      ['Claude Code in spotter', '41%', '', 'live', 'normal'],
    );
    assert.deepEqual([second?.fill, second?.state, second?.tone], ['95%', 'idle', 'critical']);
    assert.equal(second?.accessibleLabel, 'Refactor $(zap) [link](http://x), Claude Code, 95%, idle for 12\u00a0min');
    assert.deepEqual(second?.tooltip, [
      'Claude Code · claude-sonnet-4-5 · spotter',
      '190,000 of 200,000 tokens (95%)',
      '340,000 tokens used, $0.42',
      'idle for 12\u00a0min',
    ]);
  });

  it('has a ring for the budget', () => {
    const { ring } = sidebarView({ ...input, weeklyBudgetTokens: 3_500_000 });
    assert.deepEqual([ring?.label, ring?.percentLabel, ring?.tone], ['Weekly budget', '90%', 'warning']);
    assert.deepEqual(ring?.marks, [50, 80, 95]);
  });

  it('says what it cannot know', () => {
    const noReply = { ...live, thread: { ...live.thread, peakTokens: 0, contextTokens: 0 } };
    const view = sidebarView({ ...input, live: noReply, sessions: [noReply] });
    assert.equal(view.live?.context, undefined);
    assert.match(view.live?.noContext ?? '', /^No reply yet/);
    assert.deepEqual([view.sessions[0]?.fill, view.sessions[0]?.description], [undefined, 'no reply yet']);
    const estimated = { ...live, thread: { ...live.thread, contextEstimated: 1 as const, compactedAtMs: NOW - 1000 } };
    const compacted = sidebarView({ ...input, live: estimated, sessions: [estimated] });
    assert.equal(compacted.live?.context?.percentLabel, '≈41%');
    assert.equal(compacted.live?.state, 'just compacted');
    const unpriced = sidebarView({ ...input, today: totals(10, 0, { turns: 2, unpricedTurns: 2 }) });
    assert.equal(unpriced.figures[1]?.cost, 'unpriced');
  });

  it('says of each cost where its prices come from, and what is missing in it', () => {
    const told = sidebarView({ ...input, today: totals(10, 0, { unpricedTurns: 2, estimatedTurns: 1 }) });
    const prices = 'Prices: Yours, genai-prices 0.1.8\nFrom the list, each request has the price of its day.';
    assert.deepEqual(
      told.figures.map((figure) => figure.costTitle),
      [prices, `${prices}\n2 requests have no price and add nothing.\nThe output of 1 request is estimated.`, prices],
    );
    const off = sidebarView({ ...input, costOf: () => 'off' });
    assert.deepEqual(
      off.figures.map(({ cost, costTitle }) => [cost, costTitle]),
      Array(3).fill(['', undefined]),
    );
    const ofSession = sidebarView({ ...input, costOf: (session) => (session ? 'api-equivalent' : 'mixed') });
    assert.deepEqual(
      ofSession.figures.map(({ cost }) => cost.at(-1)),
      ['*', '†', '†'],
    );
    assert.equal(ofSession.costNote, '*\u00a0API-equivalent · †\u00a0partly API-equivalent');
    assert.match(ofSession.figures[1]?.costTitle ?? '', /\(partly API-equivalent\)\nPrices: /);
    assert.equal(off.costNote, undefined);
  });

  it('says that a session is in another folder', () => {
    assert.equal(
      sidebarView({ ...input, live: { ...live, isElsewhere: true } }).live?.state,
      'live, in another folder',
    );
  });

  it('tells an empty machine from one that is being read', () => {
    const nothing = { ...input, live: undefined, sessions: [] };
    const empty = sidebarView(nothing);
    assert.equal(empty.state, 'empty');
    assert.match(empty.notice ?? '', /Looked for those of Claude Code, Codex\.$/);
    assert.deepEqual(empty.figures, []);
    const progress = { filesDone: 3, filesTotal: 10, bytesDone: 1, bytesTotal: 9 };
    assert.equal(sidebarView({ ...nothing, progress }).notice, 'Reading history, newest first: 3 of 10 files.');
    assert.equal(sidebarView({ ...input, progress }).state, 'indexing');
    assert.ok(sidebarView({ ...input, progress }).live);
  });
});
