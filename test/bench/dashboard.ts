import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { answerDashboard } from '../../src/engine/answerDashboard.ts';
import type { AnswerFacts } from '../../src/engine/answerFacts.ts';
import type { UsageIn } from '../../src/engine/answerLimits.ts';
import { answerMeter } from '../../src/engine/answerMeter.ts';
import { answerSidebar } from '../../src/engine/answerSidebar.ts';
import { answerUsage } from '../../src/engine/answerUsage.ts';
import type { DashboardRequest } from '../../src/engine/engineApi.ts';
import { usageCube } from '../../src/queries/usageCube.ts';
import { openStore } from '../../src/store/openStore.ts';
import { parseLimitSettings } from '../../src/views/limitSettings.ts';
import { DEFAULT_THRESHOLDS } from '../../src/views/tone.ts';
import { type BenchRow, bounded, percentile } from './row.ts';
import { makeYearsOfUse } from './yearsOfUse.ts';

const FIRST_MS = 300;
const CHANGE_MS = 150;
const RUNS = 7;

const CASES: [string, Partial<DashboardRequest>][] = [
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
/** The same figures as the page's, asked of all requests at once and of those of 30 days. */
const BARE =
  'SELECT provider, model, agent_name, count(*), sum(input_tokens), sum(cache_read_tokens), sum(output_tokens), sum(cost_usd) FROM usage_logs';

/** Time of the processor, so that what else runs on the machine counts less. */
const took = (work: () => unknown): number => {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};

/**
 * How long Show Usage takes over years of history, of processor time: the first picture, then other windows and filters, some also after something new was
 * stored; beside it, plain SQL over the same requests.
 */
export async function dashboard(requests: number): Promise<BenchRow[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'atm-bench-'));
  const file = path.join(folder, 'store.db');
  const nowMs = Date.now();
  try {
    const made = await makeYearsOfUse(file, requests, nowMs);
    const { store } = await openStore({ path: file, nowMs });
    const cube = usageCube(store);
    const facts: AnswerFacts = {
      agentLabels: {},
      settings: { paths: {}, disabledAgents: [] },
      limits: parseLimitSettings({ weeklyBudgetTokens: 1e9 }),
      places: { home: folder, usualFolders: [] },
      user: 'ada',
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
    const show = (more: Partial<DashboardRequest>): number =>
      took(() => answerDashboard(store, cube, asked(more), facts));
    const median = (work: () => number): number => percentile(Array.from({ length: RUNS }, work), 0.5);

    const of = `${made.toLocaleString('en')} requests`;
    // The meter and the sidebar are there before anybody opens the page.
    const always = { ...asked({}), folders: [] };
    const usageIn: UsageIn = (window) => cube.usage(window).used;
    const small = took(() => [
      answerMeter(store, always, facts, usageIn),
      answerSidebar(store, always, facts, usageIn),
    ]);
    const rows: BenchRow[] = [
      bounded(`Show Usage, ${of}: first picture`, show({}), FIRST_MS, 'ms'),
      { what: `meter and sidebar, ${of}: first pictures, as the process starts`, value: `${small.toFixed(0)} ms` },
    ];
    for (const [name, more] of CASES)
      rows.push(
        bounded(
          `Show Usage, ${of}: ${name}`,
          median(() => show(more)),
          CHANGE_MS,
          'ms',
        ),
      );
    for (const [name, more] of CASES.slice(0, 4)) {
      const afterCommit = (): number => {
        store.commit([]);
        return show(more);
      };
      rows.push(bounded(`Show Usage, ${of}: ${name}, after a commit`, median(afterCommit), CHANGE_MS, 'ms'));
    }
    const bare = (where: string): number => took(() => store.all(`${BARE} ${where} GROUP BY 1, 2, 3`));
    const ms = (took: number): string => `${took.toFixed(0)} ms`;
    rows.push({ what: `plain SQL, ${of}: one table of everything`, value: ms(bare('')) });
    rows.push({
      what: `plain SQL, ${of}: one table of 30 days`,
      value: ms(bare(`WHERE at_ms >= ${nowMs - 30 * 86_400_000}`)),
    });
    const report = took(() => answerUsage(store, { window: 'all', timeZone: 'America/New_York', nowMs }, facts));
    rows.push({ what: `\`usage --window all\`, ${of}`, value: ms(report) });
    store.close();
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
