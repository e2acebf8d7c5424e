import type { Reader } from '../store/reader.ts';

/** One thread of a session: `main` or a subagent. The state of its context after its last record. */
export interface ThreadStateRow {
  /** `main`, or the agent's id of the subagent. */
  thread: string;
  /** `main`, or the subagent's type. */
  agentName: string;
  /** Of a subagent: the thread that launched it, and the id of the tool call. */
  parentThread: string | null;
  launchCallId: string | null;
  model: string | null;
  lastAtMs: number;
  contextTokens: number;
  /** 1: no request has told the figure since the last boundary. */
  contextEstimated: 0 | 1;
  /** The largest context ever seen in this thread. */
  peakTokens: number;
  windowTokens: number | null;
  windowSource: 'reported' | 'settings' | null;
  compactedAtMs: number | null;
  compactedAtTokens: number | null;
  /** JSON: what fills the window now, as `[[kind, tokens] ...]`. Sums to `contextTokens`. */
  windowKinds: string;
}

/** The threads of one session of which a record was seen: main first, then by time of the last record, newest first. */
export function sessionThreads(reader: Reader, agent: string, sessionId: string): ThreadStateRow[] {
  return reader.all<ThreadStateRow>(
    `SELECT t.thread, t.agent_name AS agentName, t.parent_thread AS parentThread, t.launch_call AS launchCallId, t.model,
      t.last_at_ms AS lastAtMs, t.context_tokens AS contextTokens, t.context_estimated AS contextEstimated, t.peak_tokens AS peakTokens, t.window_tokens AS windowTokens,
      t.window_source AS windowSource, t.compacted_at_ms AS compactedAtMs, t.compacted_at_tokens AS compactedAtTokens, t.window_kinds AS windowKinds
    FROM threads t JOIN sessions s ON s.id = t.session_id
    WHERE s.agent = :agent AND s.session_key = :sessionId AND (t.thread = 'main' OR t.last_at_ms > 0)
    ORDER BY t.thread <> 'main', t.last_at_ms DESC, t.id`,
    { ':agent': agent, ':sessionId': sessionId },
  );
}

/** A break in a thread's context. */
export interface ThreadBoundaryRow {
  kind: 'compaction' | 'clear' | 'rewind' | 'fork';
  atMs: number;
  /** 1: the agent compacted by itself; `null` = not told. */
  automatic: 0 | 1 | null;
  tokensBefore: number | null;
  tokensAfter: number | null;
}

/** The breaks in one thread's context, oldest first. */
export function threadBoundaries(
  reader: Reader,
  agent: string,
  sessionId: string,
  thread: string,
): ThreadBoundaryRow[] {
  return reader.all<ThreadBoundaryRow>(
    `SELECT b.kind, b.at_ms AS atMs, b.automatic, b.tokens_before AS tokensBefore, b.tokens_after AS tokensAfter
    FROM boundaries b JOIN sessions s ON s.id = b.session_id
    WHERE s.agent = :agent AND s.session_key = :sessionId AND b.thread = :thread
    ORDER BY b.at_ms`,
    { ':agent': agent, ':sessionId': sessionId, ':thread': thread },
  );
}
