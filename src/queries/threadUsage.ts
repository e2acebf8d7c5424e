import type { Reader } from '../store/reader.ts';

/** What one thread of a session used. */
export interface ThreadUsageRow {
  thread: string;
  /** Its requests. */
  turns: number;
  /** Of all classes. */
  totalTokens: number;
}

/** The threads of a session that made requests, in order of the first. */
export function threadUsage(reader: Reader, agent: string, sessionId: string): ThreadUsageRow[] {
  return reader.all<ThreadUsageRow>(
    `SELECT l.thread, count(*) AS turns, sum(l.total_tokens) AS totalTokens
    FROM usage_logs l JOIN sessions s ON s.id = l.session_id
    WHERE s.agent = :agent AND s.session_key = :sessionId
    GROUP BY l.thread ORDER BY min(l.at_ms), l.thread`,
    { ':agent': agent, ':sessionId': sessionId },
  );
}
