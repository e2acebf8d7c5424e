import type { HoldingsRow } from '../ledger/rows.ts';
import type { Connection } from './connection.ts';
import type { SessionIds } from './sessionIds.ts';
import type { Source } from './writeRequests.ts';

/**
 * Stores what changed in the log of a thread's prompts, as one file tells it. A log that is told from its beginning has no more parts than
 * are told; what is told again as it was is not written again.
 */
export function holdingsWriter(
  connection: Connection,
  sessions: SessionIds,
): (row: HoldingsRow, source: Source) => void {
  return ({ sessionId, thread, parts }, { agent, user, fileId, isNewFile }) => {
    const last = parts.at(-1);
    if (!last) return;
    const log = [sessions.of(agent, user, sessionId), thread, fileId];
    for (const { part, text } of parts) connection.run(UPSERT_PART, [...log, part, text]);
    if (!isNewFile && parts[0]?.part === 0) connection.run(DROP_PARTS, [...log, last.part]);
  };
}

const UPSERT_PART = `
  INSERT INTO holdings (session_id, thread, file_id, part, turns) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (session_id, thread, file_id, part) DO UPDATE SET turns = excluded.turns WHERE turns <> excluded.turns`;

const DROP_PARTS = 'DELETE FROM holdings WHERE session_id = ? AND thread = ? AND file_id = ? AND part > ?';
