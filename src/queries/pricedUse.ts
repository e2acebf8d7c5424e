import { isOfOtherProvider } from '../ledger/price.ts';
import type { CallerUsageRow } from './callerUsage.ts';

/** Where the prices of some requests come from, and how many lack one or are estimated. */
export interface PricedUse {
  /** As stored with requests; `null` = unpriced. */
  priceSources: readonly (string | null)[];
  /** Providers that the price list has no price of for a model that was used: its maker's is taken. */
  otherwisePriced: readonly string[];
  unpricedTurns: number;
  estimatedTurns: number;
}

/** Callers, or requests, as one. Those without requests tell nothing. */
export function pricedUse(
  rows: readonly Pick<CallerUsageRow, 'provider' | 'priceSource' | 'turns' | 'unpricedTurns' | 'estimatedTurns'>[],
): PricedUse {
  const used = rows.filter(({ turns }) => turns > 0);
  let [unpricedTurns, estimatedTurns] = [0, 0];
  for (const row of used) {
    unpricedTurns += row.unpricedTurns;
    estimatedTurns += row.estimatedTurns;
  }
  return { ...priceOrigins(used), unpricedTurns, estimatedTurns };
}

/** Where the prices of some callers or requests come from. */
export function priceOrigins(
  rows: readonly Pick<CallerUsageRow, 'provider' | 'priceSource'>[],
): Pick<PricedUse, 'priceSources' | 'otherwisePriced'> {
  const priceSources = new Set<string | null>();
  const otherwisePriced = new Set<string>();
  for (const { provider, priceSource } of rows) {
    priceSources.add(priceSource);
    if (isOfOtherProvider(provider, priceSource)) otherwisePriced.add(provider);
  }
  return { priceSources: [...priceSources], otherwisePriced: [...otherwisePriced] };
}
