import type { OwnPrice } from '../ledger/priceBook.ts';
import type { Reader } from '../store/reader.ts';

/** What was used of one model in one tier at prices of one source. */
export interface PricedModelRow {
  provider: string;
  model: string;
  tier: string | null;
  /** `null` = unpriced. */
  priceSource: string | null;
  turns: number;
  tokens: number;
  costUsd: number;
}

/** Every model that requests were made to, by tier and where their prices come from. */
export function pricedModels(reader: Reader): PricedModelRow[] {
  return reader.all<PricedModelRow>(
    `SELECT c.provider, c.model, c.tier, c.price_source AS priceSource, sum(u.turns) AS turns,
      sum(u.input_tokens + u.output_tokens + u.cache_read_tokens + u.cache_write_5m_tokens + u.cache_write_1h_tokens) AS tokens,
      sum(u.cost_usd) AS costUsd
    FROM caller_slots u JOIN callers c ON c.id = u.caller_id
    GROUP BY 1, 2, 3, 4 HAVING sum(u.turns) > 0 ORDER BY 1, 2, 3, 4`,
  );
}

/** A price of the user with when it was set, and how. */
export interface OwnPriceRow extends OwnPrice {
  source: string;
  setAtMs: number;
}

/** The user's prices, by model, the newest first. */
export function ownPrices(reader: Reader): OwnPriceRow[] {
  return reader.all<OwnPriceRow>(
    `SELECT provider, model, tier, from_ms AS fromMs, input_usd AS input, output_usd AS output, cache_read_usd AS cacheRead,
      cache_write_5m_usd AS cacheWrite5m, cache_write_1h_usd AS cacheWrite1h, web_searches_usd AS webSearches, source,
      set_at_ms AS setAtMs
    FROM model_pricing ORDER BY provider, model, tier, from_ms DESC`,
  );
}

/** Whether a list that fills gaps is of use: some request has no price without it. */
export function hasPriceGaps(reader: Reader): boolean {
  return (
    reader.all(
      `SELECT 1 FROM callers c
      WHERE (c.price_source IS NULL OR c.price_source GLOB 'openrouter:*')
        AND EXISTS (SELECT 1 FROM requests r WHERE r.caller_id = c.id) LIMIT 1`,
    ).length > 0
  );
}
