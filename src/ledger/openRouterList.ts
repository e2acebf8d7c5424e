import * as v from 'valibot';
import type { TokenPrices } from './priceBook.ts';

/** One model of OpenRouter's list. */
export interface OpenRouterModel extends TokenPrices {
  /** `vendor/model` */
  id: string;
}

/** More than any list holds. */
const MOST_MODELS = 20_000;
/** Dollars per million tokens that no model costs: what is above is a mistake of the list. */
const MOST_USD = 100_000;

const amount = v.optional(v.union([v.string(), v.number()]));
const model = v.object({
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(200), v.regex(/^[\w~.:@+/-]+$/)),
  pricing: v.object({
    prompt: amount,
    completion: amount,
    request: amount,
    input_cache_read: amount,
    input_cache_write: amount,
    input_cache_write_1h: amount,
    web_search: amount,
  }),
});
const list = v.object({ data: v.pipe(v.array(v.unknown()), v.minLength(1), v.maxLength(MOST_MODELS)) });

/**
 * Reads OpenRouter's public list of models (openrouter.ai/docs/api-reference/list-available-models): prices are texts, US dollars per token.
 * Models that are not as documented, whose price depends on more (`-1`: routers) or that charge by request are left out. Throws a sentence when the whole is no
 * such list.
 */
export function parseOpenRouterList(text: string): OpenRouterModel[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error('the answer is not JSON');
  }
  const parsed = v.safeParse(list, json);
  if (!parsed.success) throw new Error('the answer is not a list of models');
  const models = new Map<string, OpenRouterModel>();
  for (const entry of parsed.output.data) {
    const read = v.safeParse(model, entry);
    const prices = read.success ? pricesOf(read.output.pricing) : undefined;
    if (read.success && prices && !models.has(read.output.id))
      models.set(read.output.id, { id: read.output.id, ...prices });
  }
  if (models.size === 0) throw new Error('the list has no model with a price');
  return [...models.values()];
}

function pricesOf(pricing: v.InferOutput<typeof model>['pricing']): TokenPrices | undefined {
  const input = perMillion(pricing.prompt);
  const output = perMillion(pricing.completion);
  if (input === undefined || output === undefined || (numberOf(pricing.request) ?? 0) !== 0) return undefined;
  // Where the list states no price for the cache, none is asked but that of input.
  const cacheRead = perMillion(pricing.input_cache_read ?? pricing.prompt);
  const cacheWrite5m = perMillion(pricing.input_cache_write ?? pricing.prompt);
  const cacheWrite1h = perMillion(pricing.input_cache_write_1h ?? pricing.input_cache_write ?? pricing.prompt);
  const webSearch = numberOf(pricing.web_search ?? 0);
  if (cacheRead === undefined || cacheWrite5m === undefined || cacheWrite1h === undefined) return undefined;
  if (webSearch === undefined || webSearch * 1e3 > MOST_USD) return undefined;
  return { input, output, cacheRead, cacheWrite5m, cacheWrite1h, webSearches: rounded(webSearch * 1e3) };
}

function perMillion(perToken: string | number | undefined): number | undefined {
  const price = numberOf(perToken);
  return price === undefined || price * 1e6 > MOST_USD ? undefined : rounded(price * 1e6);
}

/** What was a decimal text shall not get digits by being multiplied. */
const rounded = (value: number): number => Number(value.toPrecision(12));

function numberOf(value: string | number | undefined): number | undefined {
  if (typeof value === 'string' && !/^\d*\.?\d+(e-?\d+)?$/i.test(value.trim())) return undefined;
  const read = typeof value === 'string' ? Number(value) : value;
  return read === undefined || !Number.isFinite(read) || read < 0 ? undefined : read;
}
