import type { TokenUsage } from '../agents/event.ts';
import { TOKEN_CLASSES, type TokenClass } from './ownerSums.ts';
import { priceRequest } from './price.ts';
import type { TokenPrices } from './priceBook.ts';

/** US dollars per token of each class. */
export type ClassRates = Record<TokenClass, number>;

/** A stored request with its cost. */
export interface PricedUsage {
  provider: string;
  model: string;
  tier: string | null;
  atMs: number;
  usage: Record<TokenClass, number>;
  webSearches: number;
  /** `null` = unpriced. */
  costUsd: number | null;
}

/** How the cost of a request divides: rates whose products with its tokens, and `searchesUsd`, sum to it. */
export interface DividedCost {
  rates: ClassRates;
  searchesUsd: number;
}

/** Divides the costs of requests. Remembers rates, as most requests share them. */
export type CostDivider = (request: PricedUsage) => DividedCost | undefined;

/** Prompt sizes beyond which price lists ask other rates for the whole request. */
const PRICE_STEPS = [32_000, 128_000, 200_000, 256_000, 272_000, 512_000];

const DAY_MS = 86_400_000;

/** A cost that differs from the list price by more than this share has other rates than those remembered. */
const TOLERANCE = 1e-6;

/**
 * @param setRates rates that hold instead of those of the price list: the user's own, or those of a list that fills its gaps
 */
export function costDivider(
  setRates: (
    request: Pick<PricedUsage, 'provider' | 'model' | 'tier' | 'atMs'>,
    promptTokens: number,
  ) => TokenPrices | undefined = () => undefined,
): CostDivider {
  const remembered = new Map<string, ClassRates | undefined>();

  const knownRates = (request: PricedUsage, promptTokens: number): ClassRates | undefined => {
    const step = PRICE_STEPS.findIndex((size) => promptTokens <= size);
    const day = Math.floor(request.atMs / DAY_MS);
    const key = `${request.provider}\n${request.model}\n${request.tier}\n${day}\n${step}`;
    if (!remembered.has(key)) remembered.set(key, listRates(request, promptTokens));
    return remembered.get(key);
  };

  return (request) => {
    const { usage, costUsd } = request;
    if (costUsd === null) return undefined;
    const promptTokens = usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;
    const set = setRates(request, promptTokens);
    const searchesUsd =
      request.webSearches === 0 ? 0 : set ? (request.webSearches * set.webSearches) / 1e3 : searchCost(request);
    let rates = set ? perToken(set) : knownRates(request, promptTokens);
    if (!rates) return undefined;
    let listed = costAt(rates, usage);
    const owed = Math.max(0, costUsd - searchesUsd);
    if (!set && Math.abs(listed - owed) > owed * TOLERANCE) {
      rates = listRates(request, promptTokens) ?? rates;
      listed = costAt(rates, usage);
    }
    // An agent's own figure, or that of a contract, differs by a factor.
    const factor = listed > 0 ? owed / listed : 0;
    return { rates: scaled(rates, factor), searchesUsd: Math.min(searchesUsd, costUsd) };
  };
}

/** Rates per million tokens as rates per token. */
export const perToken = (prices: TokenPrices): ClassRates => ({
  input: prices.input / 1e6,
  cacheRead: prices.cacheRead / 1e6,
  cacheWrite5m: prices.cacheWrite5m / 1e6,
  cacheWrite1h: prices.cacheWrite1h / 1e6,
  output: prices.output / 1e6,
});

const scaled = (rates: ClassRates, factor: number): ClassRates =>
  factor === 1
    ? rates
    : {
        input: rates.input * factor,
        cacheRead: rates.cacheRead * factor,
        cacheWrite5m: rates.cacheWrite5m * factor,
        cacheWrite1h: rates.cacheWrite1h * factor,
        output: rates.output * factor,
      };

const costAt = (rates: ClassRates, usage: PricedUsage['usage']): number =>
  TOKEN_CLASSES.reduce((sum, tokenClass) => sum + rates[tokenClass] * usage[tokenClass], 0);

/** The list rates for a prompt of a size: the price of as many tokens of one class alone, so that the same step of the list holds. */
export function listRates(
  request: Pick<PricedUsage, 'provider' | 'model' | 'tier' | 'atMs'>,
  promptTokens: number,
): ClassRates | undefined {
  const tokens = Math.max(1, promptTokens);
  const price = (part: Partial<TokenUsage>): number | undefined =>
    priceRequest({
      provider: request.provider,
      model: request.model,
      tier: request.tier ?? undefined,
      atMs: request.atMs,
      webSearches: 0,
      usage: { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, reasoning: 0, ...part },
    })?.costUsd;
  const input = price({ input: tokens });
  const cacheRead = price({ cacheRead: tokens });
  const cacheWrite5m = price({ cacheWrite5m: tokens });
  const cacheWrite1h = price({ cacheWrite1h: tokens });
  const withOutput = price({ input: tokens, output: tokens });
  if (
    input === undefined ||
    cacheRead === undefined ||
    cacheWrite5m === undefined ||
    cacheWrite1h === undefined ||
    withOutput === undefined
  )
    return undefined;
  return {
    input: input / tokens,
    cacheRead: cacheRead / tokens,
    cacheWrite5m: cacheWrite5m / tokens,
    cacheWrite1h: cacheWrite1h / tokens,
    output: (withOutput - input) / tokens,
  };
}

function searchCost({ provider, model, tier, atMs, usage, webSearches }: PricedUsage): number {
  const price = (searches: number): number =>
    priceRequest({
      provider,
      model,
      tier: tier ?? undefined,
      atMs,
      webSearches: searches,
      usage: { ...usage, reasoning: 0 },
    })?.costUsd ?? 0;
  return Math.max(0, price(webSearches) - price(0));
}
