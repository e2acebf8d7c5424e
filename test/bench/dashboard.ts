import { answerDashboard } from '../../src/engine/answerDashboard.ts';
import { answerMeter } from '../../src/engine/answerMeter.ts';
import { answerSidebar } from '../../src/engine/answerSidebar.ts';
import { answerUsage } from '../../src/engine/answerUsage.ts';
import type { DashboardRequest } from '../../src/engine/engineApi.ts';
import { usageCube } from '../../src/queries/usageCube.ts';
import { DEFAULT_THRESHOLDS } from '../../src/views/tone.ts';
import { type BenchRow, beside, bounded, percentile } from './row.ts';
import { took, tookEach, type YearsStore } from './yearsStore.ts';

const FIRST_MS = 300;
const CHANGE_MS = 150;
const RUNS = 7;
const DAY_MS = 86_400_000;

/** What is asked for, and the same requests in plain SQL. */
const CASES: [name: string, more: Partial<DashboardRequest>, days: number, where: string][] = [
  ['day', { window: 'day' }, 1, ''],
  ['week', {}, 7, ''],
  ['month', { window: 'month' }, 30, ''],
  ['everything', { window: 'all' }, 0, ''],
  ['everything, trend by month', { window: 'all', trend: 'month' }, 0, ''],
  ['everything of an agent', { window: 'all', filters: { agents: ['codex'] } }, 0, `agent = 'codex'`],
  ['everything of a model', { window: 'all', filters: { model: 'claude-opus-4-1' } }, 0, `model = 'claude-opus-4-1'`],
  [
    'everything of a folder',
    { window: 'all', filters: { workspace: '/home/dev/project-7' } },
    0,
    `session_id IN (SELECT id FROM sessions WHERE workspace = '/home/dev/project-7')`,
  ],
  [
    'everything of sessions with a tool',
    { window: 'all', filters: { usedKind: 'mcp:github' } },
    0,
    `session_id IN (SELECT session_id FROM kind_days WHERE shares LIKE '%"mcp:github"%')`,
  ],
  ['week of a model', { filters: { model: 'claude-opus-4-1' } }, 7, `model = 'claude-opus-4-1'`],
];
/** One of the page's dozen tables, asked of the requests themselves. */
const BARE =
  'SELECT provider, model, agent_name, count(*), sum(input_tokens), sum(cache_read_tokens), sum(output_tokens), sum(cost_usd) FROM usage_logs';

/**
 * How long Show Usage takes over years of history: the first picture, then other windows and filters as somebody goes through them, again, and
 * after something new was stored; each beside one table of the same requests in plain SQL.
 */
export async function dashboard({ open, nowMs, requests, facts }: YearsStore): Promise<BenchRow[]> {
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
  const name = (what: string): string => `Show Usage, ${requests.toLocaleString('en')} requests: ${what}`;
  const rows: BenchRow[] = [];

  // Another process of its own, as far as this one can: nothing was asked of the store before.
  const cold = await open();
  rows.push(
    bounded(
      name('first picture of an engine that was asked nothing yet'),
      took(() => answerDashboard(cold, usageCube(cold), asked({}), facts)),
      FIRST_MS,
      'ms',
    ),
  );
  cold.close();

  const store = await open();
  const cube = usageCube(store);
  const show = (more: Partial<DashboardRequest>): number =>
    took(() => answerDashboard(store, cube, asked(more), facts));
  const bare = (days: number, where: string): number => {
    const parts = [...(days > 0 ? [`at_ms >= ${nowMs - days * DAY_MS}`] : []), ...(where ? [where] : [])];
    return tookEach(() =>
      store.all(`${BARE} ${parts.length > 0 ? `WHERE ${parts.join(' AND ')}` : ''} GROUP BY 1, 2, 3`),
    );
  };
  // The meter and the sidebar are there before anybody opens the page.
  const always = { ...asked({}), folders: [] };
  const usageIn = (window: Parameters<typeof cube.usage>[0]) => cube.usage(window).used;
  answerMeter(store, always, facts, usageIn);
  answerSidebar(store, always, facts, usageIn);
  const first = show({});
  rows.push(beside(bounded(name('first picture, after the meter'), first, FIRST_MS, 'ms'), first, bare(7, '')));

  let longestMs = 0;
  for (let hasMore = true; hasMore; )
    longestMs = Math.max(
      longestMs,
      took(() => {
        hasMore = cube.readAhead();
      }),
    );
  rows.push({ what: name('longest part of what is read ahead'), value: `${longestMs.toFixed(0)} ms` });

  for (const [what, more, days, where] of CASES) {
    const once = show(more);
    const again = percentile(
      Array.from({ length: RUNS }, () => show(more)),
      0.5,
    );
    const plain = bare(days, where);
    rows.push(beside(bounded(name(`${what}, the first time`), once, CHANGE_MS, 'ms'), once, plain));
    rows.push(beside(bounded(name(`${what}, again`), again, CHANGE_MS, 'ms'), again, plain));
  }
  for (const [what, more] of CASES.slice(0, 4)) {
    store.commit([]);
    rows.push(bounded(name(`${what}, after a commit`), show(more), CHANGE_MS, 'ms'));
  }
  const report = took(() => answerUsage(store, { window: 'all', timeZone: 'America/New_York', nowMs }, facts));
  rows.push({
    what: `\`usage --window all\`, ${requests.toLocaleString('en')} requests`,
    value: `${report.toFixed(0)} ms`,
  });
  store.close();
  return rows;
}
