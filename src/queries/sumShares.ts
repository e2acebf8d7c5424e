import { addPacked, type PackedTokens } from '../store/shares.ts';
import type { KindSums } from './usageWindow.ts';

/** Packed shares of any number of requests, added up by kind; most tokens first. */
export function sumShares(rows: Iterable<{ shares: string }>): (KindSums & { kind: string })[] {
  const sums = new Map<string, PackedTokens>();
  for (const { shares } of rows) addPacked(sums, shares);
  return [...sums]
    .map(([kind, [input, cacheRead, cacheWrite5m, cacheWrite1h, output]]) => ({
      kind,
      input,
      cacheRead,
      cacheWrite5m,
      cacheWrite1h,
      output,
    }))
    .sort((a, b) => total(b) - total(a) || (a.kind < b.kind ? -1 : 1));
}

const total = (sums: KindSums): number =>
  sums.input + sums.cacheRead + sums.cacheWrite5m + sums.cacheWrite1h + sums.output;
