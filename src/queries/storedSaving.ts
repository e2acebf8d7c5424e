import { type CacheSaving, cacheSaving } from '../ledger/cacheSaving.ts';
import { listRates } from '../ledger/classRates.ts';
import type { Reader } from '../store/reader.ts';
import type { CallerUsageRow } from './callerUsage.ts';
import { userRates } from './countedRequests.ts';

/** What caching saved in a window by the prices that hold in this store: the user's own, then those of the price list. */
export function storedSaving(reader: Reader, used: readonly CallerUsageRow[]): CacheSaving {
  const own = userRates(reader);
  return cacheSaving(
    used.map((row) => ({ ...row, promptTokens: row.input + row.cacheRead + row.cacheWrite5m + row.cacheWrite1h })),
    (model, promptTokens) => own(model) ?? listRates(model, promptTokens),
  );
}
