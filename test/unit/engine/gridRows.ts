import fc from 'fast-check';
import type { GridRequest } from '../../../src/engine/engineApi.ts';
import type { RequestRow } from '../../../src/ledger/rows.ts';
import type { Store } from '../../../src/store/store.ts';
import { GRID_COLUMNS, type GridColumn } from '../../../src/views/requestGridView.ts';
import { batch, request } from '../store/sampleRows.ts';

export const HOUR_MS = 3_600_000;
export const START_MS = Date.UTC(2026, 10, 1);
export const NOW_MS = Date.UTC(2026, 10, 4);
export const LABELS = { 'claude-code': 'Claude Code', codex: 'Codex' };

/** A request with little variety, so that many are equal in something. */
export interface Made {
  session: number;
  minutes: number;
  model: string;
  agentName: string;
  output: number;
  cached: number;
  estimated: boolean;
}

export const made = fc.record<Made>({
  session: fc.nat(5),
  minutes: fc.nat(70 * 60),
  model: fc.constantFrom('claude-sonnet-4-5', 'claude-opus-4-1', 'nobody-knows-this', 'ÄRGER-1'),
  agentName: fc.constantFrom('main', 'Explore'),
  output: fc.nat(4),
  cached: fc.constantFrom(0, 1000, 70_000),
  estimated: fc.boolean(),
});

const agentOf = (session: number): string => (session % 2 === 0 ? 'claude-code' : 'codex');
const SESSIONS = Array.from({ length: 6 }, (_, n) => ({
  sessionId: `s${n}`,
  workspace: n < 4 ? `/code/app${n % 2}` : undefined,
  account: n === 0 ? 'Größe' : undefined,
  title: n % 3 === 0 ? `Title ${n}` : undefined,
  lastAtMs: START_MS,
}));

let named = 0;
/** Stores requests, each commit with those of one agent. */
export function store(into: Store, rows: readonly Made[]): void {
  for (const agent of ['claude-code', 'codex']) {
    const mine = rows.filter(({ session }) => agentOf(session) === agent);
    const requests = mine.map((row): RequestRow => {
      const usage = {
        input: 1,
        cacheRead: row.cached,
        cacheWrite5m: 0,
        cacheWrite1h: 0,
        output: row.output,
        reasoning: 0,
      };
      return request(`r${++named}`, {
        sessionId: `s${row.session}`,
        thread: row.agentName === 'main' ? 'main' : 'sub',
        agentName: row.agentName,
        atMs: START_MS + row.minutes * 60_000,
        model: row.model,
        usage,
        estimated: row.estimated,
        shares: [{ kind: row.cached > 0 ? 'read' : 'user', usage }],
      });
    });
    const sessions = SESSIONS.filter((_, n) => agentOf(n) === agent);
    into.commit([batch({ sessions, requests }, { agent, path: `/transcripts/${++named}.jsonl` })]);
  }
}

export interface Stored {
  id: number;
  atMs: number;
  agent: string;
  agentName: string;
  provider: string;
  model: string;
  prompt: number;
  input: number;
  cacheRead: number;
  cacheWrite: number;
  output: number;
  reasoning: number;
  total: number;
  cost: number | null;
  session: string;
  sessionKey: string;
  workspace: string | null;
  account: string | null;
  user: string;
  estimated: number;
}

export const allStored = (from: Store): Stored[] =>
  from.all<Stored>(
    `SELECT l.id, l.at_ms AS atMs, l.agent, l.agent_name AS agentName, l.provider, l.model, l.prompt_tokens AS prompt,
      l.input_tokens AS input, l.cache_read_tokens AS cacheRead, l.cache_write_5m_tokens + l.cache_write_1h_tokens AS cacheWrite,
      l.output_tokens AS output, l.reasoning_tokens AS reasoning, l.total_tokens AS total, l.cost_usd AS cost,
      coalesce(s.title, s.session_key) AS session, l.agent || ':' || s.session_key AS sessionKey, s.workspace, s.account, s.user,
      l.estimated
    FROM usage_logs l JOIN sessions s ON s.id = l.session_id`,
  );

const shownOf = (row: Stored, by: GridColumn): number | string | null => {
  if (by === 'at') return row.atMs;
  if (by === 'agent') return LABELS[row.agent as keyof typeof LABELS];
  return row[by];
};

export function naively(
  rows: readonly Stored[],
  { filters, search, limits, sort, sinceMs, untilMs }: GridRequest,
): number[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const collator = new Intl.Collator('en', { numeric: true });
  return rows
    .filter((row) => {
      const names = [
        row.agent,
        LABELS[row.agent as keyof typeof LABELS],
        row.agentName,
        row.provider,
        row.model,
        row.session,
      ]
        .concat(row.sessionKey.replace(/^[^:]*:/, ''), row.workspace ?? '', row.account ?? '', row.user)
        .map((name) => name.toLowerCase());
      return (
        (sinceMs === undefined || row.atMs >= sinceMs) &&
        (untilMs === undefined || row.atMs < untilMs) &&
        (!filters.agents || filters.agents.includes(row.agent)) &&
        (filters.model === undefined || filters.model === row.model) &&
        (filters.agentName === undefined || filters.agentName === row.agentName) &&
        (filters.workspace === undefined || (row.workspace ?? '') === filters.workspace) &&
        (filters.account === undefined || (row.account ?? '') === filters.account) &&
        (filters.session === undefined || row.sessionKey === filters.session) &&
        (filters.usedKind === undefined ||
          rows.some((other) => other.sessionKey === row.sessionKey && other.cacheRead > 0)) &&
        (!limits.includes('estimated') || row.estimated === 1) &&
        (!limits.includes('unpriced') || row.cost === null) &&
        words.every((word) => names.some((name) => name.includes(word)))
      );
    })
    .sort((a, b) => {
      const newest = b.atMs - a.atMs || b.id - a.id;
      if (sort.by === 'at') return sort.isDescending ? newest : -newest;
      const [left, right] = [shownOf(a, sort.by), shownOf(b, sort.by)];
      if (left === null || right === null) return Number(left === null) - Number(right === null) || newest;
      const order = typeof left === 'string' ? collator.compare(left, right as string) : left - (right as number);
      return (sort.isDescending ? -order : order) || newest;
    })
    .map(({ id }) => id);
}

export const question = fc.record({
  filters: fc.constantFrom<GridRequest['filters']>(
    {},
    { agents: ['codex'] },
    { model: 'claude-opus-4-1' },
    { agents: ['claude-code'], agentName: 'Explore' },
    { workspace: '/code/app1' },
    { workspace: '' },
    { account: 'Größe' },
    { session: 'codex:s3' },
    { usedKind: 'read' },
  ),
  search: fc.constantFrom('', 'opus', 'CLAUDE', 'größe', 'ärger title', 'app1 explore', 'ada', 'nothing like that'),
  limits: fc.subarray<GridRequest['limits'][number]>(['estimated', 'unpriced']),
  sort: fc.record({ by: fc.constantFrom(...GRID_COLUMNS), isDescending: fc.boolean() }),
  edges: fc.constantFrom<Partial<GridRequest>>(
    { window: 'all' },
    { window: 'custom', sinceMs: START_MS + 3 * HOUR_MS + 1234, untilMs: START_MS + 40 * HOUR_MS + 777 },
  ),
});
