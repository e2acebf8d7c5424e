import { listedModel } from './listedModel.ts';
import { promptSize } from './openRequest.ts';
import { documentedFactor, type Price, type Priced, priceRequest } from './price.ts';
import { LIBRARY_VERSION, LISTED, OWN, RECORDED } from './priceMarks.ts';
import { priceTier, TIER_RULES_VERSION } from './tierPrice.ts';

/** Rates of one model: US dollars per million tokens, and per thousand web searches. */
export interface TokenPrices {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  webSearches: number;
}

/** A price that the user set. Wins over everything else. */
export interface OwnPrice extends TokenPrices {
  provider: string;
  model: string;
  /** Empty = the standard tier. */
  tier: string;
  /** Valid from. */
  fromMs: number;
}

/** A model of a public list that fills gaps. */
export interface ListedPrice extends TokenPrices {
  /** `vendor/model` */
  id: string;
  /** Valid from: the list tells no dates, so its first price holds for all time before as well. */
  fromMs: number;
}

/** Where prices come from besides the library. */
export interface PriceSources {
  own: readonly OwnPrice[];
  /** Called when it is needed; empty while the list is not used. */
  listed(): readonly ListedPrice[];
}

/** A request with what its agent recorded as its cost. */
export type PricedRow = Priced & { recordedUsd?: number };

/** The model of a request, and when it was made. */
type PricedModel = Pick<Priced, 'provider' | 'model' | 'atMs'> & { tier?: string | null };

/** Every price that holds: the user's own, then what the agent recorded as the cost, then the library, then the public list. */
export interface PriceBook {
  /** `undefined` = no price is known. */
  priceOf(row: PricedRow): Price | undefined;
  /** The rates of the user or of the public list, where they hold; the library's depend on more. */
  ratesOf(model: PricedModel, promptTokens: number): TokenPrices | undefined;
  /** The same text as long as all requests of a model have the same prices. */
  version(provider: string, model: string): string;
}

export function priceBook({ own, listed }: PriceSources): PriceBook {
  const ownByModel = new Map<string, OwnPrice[]>();
  for (const price of own) {
    const key = `${price.provider}\n${price.model}`;
    ownByModel.set(key, [...(ownByModel.get(key) ?? []), price]);
  }
  for (const prices of ownByModel.values()) prices.sort((a, b) => b.fromMs - a.fromMs);

  const ownRates = (row: PricedModel, promptTokens: number): TokenPrices | undefined => {
    const prices = ownByModel.get(`${row.provider}\n${row.model}`);
    if (!prices) return undefined;
    const tier = priceTier(row.tier);
    const at = (wanted: string): OwnPrice | undefined =>
      prices.find((price) => price.tier === wanted && price.fromMs <= row.atMs);
    const exact = at(tier);
    if (exact || tier === '') return exact;
    // A tier costs of one's own price what it costs of the list price.
    const standard = at('');
    const factor = standard && documentedFactor({ ...ofPrompt(promptTokens), ...row, tier });
    return standard && factor !== undefined ? timesFactor(standard, factor) : undefined;
  };

  let byId: ReturnType<typeof listedModel> | undefined;
  const listedPrice = (row: PricedModel): ListedPrice | undefined => {
    byId ??= listedModel(listed());
    const tier = priceTier(row.tier);
    if (tier !== '' && tier !== 'fast') return undefined;
    const prices = byId(row.provider, tier === '' ? row.model : `${row.model}-fast`);
    return prices?.find((price) => price.fromMs <= row.atMs) ?? prices?.at(-1);
  };

  return {
    priceOf(row) {
      const mine = ownByModel.size > 0 ? ownRates(row, promptSize(row.usage)) : undefined;
      if (mine) return { costUsd: costAt(mine, row), source: OWN };
      if (row.recordedUsd !== undefined) return { costUsd: row.recordedUsd, source: RECORDED };
      const known = priceRequest(row);
      if (known) return known;
      const gap = listedPrice(row);
      return gap && { costUsd: costAt(gap, row), source: `${LISTED}${gap.id}` };
    },
    ratesOf(row, promptTokens) {
      const mine = ownRates(row, promptTokens);
      if (mine) return mine;
      const isKnown = priceRequest({ ...ofPrompt(promptTokens), ...row, tier: row.tier ?? undefined });
      return isKnown ? undefined : listedPrice(row);
    },
    version(provider, model) {
      byId ??= listedModel(listed());
      const mine = ownByModel.get(`${provider}\n${model}`) ?? [];
      const gaps = [byId(provider, model) ?? [], byId(provider, `${model}-fast`) ?? []];
      return JSON.stringify([
        LIBRARY_VERSION,
        TIER_RULES_VERSION,
        mine.map(valuesOf),
        gaps.map((each) => each.map(valuesOf)),
      ]);
    },
  };
}

const valuesOf = (price: OwnPrice | ListedPrice): unknown[] => [
  'id' in price ? price.id : price.tier,
  price.fromMs,
  price.input,
  price.output,
  price.cacheRead,
  price.cacheWrite5m,
  price.cacheWrite1h,
  price.webSearches,
];

const ofPrompt = (input: number): Pick<Priced, 'usage' | 'webSearches'> => ({
  usage: { input, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, reasoning: 0 },
  webSearches: 0,
});

const costAt = (price: TokenPrices, { usage, webSearches }: Priced): number =>
  (usage.input * price.input +
    usage.cacheRead * price.cacheRead +
    usage.cacheWrite5m * price.cacheWrite5m +
    usage.cacheWrite1h * price.cacheWrite1h +
    usage.output * price.output) /
    1e6 +
  (webSearches * price.webSearches) / 1e3;

const timesFactor = (price: TokenPrices, factor: number): TokenPrices => ({
  input: price.input * factor,
  output: price.output * factor,
  cacheRead: price.cacheRead * factor,
  cacheWrite5m: price.cacheWrite5m * factor,
  cacheWrite1h: price.cacheWrite1h * factor,
  webSearches: price.webSearches,
});
