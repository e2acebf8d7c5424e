import { listRates } from './classRates.ts';
import { priceRequest } from './price.ts';
import type { PriceBook, TokenPrices } from './priceBook.ts';

/** A prompt below every step of the price lists, and one above. */
const SMALL_PROMPT = 1000;
const LARGE_PROMPT = 10_000_000;

/** What a model costs at a time, as far as it can be said without knowing the request. */
export interface ShownRates extends TokenPrices {
  /** As requests are marked with it. */
  source: string;
  /** Large prompts have another price. */
  dependsOnSize: boolean;
}

/** `undefined` = no price is known. */
export function shownRates(
  book: PriceBook,
  model: { provider: string; model: string; tier: string | null; atMs: number },
): ShownRates | undefined {
  const usage = { input: SMALL_PROMPT, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, reasoning: 0 };
  const row = { ...model, tier: model.tier ?? undefined, usage, webSearches: 0 };
  const source = book.priceOf(row)?.source;
  if (source === undefined) return undefined;
  const set = book.ratesOf(model, SMALL_PROMPT);
  if (set) return { ...ratesAlone(set), source, dependsOnSize: false };
  const rates = listRates(model, SMALL_PROMPT);
  if (!rates) return undefined;
  const large = listRates(model, LARGE_PROMPT);
  const search = (priceRequest({ ...row, webSearches: 1 })?.costUsd ?? 0) - (priceRequest(row)?.costUsd ?? 0);
  return {
    input: perMillion(rates.input),
    output: perMillion(rates.output),
    cacheRead: perMillion(rates.cacheRead),
    cacheWrite5m: perMillion(rates.cacheWrite5m),
    cacheWrite1h: perMillion(rates.cacheWrite1h),
    webSearches: Number((Math.max(0, search) * 1e3).toPrecision(9)),
    source,
    dependsOnSize: !large || Math.abs(large.input - rates.input) > rates.input * 1e-9,
  };
}

const perMillion = (perToken: number): number => Number((perToken * 1e6).toPrecision(9));

const ratesAlone = ({
  input,
  output,
  cacheRead,
  cacheWrite5m,
  cacheWrite1h,
  webSearches,
}: TokenPrices): TokenPrices => ({
  input,
  output,
  cacheRead,
  cacheWrite5m,
  cacheWrite1h,
  webSearches,
});
