import type { Connection } from './connection.ts';
import type { ReplySizes } from './replySizes.ts';
import { addPacked, type PackedTokens, packShares } from './shares.ts';
import { dayOf, slotOf } from './slot.ts';

/**
 * Takes everything out of the store that these transcripts told, so that they are read again as if for the first time; what other files told
 * stays, whether they still exist or not. All sums are made anew. To be called in a transaction.
 *
 * @param files row ids of their cursors
 */
export function forgetFiles(connection: Connection, files: readonly number[], sizes: ReplySizes): void {
  connection.exec('CREATE TEMP TABLE IF NOT EXISTS forgotten (id INTEGER PRIMARY KEY); DELETE FROM forgotten');
  for (const id of files) connection.run('INSERT OR IGNORE INTO forgotten (id) VALUES (?)', [id]);
  connection.exec(`
    DELETE FROM sightings WHERE file_id IN (SELECT id FROM forgotten)
      OR request_id IN (SELECT id FROM requests WHERE source_file_id IN (SELECT id FROM forgotten));
    DELETE FROM requests WHERE source_file_id IN (SELECT id FROM forgotten);
    DELETE FROM callers WHERE id NOT IN (SELECT caller_id FROM requests);
    DELETE FROM holdings WHERE file_id IN (SELECT id FROM forgotten);
    DELETE FROM threads WHERE source_file_id IN (SELECT id FROM forgotten);
    DELETE FROM resume_points WHERE cursor_id IN (SELECT id FROM forgotten);
    DELETE FROM cursor_details WHERE cursor_id IN (SELECT id FROM forgotten);
    DELETE FROM cursor_parts WHERE cursor_id IN (SELECT id FROM forgotten);
    DELETE FROM cursors WHERE id IN (SELECT id FROM forgotten);
    DELETE FROM forgotten`);
  beginTasksAnew(connection);
  connection.exec(SUM_SLOTS);
  sumDays(connection);
  sumReplies(connection, sizes);
}

/** The earliest request of each task that is left begins it. */
function beginTasksAnew(connection: Connection): void {
  connection.exec(`
    UPDATE requests SET starts_task = 0 WHERE task_id IS NOT NULL;
    UPDATE requests SET starts_task = 1 WHERE id IN (
      SELECT id FROM (
        SELECT r.id, row_number() OVER (PARTITION BY s.agent, r.task_id ORDER BY r.is_copy, r.at_ms, r.request_key) AS place
        FROM requests r JOIN callers c ON c.id = r.caller_id JOIN sessions s ON s.id = c.session_id WHERE r.task_id IS NOT NULL)
      WHERE place = 1)`);
}

function sumDays(connection: Connection): void {
  connection.exec('DELETE FROM kind_days');
  const days = new Map<string, { sessionId: number; day: number; sums: Map<string, PackedTokens> }>();
  for (const { sessionId, atMs, shares } of connection.all<{ sessionId: number; atMs: number; shares: string }>(
    'SELECT c.session_id AS sessionId, r.at_ms AS atMs, r.shares FROM requests r JOIN callers c ON c.id = r.caller_id',
  )) {
    const day = dayOf(slotOf(atMs));
    const key = `${sessionId} ${day}`;
    const known = days.get(key) ?? { sessionId, day, sums: new Map<string, PackedTokens>() };
    addPacked(known.sums, shares);
    days.set(key, known);
  }
  for (const { sessionId, day, sums } of days.values()) {
    const shares = packShares(sums);
    if (shares !== '[]')
      connection.run('INSERT INTO kind_days (session_id, day, shares) VALUES (?, ?, ?)', [sessionId, day, shares]);
  }
}

function sumReplies(connection: Connection, sizes: ReplySizes): void {
  connection.exec('DELETE FROM reply_sizes');
  sizes.clear();
  const usage = { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, reasoning: 0 };
  for (const row of connection.all<{ model: string; hides: number; estimated: number; chars: number; output: number }>(
    `SELECT c.model, r.hides_thinking AS hides, r.estimated, r.reply_chars AS chars, r.output_tokens AS output
    FROM requests r JOIN callers c ON c.id = r.caller_id`,
  ))
    sizes.add({
      model: row.model,
      hidesThinking: row.hides === 1,
      estimated: row.estimated === 1,
      replyChars: row.chars,
      usage: { ...usage, output: row.output },
    });
}

const SUM_SLOTS = `
  DELETE FROM caller_slots;
  INSERT INTO caller_slots (slot, caller_id, tasks, turns, input_tokens, output_tokens, cache_read_tokens, cache_write_5m_tokens,
    cache_write_1h_tokens, reasoning_tokens, cost_usd, unpriced_turns, estimated_turns)
  SELECT at_ms / 900000 - (at_ms < 0 AND at_ms % 900000 <> 0), caller_id, sum(starts_task), count(*), sum(input_tokens), sum(output_tokens),
    sum(cache_read_tokens), sum(cache_write_5m_tokens), sum(cache_write_1h_tokens), sum(reasoning_tokens), coalesce(sum(cost_usd), 0),
    sum(cost_usd IS NULL), sum(estimated)
  FROM requests GROUP BY 1, 2`;
