import { LIBRARY_VERSION } from '../ledger/priceMarks.ts';
import type { PricedModel } from './prices.ts';
import type { TextTable } from './textTable.ts';
import { toNanoUsd } from './usage.ts';

/** What one model in one tier costs now, as the command line lists it. */
export interface PriceReport {
  provider: string;
  model: string;
  /** Empty = the standard one. */
  tier: string;
  turns: number;
  unpriced_turns: number;
  total_tokens: number;
  cost_usd: number;
  /** US dollars per million tokens, and per thousand web searches; `null` = no price is known. */
  rates: {
    input: number;
    output: number;
    cache_read: number;
    cache_write_5m: number;
    cache_write_1h: number;
    web_searches: number;
  } | null;
  /** Where they come from; `null` = unpriced. */
  source: string | null;
  /** Of the price list, where that is the source. */
  source_version: string | null;
  /** The rates are those of small prompts: large ones have others. */
  depends_on_size: boolean;
  /** Where the prices of its requests come from. */
  turns_by_source: Record<string, number>;
}

export function priceReport({ rates, ...row }: PricedModel): PriceReport {
  const source = rates?.source ?? null;
  return {
    provider: row.provider,
    model: row.model,
    tier: row.tier,
    turns: row.turns,
    unpriced_turns: row.sources.reduce((sum, each) => (each.source === null ? sum + each.turns : sum), 0),
    total_tokens: row.tokens,
    cost_usd: toNanoUsd(row.costUsd),
    rates: rates
      ? {
          input: rates.input,
          output: rates.output,
          cache_read: rates.cacheRead,
          cache_write_5m: rates.cacheWrite5m,
          cache_write_1h: rates.cacheWrite1h,
          web_searches: rates.webSearches,
        }
      : null,
    source,
    source_version: source?.startsWith('genai-prices:') ? LIBRARY_VERSION : null,
    depends_on_size: rates?.dependsOnSize ?? false,
    turns_by_source: Object.fromEntries(row.sources.map((each) => [each.source ?? 'unpriced', each.turns])),
  };
}

/** The same for a terminal, unpriced models first. */
export function pricesTable(reports: readonly PriceReport[]): TextTable {
  const sorted = reports.toSorted(
    (a, b) => Number(b.unpriced_turns > 0) - Number(a.unpriced_turns > 0) || b.total_tokens - a.total_tokens,
  );
  return {
    columns: [
      'provider',
      'model',
      'tier',
      'turns',
      'unpriced_turns',
      'total_tokens',
      'cost_usd',
      'input',
      'output',
      'cache_read',
      'cache_write_5m',
      'cache_write_1h',
      'web_searches',
      'source',
    ],
    rows: sorted.map((row) => [
      row.provider,
      row.model,
      row.tier,
      row.turns,
      row.unpriced_turns,
      row.total_tokens,
      Math.round(row.cost_usd * 1e4) / 1e4,
      row.rates?.input ?? null,
      row.rates?.output ?? null,
      row.rates?.cache_read ?? null,
      row.rates?.cache_write_5m ?? null,
      row.rates?.cache_write_1h ?? null,
      row.rates?.web_searches ?? null,
      row.source ?? 'unpriced',
    ]),
  };
}
