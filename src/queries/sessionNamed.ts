import type { Reader } from '../store/reader.ts';

/**
 * The key (`<agent id>:<session id>`) of the session that is named by its key or by the agent's own id; of several, the one that was written to
 * last. `undefined` when there is none.
 */
export function sessionNamed(reader: Reader, name: string): string | undefined {
  const [found] = reader.all<{ key: string }>(
    `SELECT s.agent || ':' || s.session_key AS key FROM sessions s
    WHERE s.session_key = :name OR s.agent || ':' || s.session_key = :name
    ORDER BY s.last_at_ms DESC, s.id DESC LIMIT 1`,
    { ':name': name },
  );
  return found?.key;
}
