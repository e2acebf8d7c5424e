import type { OpenRouterModel } from '../ledger/openRouterList.ts';
import type { Connection } from './connection.ts';
import { ratesOf } from './priceList.ts';
import type { PriceGapsState } from './priceSources.ts';

/** The public list that fills gaps, as it was last fetched. */
export interface PriceGaps {
  state(): PriceGapsState;
  /** Whether its prices are used. */
  use(isUsed: boolean): void;
  /** Somebody goes for a newer one. */
  asked(nowMs: number): void;
  /** A newer one is there. What is not in it any more keeps its last price. */
  take(models: readonly OpenRouterModel[], fetchedAtMs: number): void;
  /** A newer one could not be had: the one of before stays. */
  failed(reason: string): void;
}

/**
 * @param transaction runs work in one
 * @param onChanged prices changed
 */
export function priceGaps(
  connection: Connection,
  transaction: (work: () => void) => void,
  onChanged: () => void,
): PriceGaps {
  return {
    state() {
      const [isUsed, askedAtMs, fetchedAtMs, models, failure] = connection.first(STATE) ?? [];
      return {
        isUsed: isUsed === 1,
        askedAtMs: (askedAtMs as number | null) ?? undefined,
        fetchedAtMs: (fetchedAtMs as number | null) ?? undefined,
        models: Number(models ?? 0),
        failure: (failure as string | null) ?? undefined,
      };
    },
    use(isUsed) {
      const changes = connection.run('UPDATE price_list SET is_used = ? WHERE is_used <> ?', [
        Number(isUsed),
        Number(isUsed),
      ]);
      if (changes > 0) onChanged();
    },
    asked(nowMs) {
      connection.run('UPDATE price_list SET asked_at_ms = ?', [nowMs]);
    },
    take(models, fetchedAtMs) {
      transaction(() => {
        for (const model of models) {
          const rates = ratesOf(model);
          const newest = connection.first(NEWEST, [model.id]);
          if (newest?.every((value, index) => value === rates[index])) continue;
          connection.run(PUT, [model.id, newest ? fetchedAtMs : 0, ...rates]);
        }
        connection.run('UPDATE price_list SET fetched_at_ms = ?, models = ?, failure = NULL', [
          fetchedAtMs,
          models.length,
        ]);
      });
      onChanged();
    },
    failed(reason) {
      connection.run('UPDATE price_list SET failure = ?', [reason]);
    },
  };
}

const STATE = 'SELECT is_used, asked_at_ms, fetched_at_ms, models, failure FROM price_list';

const NEWEST = `
  SELECT input_usd, output_usd, cache_read_usd, cache_write_5m_usd, cache_write_1h_usd, web_searches_usd
  FROM listed_prices WHERE model = ? ORDER BY from_ms DESC LIMIT 1`;

const PUT = `
  INSERT OR REPLACE INTO listed_prices (model, from_ms, input_usd, output_usd, cache_read_usd, cache_write_5m_usd, cache_write_1h_usd,
    web_searches_usd)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;
