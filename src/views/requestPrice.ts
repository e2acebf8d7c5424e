import { isOfOtherProvider } from '../ledger/price.ts';
import type { RequestListRow } from '../queries/requests.ts';
import { priceOrigin } from './priceSource.ts';

/** Where the price of a request comes from, as a sentence. */
export function requestPrice({
  costUsd,
  priceSource,
  provider,
}: Pick<RequestListRow, 'costUsd' | 'priceSource' | 'provider'>): string {
  const source = costUsd === null ? null : priceSource;
  return priceOrigin(source, isOfOtherProvider(provider, source) ? provider : undefined).sentence;
}
