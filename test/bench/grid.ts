import { requestGrid } from '../../src/engine/answerGrid.ts';
import type { GridRequest } from '../../src/engine/engineApi.ts';
import { usageCube } from '../../src/queries/usageCube.ts';
import { GRID_COLUMNS, type GridColumn, type RequestGridView } from '../../src/views/requestGridView.ts';
import { type BenchRow, beside, bounded, percentile } from './row.ts';
import { took, tookEach, type YearsStore } from './yearsStore.ts';

const PAGE_MS = 50;
const CHANGE_MS = 150;
const ROWS = 150;

/** What the columns are in plain SQL. */
const PLAIN: Record<GridColumn, string> = {
  at: 'at_ms',
  agent: 'l.agent',
  agentName: 'agent_name',
  provider: 'provider',
  model: 'model',
  session: 's.title',
  workspace: 's.workspace',
  account: 'l.account',
  user: 's.user',
  input: 'input_tokens',
  cacheRead: 'cache_read_tokens',
  cacheWrite: 'cache_write_5m_tokens + cache_write_1h_tokens',
  prompt: 'prompt_tokens',
  output: 'completion_tokens',
  reasoning: 'reasoning_tokens',
  total: 'total_tokens',
  cost: 'cost_usd',
};
const FILTERED: [name: string, more: Partial<GridRequest>, where: string][] = [
  ['of an agent', { filters: { agents: ['codex'] } }, `l.agent = 'codex'`],
  ['of a model', { filters: { model: 'claude-opus-4-1' } }, `model = 'claude-opus-4-1'`],
  ['of a folder', { filters: { workspace: '/home/dev/project-7' } }, `s.workspace = '/home/dev/project-7'`],
  ['without a price', { limits: ['unpriced'] }, 'cost_usd IS NULL'],
  ['with words', { search: 'project-7 explore' }, `s.workspace LIKE '%project-7%' AND agent_name LIKE '%explore%'`],
];

/**
 * How long the Requests page takes over years of history: its first picture, a page anywhere, and every order and filter of all requests, each
 * beside the same rows from plain SQL. An order by any column has its first page made and one far in.
 */
export async function grid({ open, nowMs, requests, facts }: YearsStore): Promise<BenchRow[]> {
  const store = await open();
  const list = requestGrid(store, usageCube(store));
  const answer = (more: Partial<GridRequest>): RequestGridView =>
    list.answer(
      {
        locale: 'en',
        timeZone: 'America/New_York',
        nowMs,
        window: 'all',
        filters: {},
        search: '',
        limits: [],
        sort: { by: 'at', isDescending: true },
        columns: [...GRID_COLUMNS],
        withPickers: false,
        from: 0,
        count: ROWS,
        isFollowing: false,
        ...more,
      },
      facts,
    );
  const name = (what: string): string => `Requests, ${requests.toLocaleString('en')}: ${what}`;
  const rows: BenchRow[] = [];
  let view: RequestGridView | undefined;
  /** Makes a list, with its first page. */
  const made = (more: Partial<GridRequest>): number =>
    took(() => {
      view = answer(more);
    });
  const page = (more: Partial<GridRequest>, from: number): number =>
    took(() => answer({ ...more, order: view?.order, from }));
  const bare = (by: GridColumn, where: string, from: number): number =>
    tookEach(() =>
      store.all(`SELECT l.*, s.title FROM usage_logs l JOIN sessions s ON s.id = l.session_id ${where ? `WHERE ${where}` : ''}
        ORDER BY ${PLAIN[by]} DESC, l.id DESC LIMIT ${ROWS} OFFSET ${from}`),
    );

  const opened = made({});
  rows.push(
    beside(
      bounded(name('first picture, everything, newest first'), opened, CHANGE_MS, 'ms'),
      opened,
      bare('at', '', 0),
    ),
  );
  let longestMs = 0;
  for (let hasMore = true; hasMore; )
    longestMs = Math.max(
      longestMs,
      took(() => {
        hasMore = list.readAhead();
      }),
    );
  rows.push({ what: name('longest part of what is read ahead'), value: `${longestMs.toFixed(0)} ms` });
  page({}, requests / 3);
  const far = percentile(
    [0.2, 0.35, 0.5, 0.65, 0.8, 0.95].map((share) => page({}, Math.floor(requests * share))),
    0.9,
  );
  rows.push(beside(bounded(name('a page far in'), far, PAGE_MS, 'ms'), far, bare('at', '', Math.floor(requests / 2))));
  const last = page({}, requests);
  rows.push(beside(bounded(name('the last page'), last, PAGE_MS, 'ms'), last, bare('at', '', requests - ROWS)));

  const farPages: number[] = [];
  for (const by of GRID_COLUMNS) {
    const either = [true, false].map((isDescending) => {
      const sort = { by, isDescending };
      const first = made({ sort });
      farPages.push(page({ sort }, Math.floor(requests * 0.7)));
      return first;
    });
    const slower = Math.max(...either);
    const row = bounded(name(`sorted by ${by}, the slower of both ways`), slower, CHANGE_MS, 'ms');
    rows.push(beside(row, slower, bare(by, '', 0)));
  }
  rows.push(bounded(name('a page far in of any order, the slowest'), Math.max(...farPages), PAGE_MS, 'ms'));
  for (const [what, more, where] of FILTERED) {
    const first = made(more);
    rows.push(beside(bounded(name(what), first, CHANGE_MS, 'ms'), first, bare('at', where, 0)));
    rows.push(bounded(name(`${what}, a page far in`), page(more, Math.floor((view?.total ?? 0) * 0.7)), PAGE_MS, 'ms'));
  }
  store.close();
  return rows;
}
