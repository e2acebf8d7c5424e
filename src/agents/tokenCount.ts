import * as v from 'valibot';

/** Above this a count is damage, not usage: no context window or day of work comes near. */
const MOST_TOKENS = 2 ** 40;

/** A count of tokens as transcripts should hold it. Negative, fractional and absurd numbers are refused. */
export const tokenCount = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MOST_TOKENS));

/** The same where the agent may leave it out. */
export const optionalCount = v.optional(v.nullable(tokenCount, 0), 0);

/** The value as a count of tokens, or `undefined`. */
export function wholeTokens(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MOST_TOKENS ? value : undefined;
}

/** The same where the agent may leave it out: what `optionalCount` says, for usages that are read by the hundred thousand. */
export function optionalTokens(value: unknown): number | undefined {
  return value === undefined || value === null ? 0 : wholeTokens(value);
}
