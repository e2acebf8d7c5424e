import type { TokenUsage } from '../agents/event.ts';
import type { CountRule } from '../ledger/rows.ts';
import type { CostCode } from '../store/accountRules.ts';
import type { Reader } from '../store/reader.ts';
import { filterParams, OF_LISTED, OF_SESSION, type UsageWindow } from './usageWindow.ts';

/** One counted request. */
export interface RequestListRow extends TokenUsage {
  /** The store's number: together with the time it is the place to go on from. */
  id: number;
  /** The same in every copy of the record. */
  requestKey: string;
  agent: string;
  sessionId: string;
  thread: string;
  agentName: string;
  workspace: string | null;
  account: string | null;
  /** Login name on this machine. */
  user: string;
  /** Of the session, where the agent recorded one. */
  title: string | null;
  atMs: number;
  provider: string;
  model: string;
  costUsd: number | null;
  /** How its account's cost is shown; of `COST_HIDDEN` it is `null`. */
  costShown: CostCode;
  priceSource: string | null;
  estimated: 0 | 1;
  /** Output tokens that were recorded before the reply was complete, where the output is estimated from its size. */
  recordedOutput: number | null;
  rule: CountRule;
  /** 1: only copies of the record have been seen; the original is gone or was never there. */
  isCopy: 0 | 1;
  /** The transcript that it is counted in, which may have been deleted since, and the byte offset (row number of a database) there. */
  path: string;
  offset: number;
  /** Of the last of its records in that transcript, and how many there are. */
  lastOffset: number;
  records: number;
}

/** Where a page of the list ended. */
export interface RequestPlace {
  atMs: number;
  id: number;
}

const COLUMNS = `l.id, l.request_key AS requestKey, l.agent, s.session_key AS sessionId, l.thread, l.agent_name AS agentName, s.workspace,
  l.account, s.user, s.title, l.at_ms AS atMs, l.provider, l.model, l.input_tokens AS input, l.cache_read_tokens AS cacheRead,
  l.cache_write_5m_tokens AS cacheWrite5m, l.cache_write_1h_tokens AS cacheWrite1h, l.output_tokens AS output,
  l.reasoning_tokens AS reasoning, l.cost_usd AS costUsd, l.cost_shown AS costShown, l.price_source AS priceSource, l.estimated,
  l.recorded_output_tokens AS recordedOutput, l.rule, l.is_copy AS isCopy, f.path, l.source_offset AS "offset",
  l.last_offset AS lastOffset, l.records`;
const FROM = 'FROM usage_logs l JOIN sessions s ON s.id = l.session_id JOIN cursors f ON f.id = l.source_file_id';

/** The requests of a window, newest first, `limit` of them after a place (keyset paging: as fast on the last page as on the first). */
export function requestList(
  reader: Reader,
  window: UsageWindow,
  limit: number,
  after?: RequestPlace,
): RequestListRow[] {
  return reader.all<RequestListRow>(
    `SELECT ${COLUMNS} ${FROM}
    WHERE l.at_ms >= :sinceMs AND l.at_ms < :untilMs AND (l.at_ms, l.id) < (:afterMs, :afterId) AND ${OF_SESSION} AND ${OF_LISTED}
    ORDER BY l.at_ms DESC, l.id DESC LIMIT :limit`,
    {
      ...filterParams(window),
      ':sinceMs': window.sinceMs ?? -8.64e15,
      ':untilMs': window.untilMs ?? 8.64e15,
      ':afterMs': after?.atMs ?? 8.64e15,
      ':afterId': after?.id ?? 0,
      ':limit': limit,
    },
  );
}

/** Some requests by the store's numbers, in that order; those that are there no more are left out. */
export function requestsByIds(reader: Reader, ids: readonly number[]): RequestListRow[] {
  const rows = reader.all<RequestListRow>(
    `SELECT ${COLUMNS} ${FROM} WHERE l.id IN (SELECT value FROM json_each(:ids))`,
    { ':ids': JSON.stringify(ids) },
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** One file in which a request stands that stands in several. */
export interface SightingRow {
  requestId: number;
  path: string;
  offset: number;
  /** 1: it says, or shows, that it is a copy. */
  isCopy: 0 | 1;
}

/** Where else the requests stand; the file that each is counted in is among them. Nothing for a request that stands in one file. */
export function requestSightings(reader: Reader, ids: readonly number[]): SightingRow[] {
  return reader.all<SightingRow>(
    `SELECT g.request_id AS requestId, c.path, g.offset_bytes AS "offset", g.is_copy AS isCopy
    FROM sightings g JOIN cursors c ON c.id = g.file_id
    WHERE g.request_id IN (SELECT value FROM json_each(:ids)) ORDER BY g.request_id, g.is_copy, c.path`,
    { ':ids': JSON.stringify(ids) },
  );
}
