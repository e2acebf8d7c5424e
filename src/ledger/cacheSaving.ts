import type { ClassRates } from './classRates.ts';

/** What one model was sent in a span of time, as much of it as caching has to do with. */
export interface CachedUse {
  provider: string;
  model: string;
  tier: string | null;
  cacheRead: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  /** All prompt tokens, and how many requests they were sent in. */
  promptTokens: number;
  turns: number;
  /** Of the first and of the last of these requests. */
  firstAtMs: number;
  lastAtMs: number;
}

/** What caching saved. */
export interface CacheSaving {
  /**
   * What the cached tokens would have cost as plain input, less what reading and writing them cost: writes cost more than plain input, so it
   * may be negative. `undefined` = no price is known of any of them.
   */
  usd?: number;
  /** The price changed meanwhile or depends on a prompt's size: computed for the average prompt. */
  isEstimated: boolean;
  /** Tokens read from caches of models without a price. */
  unpricedTokens: number;
}

/** US dollars per token of a model at a time for a prompt of a size; `undefined` = unpriced. */
export type RatesAt = (
  model: Pick<CachedUse, 'provider' | 'model' | 'tier'> & { atMs: number },
  promptTokens: number,
) => ClassRates | undefined;

/** A prompt below and one above every step of the price lists. */
const SMALL_PROMPT = 1000;
const LARGE_PROMPT = 10_000_000;

/** Sums over models. Uses of the same model may come in any number of parts. */
export function cacheSaving(uses: Iterable<CachedUse>, ratesAt: RatesAt): CacheSaving {
  const saving: CacheSaving = { isEstimated: false, unpricedTokens: 0 };
  for (const use of byModel(uses)) {
    if (use.cacheRead + use.cacheWrite5m + use.cacheWrite1h === 0) continue;
    const average = Math.max(1, Math.round(use.promptTokens / Math.max(1, use.turns)));
    const rates = ratesAt({ ...use, atMs: use.lastAtMs }, average);
    if (!rates) {
      saving.unpricedTokens += use.cacheRead;
      continue;
    }
    saving.usd = (saving.usd ?? 0) + savedAt(rates, use);
    const others = [
      ratesAt({ ...use, atMs: use.lastAtMs }, SMALL_PROMPT),
      ratesAt({ ...use, atMs: use.lastAtMs }, LARGE_PROMPT),
      ratesAt({ ...use, atMs: use.firstAtMs }, average),
    ];
    if (others.some((other) => !other || !isSame(other, rates))) saving.isEstimated = true;
  }
  return saving;
}

const savedAt = (rates: ClassRates, use: CachedUse): number =>
  use.cacheRead * (rates.input - rates.cacheRead) +
  use.cacheWrite5m * (rates.input - rates.cacheWrite5m) +
  use.cacheWrite1h * (rates.input - rates.cacheWrite1h);

const isSame = (a: ClassRates, b: ClassRates): boolean =>
  (['input', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'] as const).every(
    (name) => Math.abs(a[name] - b[name]) <= 1e-9 * Math.abs(a[name]),
  );

function byModel(uses: Iterable<CachedUse>): CachedUse[] {
  const models = new Map<string, CachedUse>();
  for (const use of uses) {
    const key = `${use.provider}\n${use.model}\n${use.tier}`;
    const sum = models.get(key);
    if (!sum) {
      models.set(key, { ...use });
      continue;
    }
    sum.cacheRead += use.cacheRead;
    sum.cacheWrite5m += use.cacheWrite5m;
    sum.cacheWrite1h += use.cacheWrite1h;
    sum.promptTokens += use.promptTokens;
    sum.turns += use.turns;
    sum.firstAtMs = Math.min(sum.firstAtMs, use.firstAtMs);
    sum.lastAtMs = Math.max(sum.lastAtMs, use.lastAtMs);
  }
  return [...models.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, use]) => use);
}
