import type { Reader } from '../store/reader.ts';
import { sumShares } from './sumShares.ts';
import type { KindSums } from './usageWindow.ts';

/** One request of a session, as much of it as the attribution needs. */
export interface SessionRequestRow extends KindSums {
  thread: string;
  atMs: number;
  reasoning: number;
  /** `null` = unpriced. */
  costUsd: number | null;
  /** JSON: the kinds of the tool calls that the reply made; `null` when it made none. */
  openedKinds: string | null;
}

/** All requests of a session, its subagents' included, oldest first. */
export function sessionRequests(reader: Reader, agent: string, sessionId: string): SessionRequestRow[] {
  return reader.all<SessionRequestRow>(
    `SELECT l.thread, l.at_ms AS atMs, l.input_tokens AS input, l.cache_read_tokens AS cacheRead,
      l.cache_write_5m_tokens AS cacheWrite5m, l.cache_write_1h_tokens AS cacheWrite1h, l.output_tokens AS output,
      l.reasoning_tokens AS reasoning, l.opened_kinds AS openedKinds, l.cost_usd AS costUsd
    FROM usage_logs l JOIN sessions s ON s.id = l.session_id
    WHERE s.agent = :agent AND s.session_key = :sessionId ORDER BY l.at_ms, l.id`,
    { ':agent': agent, ':sessionId': sessionId },
  );
}

export interface SessionKindRow extends KindSums {
  kind: string;
}

/** What a session's tokens were spent on, its subagents' included; most first. Sums to its requests in each class. */
export function sessionKinds(reader: Reader, agent: string, sessionId: string): SessionKindRow[] {
  return sumShares(
    reader.all<{ shares: string }>(
      `SELECT d.shares FROM kind_days d JOIN sessions s ON s.id = d.session_id
      WHERE s.agent = :agent AND s.session_key = :sessionId`,
      { ':agent': agent, ':sessionId': sessionId },
    ),
  );
}
