import { type CacheSaving, cacheSaving } from '../ledger/cacheSaving.ts';
import { listRates, perToken } from '../ledger/classRates.ts';
import { priceBook } from '../ledger/priceBook.ts';
import { COST_HIDDEN } from '../store/accountRules.ts';
import { priceSources } from '../store/priceSources.ts';
import type { Reader } from '../store/reader.ts';
import type { CallerUsageRow } from './callerUsage.ts';

/** What caching saved in a window by the prices that hold in this store. */
export function storedSaving(reader: Reader, used: readonly CallerUsageRow[]): CacheSaving {
  const book = priceBook(priceSources(reader));
  return cacheSaving(
    used
      .filter(({ costShown }) => costShown !== COST_HIDDEN)
      .map((row) => ({ ...row, promptTokens: row.input + row.cacheRead + row.cacheWrite5m + row.cacheWrite1h })),
    (model, promptTokens) => {
      const set = book.ratesOf(model, promptTokens);
      return set ? perToken(set) : listRates(model, promptTokens);
    },
  );
}
