import * as v from 'valibot';

/** Above this a count is damage, not usage: no context window or day of work comes near. */
const MOST_TOKENS = 2 ** 40;

/** A count of tokens as transcripts should hold it. Negative, fractional and absurd numbers are refused. */
export const tokenCount = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MOST_TOKENS));

/** The same where the agent may leave it out. */
export const optionalCount = v.optional(v.nullable(tokenCount, 0), 0);

/** The value as a count of tokens, or `undefined`. */
export function wholeTokens(value: unknown): number | undefined {
  return v.is(tokenCount, value) ? value : undefined;
}
