import type { Reader } from '../store/reader.ts';
import {
  filterParams,
  OF_CALLER,
  OF_SESSION,
  SUMS,
  TOKENS,
  USED,
  type UsageSums,
  type UsageWindow,
  windowParams,
} from './usageWindow.ts';

/** One session as the list shows it. Its sums are those of the window. */
export interface SessionListRow extends UsageSums {
  /** `<agent id>:<session id>` */
  key: string;
  sessionId: string;
  agent: string;
  title: string | null;
  workspace: string | null;
  gitBranch: string | null;
  account: string | null;
  /** The model with most tokens in the window. */
  model: string | null;
  startedAtMs: number | null;
  /** Time of the newest record. */
  lastAtMs: number | null;
  /** Of the main thread; `null` when no request told it. */
  contextTokens: number | null;
}

/** The sessions with requests in the window, most recently written first. */
export function sessionList(reader: Reader, window: UsageWindow, limit = 1_000_000): SessionListRow[] {
  return reader.all<SessionListRow>(
    `${USED},
    by_model AS (
      SELECT c.session_id, c.model,
        row_number() OVER (PARTITION BY c.session_id ORDER BY ${TOKENS} DESC, c.model) AS rank
      FROM used u JOIN callers c ON c.id = u.caller_id JOIN sessions s ON s.id = c.session_id WHERE ${OF_CALLER} GROUP BY c.session_id, c.model
    )
    SELECT s.agent || ':' || s.session_key AS key, s.session_key AS sessionId, s.agent, s.title, s.workspace, s.git_branch AS gitBranch,
      coalesce(max(c.account), s.account) AS account, m.model, s.started_at_ms AS startedAtMs, s.last_at_ms AS lastAtMs, t.context_tokens AS contextTokens, ${SUMS}
    FROM used u JOIN callers c ON c.id = u.caller_id JOIN sessions s ON s.id = c.session_id
      LEFT JOIN by_model m ON m.session_id = s.id AND m.rank = 1
      LEFT JOIN threads t ON t.session_id = s.id AND t.thread = 'main'
    WHERE ${OF_SESSION} AND ${OF_CALLER}
    GROUP BY s.id
    ORDER BY s.last_at_ms DESC, s.id DESC LIMIT :limit`,
    { ...windowParams(window), ':limit': limit },
  );
}

/** A session that may be the one the user is looking at, by its main thread. */
export interface LiveSessionRow {
  /** `<agent id>:<session id>` */
  key: string;
  agent: string;
  sessionId: string;
  title: string | null;
  workspace: string | null;
  model: string | null;
  /** `main`; of a session of which only files of subagents are left, the newest of these. */
  thread: string;
  /** Time of the newest record of this thread. */
  lastAtMs: number;
}

/** A session, and when the file was last written in which its thread stands. */
interface WrittenSessionRow extends LiveSessionRow {
  fileAtMs: number;
}

/** The most recently written sessions, newest first. Which of them is live in a workspace is decided by the view. */
export function liveSessions(reader: Reader, limit: number, agents?: readonly string[]): WrittenSessionRow[] {
  return reader.all<WrittenSessionRow>(
    `SELECT s.agent || ':' || s.session_key AS key, s.agent, s.session_key AS sessionId, s.title, s.workspace, t.model,
      t.thread, t.last_at_ms AS lastAtMs,
      (SELECT mtime_ms FROM cursors WHERE id = t.source_file_id) AS fileAtMs
    FROM threads t JOIN sessions s ON s.id = t.session_id
    WHERE (t.thread = 'main' OR t.id = (
      SELECT n.id FROM threads n WHERE n.session_id = t.session_id AND (n.thread = 'main' OR n.last_at_ms > 0)
      ORDER BY n.thread <> 'main', n.last_at_ms DESC, n.id LIMIT 1)) AND ${OF_SESSION}
    ORDER BY t.last_at_ms DESC, t.id DESC LIMIT :limit`,
    { ...filterParams({ agents }), ':limit': limit },
  );
}

/** Where the history begins, if a session began before that: what it used until then was taken out. */
export function sessionCutMs(reader: Reader, agent: string, sessionId: string): number | undefined {
  const [row] = reader.all<{ startsMs: number }>(
    `SELECT h.starts_ms AS startsMs FROM history h JOIN sessions s ON s.started_at_ms < h.starts_ms
    WHERE s.agent = :agent AND s.session_key = :sessionId`,
    { ':agent': agent, ':sessionId': sessionId },
  );
  return row?.startsMs;
}
