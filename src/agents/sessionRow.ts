import type { Database, PlacedReading } from './agent.ts';
import { type Fields, text } from './fields.ts';

/** What the row of a session in the table `sessions` leads to. A database that is laid out otherwise is rejected as a whole. */
export function readSessionRow(
  database: Database,
  id: string,
  read: (row: Fields) => PlacedReading[],
): PlacedReading[] {
  try {
    const [row] = database.all<Fields>('SELECT * FROM sessions WHERE id = :id', { ':id': id });
    return row ? read(row) : [];
  } catch {
    return [{ events: [], outcome: 'rejected', detail: 'schema', offset: 0 }];
  }
}

/** Deeper than agents launch each other. */
const MOST_GENERATIONS = 8;

/** The session that a person began, at or above one. @param isLaunched of a row with a parent: whether that launched it */
export function rootSession(database: Database, from: string, isLaunched: (row: Fields) => boolean): string {
  let id = from;
  for (let at = 0; at < MOST_GENERATIONS; at++) {
    const [row] = database.all<Fields>('SELECT * FROM sessions WHERE id = :id', { ':id': id });
    const above = text(row?.parent_session_id);
    if (!row || above === undefined || !isLaunched(row)) return id;
    id = above;
  }
  return id;
}
