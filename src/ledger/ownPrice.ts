import * as v from 'valibot';
import type { OwnPrice } from './priceBook.ts';

/** More dollars per million tokens, or per thousand searches, than anything costs: ten times that of the dearest model is far below. */
export const MOST_USD = 100_000;
/** Names that transcripts give are cut to this length. */
export const MOST_NAME = 200;

const rate = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(MOST_USD));
const name = v.pipe(v.string(), v.maxLength(MOST_NAME));

const ownPrice = v.object({
  provider: v.pipe(name, v.minLength(1)),
  model: v.pipe(name, v.minLength(1)),
  tier: name,
  fromMs: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(8.64e15)),
  input: rate,
  output: rate,
  cacheRead: rate,
  cacheWrite5m: rate,
  cacheWrite1h: rate,
  webSearches: rate,
});

/** A price as it is stored, or `undefined` for what cannot be one: whoever asks may be anybody. */
export function parseOwnPrice(value: unknown): OwnPrice | undefined {
  const parsed = v.safeParse(ownPrice, value);
  return parsed.success ? parsed.output : undefined;
}
