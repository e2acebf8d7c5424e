import type { Reader } from '../store/reader.ts';

/** Where the prices of the requests of some sessions come from, by the sessions' row ids; `null` = unpriced. */
export function sessionPriceSources(reader: Reader, sessions: readonly number[]): Map<number, (string | null)[]> {
  const rows = reader.all<{ session: number; source: string | null }>(
    `SELECT DISTINCT c.session_id AS session, c.price_source AS source FROM callers c
    WHERE c.session_id IN (SELECT value FROM json_each(:ids)) AND EXISTS (SELECT 1 FROM requests r WHERE r.caller_id = c.id)
    ORDER BY 1, 2`,
    { ':ids': JSON.stringify(sessions) },
  );
  const sources = new Map<number, (string | null)[]>();
  for (const { session, source } of rows) sources.set(session, [...(sources.get(session) ?? []), source]);
  return sources;
}
