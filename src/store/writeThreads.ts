import type { BoundaryRow, LimitRow, ThreadRow, UnlistedRow } from '../ledger/rows.ts';
import type { Connection } from './connection.ts';
import type { ThreadNames } from './renameThread.ts';
import { keyHash, type Seen } from './requestKeys.ts';
import type { SessionIds } from './sessionIds.ts';
import type { Source } from './writeRequests.ts';

/** Writers of the rows that replace what is stored. */
export interface StateWriters {
  /** A thread's context, unless another file has told something newer. */
  thread(row: ThreadRow, source: Source): void;
  boundary(row: BoundaryRow, source: Source): void;
  /** A quota, unless a newer statement is stored. */
  limit(row: LimitRow, source: Source): void;
  /** A sum, unless a newer statement is stored. */
  unlisted(row: UnlistedRow, source: Source): void;
  /** What a document told of these sessions' sums in the meantime: it tells what is so now. */
  takeBackUnlisted(told: readonly { sessionId: string }[], source: Source): void;
}

export function stateWriters(
  connection: Connection,
  sessions: SessionIds,
  names: ThreadNames,
  seen: Seen,
): StateWriters {
  const sessionOf = (row: { sessionId: string }, { agent, user }: Source): number =>
    sessions.of(agent, user, row.sessionId);

  return {
    thread(row, source) {
      const sessionId = sessionOf(row, source);
      const isNew = !seen.add(keyHash(`thread ${sessionId}`, row.thread));
      const nameBefore = isNew ? undefined : names.of(sessionId, row.thread);
      const values = [
        sessionId,
        row.thread,
        row.agentName,
        row.parentThread,
        row.launchCallId,
        row.model,
        row.lastAtMs,
        row.contextTokens,
        Number(row.contextEstimated),
        row.peakTokens,
        row.windowTokens,
        row.windowSource,
        row.compactedAtMs,
        row.compactedAtTokens,
        JSON.stringify(row.windowKinds),
        source.fileId,
      ];
      if (isNew) {
        connection.run(INSERT_THREAD, values);
        names.renameRequests(sessionId, row.thread, row.agentName);
        return;
      }
      if (!connection.first(UPSERT_THREAD, values))
        connection.run(FILL_LAUNCH, [row.agentName, row.parentThread, row.launchCallId, sessionId, row.thread]);
      const name = names.of(sessionId, row.thread);
      if (name !== undefined && name !== nameBefore) names.renameRequests(sessionId, row.thread, name);
    },
    boundary(row, source) {
      connection.run(UPSERT_BOUNDARY, [
        sessionOf(row, source),
        row.thread,
        row.atMs,
        row.kind,
        row.isAutomatic === undefined ? null : Number(row.isAutomatic),
        row.tokensBefore,
        row.tokensAfter,
      ]);
    },
    limit(row, source) {
      connection.run(UPSERT_LIMIT, [
        source.agent,
        row.account ?? '',
        row.limitId,
        row.windowMinutes,
        row.usedPercent,
        row.reached,
        row.resetsAtMs,
        row.plan,
        row.atMs,
      ]);
    },
    unlisted(row, source) {
      const { usage } = row;
      connection.run(UPSERT_UNLISTED, [
        sessionOf(row, source),
        row.model,
        row.source,
        usage.input,
        usage.output,
        usage.cacheRead,
        usage.cacheWrite5m,
        usage.cacheWrite1h,
        usage.reasoning,
        row.atMs,
        Number(row.includesListed ?? false),
        row.counter,
        source.fileId,
      ]);
    },
    takeBackUnlisted(told, source) {
      for (const row of told)
        connection.run('DELETE FROM unlisted WHERE session_id = ? AND source_file_id = ?', [
          sessionOf(row, source),
          source.fileId,
        ]);
    },
  };
}

const INSERT_THREAD = `
  INSERT INTO threads (session_id, thread, agent_name, parent_thread, launch_call, model, last_at_ms, context_tokens, context_estimated, peak_tokens, window_tokens,
    window_source, compacted_at_ms, compacted_at_tokens, window_kinds, source_file_id)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/**
 * The same file may go back in time (it was replaced); another file may not overwrite something newer, and of two that are equally new the
 * first by name counts. A thread's own id is no name for it: one that is known stays.
 */
const UPSERT_THREAD = `${INSERT_THREAD}
  ON CONFLICT (session_id, thread) DO UPDATE SET
    agent_name = CASE excluded.agent_name WHEN thread THEN agent_name ELSE excluded.agent_name END,
    parent_thread = coalesce(parent_thread, excluded.parent_thread), launch_call = coalesce(launch_call, excluded.launch_call),
    model = excluded.model,
    last_at_ms = excluded.last_at_ms, context_tokens = excluded.context_tokens, context_estimated = excluded.context_estimated,
    peak_tokens = excluded.peak_tokens, window_tokens = excluded.window_tokens, window_source = excluded.window_source,
    compacted_at_ms = excluded.compacted_at_ms, compacted_at_tokens = excluded.compacted_at_tokens,
    window_kinds = excluded.window_kinds,
    source_file_id = excluded.source_file_id
  WHERE excluded.last_at_ms > last_at_ms OR excluded.source_file_id = source_file_id OR (excluded.last_at_ms = last_at_ms
    AND (SELECT path FROM cursors WHERE id = excluded.source_file_id) < (SELECT path FROM cursors WHERE id = threads.source_file_id))
  RETURNING id`;

/** A file that has nothing newer of a thread may still know more of its launch. */
const FILL_LAUNCH = `
  UPDATE threads SET agent_name = CASE agent_name WHEN thread THEN ? ELSE agent_name END,
    parent_thread = coalesce(parent_thread, ?), launch_call = coalesce(launch_call, ?)
  WHERE session_id = ? AND thread = ?`;

const UPSERT_BOUNDARY = `
  INSERT INTO boundaries (session_id, thread, at_ms, kind, automatic, tokens_before, tokens_after) VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET automatic = coalesce(excluded.automatic, automatic), tokens_before = coalesce(excluded.tokens_before, tokens_before),
    tokens_after = coalesce(excluded.tokens_after, tokens_after)`;

const UPSERT_LIMIT = `
  INSERT INTO limits (agent, account, limit_id, window_minutes, used_percent, reached, resets_at_ms, plan, at_ms)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET used_percent = excluded.used_percent, reached = excluded.reached, resets_at_ms = excluded.resets_at_ms, plan = excluded.plan,
    at_ms = excluded.at_ms
  WHERE excluded.at_ms >= at_ms`;

const UPSERT_UNLISTED = `
  INSERT INTO unlisted (session_id, model, source, input_tokens, output_tokens, cache_read_tokens, cache_write_5m_tokens,
    cache_write_1h_tokens, reasoning_tokens, at_ms, includes_listed, counter, source_file_id)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens,
    cache_read_tokens = excluded.cache_read_tokens, cache_write_5m_tokens = excluded.cache_write_5m_tokens,
    cache_write_1h_tokens = excluded.cache_write_1h_tokens, reasoning_tokens = excluded.reasoning_tokens, at_ms = excluded.at_ms,
    includes_listed = excluded.includes_listed, counter = excluded.counter, source_file_id = excluded.source_file_id
  WHERE excluded.at_ms >= at_ms`;
