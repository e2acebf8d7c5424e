import type { Reader } from '../store/reader.ts';

/** How people know a session. */
export interface SessionFactsRow {
  /** Row id. */
  session: number;
  /** `<agent id>:<session id>` */
  key: string;
  title: string | null;
  workspace: string | null;
}

/** Facts of some sessions, by their row ids. */
export function sessionFacts(reader: Reader, sessions: readonly number[]): Map<number, SessionFactsRow> {
  const rows = reader.all<SessionFactsRow>(
    `SELECT id AS session, agent || ':' || session_key AS key, title, workspace FROM sessions
    WHERE id IN (SELECT value FROM json_each(:ids))`,
    { ':ids': JSON.stringify(sessions) },
  );
  return new Map(rows.map((row) => [row.session, row]));
}

/** The title that the agent recorded of a session; `null` where there is none, or no such session. */
export function sessionTitle(reader: Reader, agent: string, sessionId: string): string | null {
  const [row] = reader.all<{ title: string | null }>(
    'SELECT title FROM sessions WHERE agent = :agent AND session_key = :sessionId',
    { ':agent': agent, ':sessionId': sessionId },
  );
  return row?.title ?? null;
}
