import type { CallerUsageRow } from './callerUsage.ts';

/** Where the prices of some requests come from, and how many lack one or are estimated. */
export interface PricedUse {
  /** As stored with requests; `null` = unpriced. */
  priceSources: readonly (string | null)[];
  unpricedTurns: number;
  estimatedTurns: number;
}

/** Callers, or requests, as one. Those without requests tell nothing. */
export function pricedUse(
  rows: readonly Pick<CallerUsageRow, 'priceSource' | 'turns' | 'unpricedTurns' | 'estimatedTurns'>[],
): PricedUse {
  const priceSources = new Set<string | null>();
  let [unpricedTurns, estimatedTurns] = [0, 0];
  for (const row of rows) {
    if (row.turns === 0) continue;
    priceSources.add(row.priceSource);
    unpricedTurns += row.unpricedTurns;
    estimatedTurns += row.estimatedTurns;
  }
  return { priceSources: [...priceSources], unpricedTurns, estimatedTurns };
}
