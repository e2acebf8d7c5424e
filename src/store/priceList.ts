import { type Price, priceRequest } from '../ledger/price.ts';
import type { RequestRow } from '../ledger/rows.ts';
import type { Connection } from './connection.ts';

/** Prices as the store applies them: the user's own, then what the agent recorded as the cost, then the price list. */
export interface PriceList {
  /** `undefined` = no price is known. */
  priceOf(row: PricedRow): Price | undefined;
}

/** As much of a request as its price depends on. */
type PricedRow = Pick<RequestRow, 'provider' | 'model' | 'usage' | 'tier' | 'atMs' | 'webSearches' | 'recordedUsd'>;

interface UserPrice {
  provider: string;
  model: string;
  fromMs: number;
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  source: string;
}

/** Reads the user's prices once; they change only between two starts of the engine. */
export function priceList(connection: Connection): PriceList {
  const own = connection.all<UserPrice>(
    `SELECT provider, model, from_ms AS fromMs, input_usd AS input, output_usd AS output, cache_read_usd AS cacheRead,
      cache_write_5m_usd AS cacheWrite5m, cache_write_1h_usd AS cacheWrite1h, source
    FROM model_pricing ORDER BY from_ms DESC`,
  );
  return {
    priceOf(row) {
      const price = own.find(
        (each) => each.provider === row.provider && each.model === row.model && each.fromMs <= row.atMs,
      );
      if (!price)
        return row.recordedUsd === undefined ? priceRequest(row) : { costUsd: row.recordedUsd, source: 'recorded' };
      const { usage } = row;
      const dollarsPerMillion =
        usage.input * price.input +
        usage.cacheRead * price.cacheRead +
        usage.cacheWrite5m * price.cacheWrite5m +
        usage.cacheWrite1h * price.cacheWrite1h +
        usage.output * price.output;
      return { costUsd: dollarsPerMillion / 1e6, source: `user:${price.source}` };
    },
  };
}
