import { calcPrice, type PriceCalculationResult } from '@pydantic/genai-prices';
import { promptSize } from './openRequest.ts';
import type { RequestRow } from './rows.ts';

/** What a request cost, and where the price comes from. */
export interface Price {
  costUsd: number;
  source: string;
}

/** Tiers at the list price. Others (`priority`, `fast`, `batch`, `flex`) cost something else that the price list does not hold. */
const LIST_PRICE_TIERS = new Set(['standard', 'default', 'auto', 'standard_only']);

/**
 * The price of a request at the list price of its day, 5-minute and 1-hour cache writes and web searches included.
 * `undefined` = unpriced: the model or tier is not in the price list. Never 0 for want of a price.
 *
 * Source: `@pydantic/genai-prices`.
 */
export function priceRequest(
  row: Pick<RequestRow, 'provider' | 'model' | 'usage' | 'tier' | 'atMs' | 'webSearches'>,
): Price | undefined {
  if (row.tier !== undefined && !LIST_PRICE_TIERS.has(row.tier)) return undefined;
  const { usage } = row;
  const found = lookUp(row.provider, row.model, new Date(row.atMs), {
    input_tokens: promptSize(usage),
    cache_read_tokens: usage.cacheRead,
    cache_write_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
    cache_write_1h_tokens: usage.cacheWrite1h,
    output_tokens: usage.output,
    web_searches: row.webSearches,
  });
  if (!found || !Number.isFinite(found.total_price)) return undefined;
  return { costUsd: found.total_price, source: `genai-prices:${found.provider.id}/${found.model.id}` };
}

/** Size of a model's context window in tokens by the model catalogue, or `undefined`. */
export function catalogueWindow(provider: string, model: string): number | undefined {
  return lookUp(provider, model, new Date(0), { input_tokens: 0, output_tokens: 0 })?.model.context_window;
}

/** The catalogue entry of a model: at its provider, or wherever the model's name leads when the provider does not list it. */
function lookUp(
  provider: string,
  model: string,
  timestamp: Date,
  usage: Record<string, number>,
): PriceCalculationResult {
  // `claude-sonnet-4-5[1m]` is Claude Code's name for the same model with the larger window.
  const name = model.replace(/\[[^\]]*\]$/, '');
  for (const options of [{ providerId: provider, timestamp }, { timestamp }]) {
    try {
      const found = calcPrice(usage, name, options);
      if (found) return found;
    } catch {
      // The library throws for a usage that a model's price table does not cover: unpriced.
    }
  }
  return null;
}
