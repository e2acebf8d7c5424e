import { noUsage } from '../../../src/queries/usageSums.ts';
import type { UsageSums } from '../../../src/queries/usageWindow.ts';
import type { DashboardInput } from '../../../src/views/dashboard.ts';
import { DEFAULT_THRESHOLDS } from '../../../src/views/tone.ts';

/** What the engine tells the Show Usage page of a week with two agents: */
const NOW = Date.UTC(2026, 10, 18, 12);

export const sums = (part: Partial<UsageSums>): UsageSums => ({ ...noUsage(), ...part });

export const main = sums({
  tasks: 2,
  turns: 10,
  input: 1000,
  output: 500,
  cacheRead: 90_000,
  cacheWrite5m: 8000,
  costUsd: 1.5,
});
const explore = sums({
  tasks: 1,
  turns: 5,
  input: 500,
  output: 100,
  cacheRead: 9000,
  cacheWrite1h: 900,
  unpricedTurns: 5,
});
export const codex = sums({ tasks: 1, turns: 2, input: 3000, output: 1000, estimatedTurns: 1, costUsd: 0.004 });
export const total = sums({
  tasks: 4,
  turns: 17,
  input: 4500,
  output: 1600,
  cacheRead: 99_000,
  cacheWrite5m: 8000,
  cacheWrite1h: 900,
  costUsd: 1.504,
  unpricedTurns: 5,
  estimatedTurns: 1,
});

export const input: DashboardInput = {
  locale: 'en',
  timeZone: 'America/New_York',
  nowMs: NOW,
  thresholds: DEFAULT_THRESHOLDS,
  agentLabels: { 'claude-code': 'Claude Code', codex: 'Codex' },
  limits: [],
  weekTokens: 114_000,
  weekSinceMs: Date.UTC(2026, 10, 16),
  weekResetAtMs: Date.UTC(2026, 10, 23),
  window: {
    name: 'week',
    sinceMs: Date.UTC(2026, 10, 16),
    untilMs: Date.UTC(2026, 10, 23),
    resetAtMs: Date.UTC(2026, 10, 23),
    fromDay: '2026-11-15',
    toDay: '2026-11-22',
    isCurrent: true,
    hasNext: false,
    isNarrowed: false,
  },
  filters: {},
  isCompared: false,
  saving: { usd: 3.25, isEstimated: false, unpricedTokens: 9000 },
  summary: [],
  byProvider: [
    { provider: 'openai', ...codex },
    { provider: 'anthropic', ...main },
    { provider: 'local', ...explore },
  ],
  byWorkspace: [{ workspace: '', ...main }],
  byKind: [{ kind: 'mcp:github', input: 57_000, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 }],
  byAccount: [{ account: 'team', ...main }],
  byUser: [{ user: 'ada', ...main }],
  sessions: {
    ranked: [{ key: 'codex:a:b', title: null, workspace: '/code/app', tokens: 57_000, ...codex }],
    count: 3,
  },
  trend: { unit: 'day', spans: [] },
  recentDays: [],
  budgetTokens: 0,
  totals: { sessions: 3, ...total },
  byAgent: [
    { agent: 'claude-code', agentName: 'main', model: 'opus', models: [{ model: 'opus', ...main }], ...main },
    {
      agent: 'claude-code',
      agentName: 'Explore',
      model: 'haiku',
      models: [{ model: 'haiku', ...explore }],
      ...explore,
    },
    { agent: 'codex', agentName: 'main', model: '<img src=x>', models: [{ model: '<img src=x>', ...codex }], ...codex },
  ],
  byModel: [{ model: 'opus', ...main }],
  spans: [
    { key: '2026-11-16', sinceMs: Date.UTC(2026, 10, 16, 5), untilMs: Date.UTC(2026, 10, 17, 5), sums: main },
    { key: '2026-11-17', sinceMs: Date.UTC(2026, 10, 17, 5), untilMs: Date.UTC(2026, 10, 18, 5), sums: sums({}) },
  ],
  unit: 'day',
  coverage: {
    files: 5,
    records: 120,
    unknownRecords: 0,
    rejectedRecords: 2,
    failedFiles: 0,
    firstAtMs: Date.UTC(2026, 9, 1),
    lastAtMs: NOW,
  },
  notCounted: [],
  unlisted: [],
  lookedFor: ['Claude Code', 'Codex'],
};
