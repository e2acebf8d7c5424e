import type { ListedPrice, OwnPrice, PriceSources } from '../ledger/priceBook.ts';
import type { Reader } from './reader.ts';

/** The public list that fills gaps, as it was last fetched. */
export interface PriceGapsState {
  isUsed: boolean;
  askedAtMs?: number;
  fetchedAtMs?: number;
  /** In the newest list. */
  models: number;
  /** Why there is no newer one. */
  failure?: string;
}

/** The user's prices, and the public list as far as it is used, as they are stored. */
export function priceSources(reader: Reader): PriceSources {
  let listed: ListedPrice[] | undefined;
  return {
    own: reader.all<OwnPrice>(`SELECT provider, model, tier, from_ms AS fromMs, ${RATES} FROM model_pricing`),
    listed() {
      listed ??= reader.all<ListedPrice>(
        `SELECT model AS id, from_ms AS fromMs, ${RATES} FROM listed_prices
        WHERE (SELECT is_used FROM price_list) = 1`,
      );
      return listed;
    },
  };
}

const RATES = `input_usd AS input, output_usd AS output, cache_read_usd AS cacheRead, cache_write_5m_usd AS cacheWrite5m,
  cache_write_1h_usd AS cacheWrite1h, web_searches_usd AS webSearches`;
