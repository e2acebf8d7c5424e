import { calcPrice, findProvider, type PriceCalculationResult } from '@pydantic/genai-prices';
import { promptSize } from './openRequest.ts';
import { LIBRARY } from './priceMarks.ts';
import { type PriceList, priceListOf } from './priceSegments.ts';
import type { RequestRow } from './rows.ts';
import { priceTier, tierFactor } from './tierPrice.ts';

/** What a request cost, and where the price comes from. */
export interface Price {
  costUsd: number;
  source: string;
}

/** What a price depends on. */
export type Priced = Pick<RequestRow, 'provider' | 'model' | 'usage' | 'tier' | 'atMs' | 'webSearches'>;

/** What is known of the models that were looked up, by provider and model; `asked each time` = only the library itself can tell. */
const known = new Map<string, PriceList | 'unpriced' | 'asked each time'>();
/** Nearly always the next request is of the same model. */
let newest: { provider?: string; model?: string; list: PriceList | 'unpriced' | 'asked each time' } = {
  list: 'unpriced',
};
/** More models than anybody uses: what is hostile shall not fill the memory. */
const MOST_KNOWN = 1000;

/**
 * The price of a request by the price list of its day: 5-minute and 1-hour cache writes and web searches included, and tiers where their
 * provider documents what they cost. `undefined` = unpriced: the model is not in the list, or the tier's price is not known. Never 0 for
 * want of a price.
 *
 * Source: `@pydantic/genai-prices`. What it holds for a model is looked up once; the same sums are then made of it.
 */
export function priceRequest(row: Priced): Price | undefined {
  const tier = priceTier(row.tier);
  if (tier === '') return listPrice(row);
  const tokens = listPrice({ ...row, webSearches: 0 });
  const factor = tokens && tierFactor(tokens.source.slice(LIBRARY.length), tier, promptSize(row.usage));
  if (!tokens || factor === undefined) return undefined;
  // A search costs the same in every tier.
  const searchesUsd = row.webSearches > 0 ? (listPrice(row)?.costUsd ?? Number.NaN) - tokens.costUsd : 0;
  const costUsd = tokens.costUsd * factor + searchesUsd;
  return Number.isFinite(costUsd) ? { costUsd, source: `${tokens.source}*${factor}` } : undefined;
}

/** What the tier of a model costs of the list price; `undefined` = not known. */
export function documentedFactor(row: Priced): number | undefined {
  const listed = listPrice({ ...row, webSearches: 0 });
  return listed && tierFactor(listed.source.slice(LIBRARY.length), priceTier(row.tier), promptSize(row.usage));
}

/** The price in the standard tier. */
function listPrice(row: Priced): Price | undefined {
  if (row.provider !== newest.provider || row.model !== newest.model) {
    const key = `${row.provider}\n${row.model}`;
    let found = known.get(key);
    if (found === undefined) {
      if (known.size >= MOST_KNOWN) known.clear();
      found = listOf(row.provider, row.model);
      known.set(key, found);
    }
    newest = { provider: row.provider, model: row.model, list: found };
  }
  const { list } = newest;
  if (list === 'unpriced') return undefined;
  const costUsd = list === 'asked each time' ? undefined : list.costOf(row);
  if (list === 'asked each time' || costUsd === undefined) return lookUpPrice(row);
  return Number.isFinite(costUsd) ? { costUsd, source: list.source } : undefined;
}

/** The same in the standard tier from the library alone, request by request. */
export function lookUpPrice(row: Priced): Price | undefined {
  const { usage } = row;
  const found = lookUp(row.provider, row.model, new Date(row.atMs), {
    input_tokens: promptSize(usage),
    cache_read_tokens: usage.cacheRead,
    cache_write_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
    cache_write_1h_tokens: usage.cacheWrite1h,
    output_tokens: usage.output,
    web_searches: row.webSearches,
  });
  if (!found || !Number.isFinite(found.total_price)) return undefined;
  return { costUsd: found.total_price, source: sourceOf(found) };
}

/** Size of a model's context window in tokens by the model catalogue, or `undefined`. */
export function catalogueWindow(provider: string, model: string): number | undefined {
  return lookUp(provider, model, new Date(0), { input_tokens: 0, output_tokens: 0 })?.model.context_window;
}

/** The library's names of providers, by those that agents give. */
const libraryNames = new Map<string, string | undefined>();

/**
 * Whether a price is that of another provider than the one that was asked: the list has none of that one for the model, or does not know it,
 * and the model's name led to its maker.
 *
 * @param source as it is stored with requests
 */
export function isOfOtherProvider(provider: string, source: string | null): boolean {
  if (!source?.startsWith(LIBRARY) || source.startsWith(`${LIBRARY}${provider}/`)) return false;
  if (!libraryNames.has(provider)) {
    if (libraryNames.size >= MOST_KNOWN) libraryNames.clear();
    libraryNames.set(provider, findProvider({ providerId: provider })?.id);
  }
  const name = libraryNames.get(provider);
  return name === undefined || !source.startsWith(`${LIBRARY}${name}/`);
}

/** What the library holds for a model, at its provider or wherever the model's name leads. */
function listOf(provider: string, model: string): PriceList | 'unpriced' | 'asked each time' {
  try {
    for (const options of [{ providerId: provider }, {}]) {
      const at = (atMs: number): PriceCalculationResult =>
        calcPrice(NO_USAGE, nameOf(model), { ...options, timestamp: new Date(atMs) });
      const found = at(0);
      if (found)
        return priceListOf(found.model.prices, sourceOf(found), (atMs) => at(atMs) !== null) ?? 'asked each time';
    }
    return 'unpriced';
  } catch {
    return 'asked each time';
  }
}

const NO_USAGE = {
  input_tokens: 0,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
  cache_write_1h_tokens: 0,
  output_tokens: 0,
  web_searches: 0,
};

const sourceOf = (found: NonNullable<PriceCalculationResult>): string =>
  `${LIBRARY}${found.provider.id}/${found.model.id}`;

/** `claude-sonnet-4-5[1m]` is Claude Code's name for the same model with the larger window. */
const nameOf = (model: string): string => model.replace(/\[[^\]]*\]$/, '');

/** The catalogue entry of a model: at its provider, or wherever the model's name leads when the provider does not list it. */
function lookUp(
  provider: string,
  model: string,
  timestamp: Date,
  usage: Record<string, number>,
): PriceCalculationResult {
  for (const options of [{ providerId: provider, timestamp }, { timestamp }]) {
    try {
      const found = calcPrice(usage, nameOf(model), options);
      if (found) return found;
    } catch {
      // The library throws for a usage that a model's price table does not cover: unpriced.
    }
  }
  return null;
}
