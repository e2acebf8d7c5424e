import type { ConditionalPrice, ModelPrice } from '@pydantic/genai-prices';
import { promptSize } from './openRequest.ts';
import type { Priced } from './price.ts';

/** What one model costs, at any time. */
export interface PriceList {
  /** Where the prices come from. */
  source: string;
  /** `undefined` = it cannot be told from here. */
  costOf(row: Pick<Priced, 'usage' | 'webSearches' | 'atMs'>): number | undefined;
}

/** A price, or prices by the size of the whole prompt: `[price, [above so many tokens, price]...]`, ascending. */
type Tiered = readonly [base: number, ...tiers: [start: number, price: number][]];

/** One line of a price table: which tokens, at what price per how many. */
interface Line {
  key: LineKey;
  price: number | Tiered;
}

/** The prices from one day on. */
interface Table {
  fromMs: number;
  lines: Line[];
  /** Whether reads from and writes to the cache cost something else than input. */
  pricesReads: boolean;
  pricesWrites: boolean;
  pricesLongWrites: boolean;
}

/** The lines that our requests have usage for; others are added as the 0 that they are. */
const LINES = [
  'input_mtok',
  'cache_read_mtok',
  'cache_write_mtok',
  'cache_write_1h_mtok',
  'output_mtok',
  'web_searches_kcount',
  'requests_kcount',
] as const;
type LineKey = (typeof LINES)[number];

const MILLION = 1e6;
const THOUSAND = 1e3;
const LATEST_MS = 8.64e15;

/**
 * The prices that hold for a model, by the day they begin. The sums are made in the very order in which the library makes them, so that they
 * are equal to the last digit.
 *
 * @param isSound whether the library accepts the table that holds at a time
 * @returns `null` when prices depend on more than the day and the size of the prompt
 */
export function priceListOf(
  prices: ConditionalPrice[] | ModelPrice,
  source: string,
  isSound: (atMs: number) => boolean,
): PriceList | null {
  const dated = Array.isArray(prices) ? prices : [{ prices }];
  const tables: Table[] = [];
  for (const { constraint, prices: table } of dated) {
    if (constraint && constraint.type !== 'start_date') return null;
    const fromMs = constraint ? Date.parse(constraint.start_date) : Number.NEGATIVE_INFINITY;
    if (Number.isNaN(fromMs) || !isSound(Math.max(fromMs, -LATEST_MS))) return null;
    tables.push(tableOf(fromMs, table));
  }
  const first = tables[0];
  if (!first || !isSound(-LATEST_MS)) return null;
  return {
    source,
    costOf(row) {
      if (!(Math.abs(row.atMs) <= LATEST_MS)) return undefined;
      // For each request: without functions and iterators.
      let at = tables.length - 1;
      while (at > 0 && row.atMs < (tables[at] as Table).fromMs) at--;
      return sumOf(tables[at] ?? first, row);
    },
  };
}

function tableOf(fromMs: number, prices: ModelPrice): Table {
  const lines: Line[] = [];
  for (const [name, price] of Object.entries(prices)) {
    const key = LINES.find((known) => known === name);
    if (key === undefined || price === undefined) continue;
    if (typeof price === 'number') lines.push({ key, price });
    else {
      const tiers = [...price.tiers].sort((a, b) => a.start - b.start);
      lines.push({
        key,
        price: [price.base, ...tiers.map(({ start, price: each }) => [start, each] as [number, number])],
      });
    }
  }
  const has = (key: LineKey): boolean => lines.some((line) => line.key === key);
  return {
    fromMs,
    lines,
    pricesReads: has('cache_read_mtok'),
    pricesWrites: has('cache_write_mtok'),
    pricesLongWrites: has('cache_write_1h_mtok'),
  };
}

function sumOf(table: Table, { usage, webSearches }: Pick<Priced, 'usage' | 'webSearches'>): number {
  const prompt = promptSize(usage);
  const written = usage.cacheWrite5m + usage.cacheWrite1h;
  let input = 0;
  let output = 0;
  let other = 0;
  const { lines } = table;
  for (let at = 0; at < lines.length; at++) {
    const { key, price } = lines[at] as Line;
    const rate = typeof price === 'number' ? price : tierPrice(price, prompt);
    switch (key) {
      case 'input_mtok':
        input += cost(
          price,
          rate,
          prompt - (table.pricesReads ? usage.cacheRead : 0) - (table.pricesWrites ? written : 0),
        );
        break;
      case 'cache_read_mtok':
        input += cost(price, rate, usage.cacheRead);
        break;
      case 'cache_write_mtok':
        input += cost(price, rate, written - (table.pricesLongWrites ? usage.cacheWrite1h : 0));
        break;
      case 'cache_write_1h_mtok':
        input += cost(price, rate, usage.cacheWrite1h);
        break;
      case 'output_mtok':
        output += cost(price, rate, usage.output);
        break;
      case 'web_searches_kcount':
        other += (rate * webSearches) / THOUSAND;
        break;
      case 'requests_kcount':
        other += rate / THOUSAND;
        break;
    }
  }
  return input + output + other;
}

/** The library takes prices in tiers apart and together again; the last digit depends on it. */
const cost = (price: number | Tiered, rate: number, tokens: number): number =>
  typeof price === 'number' ? (rate * tokens) / MILLION : (((rate * tokens) / MILLION) * MILLION) / MILLION;

/** The tier of the whole prompt holds for all of it. */
function tierPrice(tiered: Tiered, prompt: number): number {
  let price = tiered[0];
  for (let at = 1; at < tiered.length; at++) {
    const tier = tiered[at] as [start: number, price: number];
    if (prompt > tier[0]) price = tier[1];
  }
  return price;
}
