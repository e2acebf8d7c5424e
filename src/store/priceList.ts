import { createHash } from 'node:crypto';
import { type OwnPrice, type PriceBook, priceBook, type TokenPrices } from '../ledger/priceBook.ts';
import type { Connection } from './connection.ts';
import { priceSources } from './priceSources.ts';

/** Prices as the store applies them to what it writes. */
export interface PriceList extends Pick<PriceBook, 'priceOf'> {
  /** Stands for all prices of a model. */
  versionOf(provider: string, model: string): string;
  /** Reads the stored prices anew: they were changed, or a change was taken back. */
  reload(): void;
}

/** What says which of the user's prices is meant. */
export type OwnPriceKey = Pick<OwnPrice, 'provider' | 'model' | 'tier' | 'fromMs'>;

/** Changes of the user's prices: those of `set` take the place of what is stored of the same model, tier and date. */
export interface OwnPriceChange {
  set: readonly OwnPrice[];
  remove: readonly OwnPriceKey[];
  /** How they came. */
  source: 'page' | 'command line' | 'import';
}

export function priceList(connection: Connection): PriceList {
  let book: PriceBook | undefined;
  const known = new Map<string, string>();
  const current = (): PriceBook => {
    book ??= priceBook(priceSources(connection));
    return book;
  };
  return {
    priceOf: (row) => current().priceOf(row),
    versionOf(provider, model) {
      const key = `${provider}\n${model}`;
      let version = known.get(key);
      if (version === undefined) {
        version = createHash('sha256').update(current().version(provider, model)).digest('base64url').slice(0, 16);
        known.set(key, version);
      }
      return version;
    },
    reload() {
      book = undefined;
      known.clear();
    },
  };
}

/** Stores the user's prices. To be called in a transaction. */
export function writeOwnPrices(connection: Connection, { set, remove, source }: OwnPriceChange, nowMs: number): void {
  for (const { provider, model, tier, fromMs } of remove)
    connection.run('DELETE FROM model_pricing WHERE provider = ? AND model = ? AND tier = ? AND from_ms = ?', [
      provider,
      model,
      tier,
      fromMs,
    ]);
  for (const price of set)
    connection.run(PUT_OWN, [price.provider, price.model, price.tier, price.fromMs, ...ratesOf(price), source, nowMs]);
}

/** In the order of the tables' columns. */
export const ratesOf = (price: TokenPrices): number[] => [
  price.input,
  price.output,
  price.cacheRead,
  price.cacheWrite5m,
  price.cacheWrite1h,
  price.webSearches,
];

const PUT_OWN = `
  INSERT OR REPLACE INTO model_pricing (provider, model, tier, from_ms, input_usd, output_usd, cache_read_usd, cache_write_5m_usd,
    cache_write_1h_usd, web_searches_usd, source, set_at_ms)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
