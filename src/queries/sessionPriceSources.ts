import type { Reader } from '../store/reader.ts';
import { type PricedUse, priceOrigins } from './pricedUse.ts';

/** Where prices come from. */
export type SessionPrices = Pick<PricedUse, 'priceSources' | 'otherwisePriced'>;

/** Where the prices of the requests of some sessions come from, by the sessions' row ids. */
export function sessionPriceSources(reader: Reader, sessions: readonly number[]): Map<number, SessionPrices> {
  const rows = reader.all<{ session: number; provider: string; priceSource: string | null }>(
    `SELECT DISTINCT c.session_id AS session, c.provider, c.price_source AS priceSource FROM callers c
    WHERE c.session_id IN (SELECT value FROM json_each(:ids)) AND EXISTS (SELECT 1 FROM requests r WHERE r.caller_id = c.id)
    ORDER BY 1, 3, 2`,
    { ':ids': JSON.stringify(sessions) },
  );
  const bySession = new Map<number, typeof rows>();
  for (const row of rows) bySession.set(row.session, [...(bySession.get(row.session) ?? []), row]);
  return new Map([...bySession].map(([session, of]) => [session, priceOrigins(of)]));
}
