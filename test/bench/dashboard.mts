// How long Show Usage takes over years of history: the first picture, then other windows and filters, each also after something new was stored.
//   npx tsx test/bench/dashboard.mts [requests] [FILE of an earlier run, to measure again]

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { answerDashboard } from '../../src/engine/answerDashboard.ts';
import { type AnswerFacts, answerUsage } from '../../src/engine/answers.ts';
import type { DashboardRequest } from '../../src/engine/engineApi.ts';
import { usageCube } from '../../src/queries/usageCube.ts';
import { openStore } from '../../src/store/openStore.ts';
import { DEFAULT_THRESHOLDS } from '../../src/views/tone.ts';
import { type BenchRow, bounded, percentile, printRows } from './row.ts';
import { makeYearsOfUse } from './yearsOfUse.ts';

const requests = Number(process.argv[2] ?? 1_000_000);
const folder = mkdtempSync(path.join(tmpdir(), 'atm-bench-'));
const file = process.argv[3] ?? path.join(folder, 'store.db');
const nowMs = Date.now();
const FIRST_MS = 300;
const CHANGE_MS = 150;
const RUNS = 7;

const facts: AnswerFacts = {
  agentLabels: {},
  settings: { paths: {}, disabledAgents: [], weeklyBudgetTokens: 1e9 },
  lookedFor: [],
  withoutTokens: [],
  lookups: () => [],
  storePlace: { path: file },
};
const asked = (more: Partial<DashboardRequest>): DashboardRequest => ({
  locale: 'en',
  timeZone: 'America/New_York',
  nowMs,
  window: 'week',
  compare: true,
  trend: 'day',
  filters: {},
  thresholds: DEFAULT_THRESHOLDS,
  ...more,
});
/** Time of the processor, so that what else runs on the machine counts less. */
const took = (work: () => unknown): number => {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};

try {
  if (!existsSync(file)) console.log(`${await makeYearsOfUse(file, requests, nowMs)} requests: ${file}`);
  const { store } = await openStore({ path: file, nowMs });
  const cube = usageCube(store);
  const dashboard = (more: Partial<DashboardRequest>): number =>
    took(() => answerDashboard(store, cube, asked(more), facts));
  const rows: BenchRow[] = [bounded('first picture: this week', dashboard({}), FIRST_MS, 'ms')];
  const cases: [string, Partial<DashboardRequest>][] = [
    ['day', { window: 'day' }],
    ['week', {}],
    ['month', { window: 'month' }],
    ['everything', { window: 'all' }],
    ['everything, trend by month', { window: 'all', trend: 'month' }],
    ['everything of an agent', { window: 'all', filters: { agents: ['codex'] } }],
    ['everything of a model', { window: 'all', filters: { model: 'claude-opus-4-1' } }],
    ['everything of a folder', { window: 'all', filters: { workspace: '/home/dev/project-7' } }],
    ['everything of sessions with a tool', { window: 'all', filters: { usedKind: 'mcp:github' } }],
    ['week of a model', { filters: { model: 'claude-opus-4-1' } }],
  ];
  for (const [name, more] of cases)
    rows.push(
      bounded(
        name,
        percentile(
          Array.from({ length: RUNS }, () => dashboard(more)),
          0.5,
        ),
        CHANGE_MS,
        'ms',
      ),
    );
  for (const [name, more] of cases.slice(0, 4)) {
    const waits = Array.from({ length: RUNS }, () => {
      store.commit([]);
      return dashboard(more);
    });
    rows.push(bounded(`${name}, after a commit`, percentile(waits, 0.5), CHANGE_MS, 'ms'));
  }
  const bare = took(() => store.all('SELECT count(*), sum(output_tokens) FROM requests'));
  rows.push({ what: 'for comparison: one sum over all requests in SQL', value: `${bare.toFixed(0)} ms` });
  const report = took(() => answerUsage(store, { window: 'all', timeZone: 'America/New_York', nowMs }));
  rows.push({ what: 'for comparison: `usage --window all`', value: `${report.toFixed(0)} ms` });
  printRows(rows);
  store.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
