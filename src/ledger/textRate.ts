/**
 * How a thread's text becomes tokens, against what its size lets one expect: languages and kinds of text differ by several times. Learned
 * from growth of the prompt that is exact.
 */
export interface TextRate {
  /** Estimated tokens of what entered, and by how many tokens the prompt grew for it. */
  estimated: number;
  grown: number;
}

export const noTextRate = (): TextRate => ({ estimated: 0, grown: 0 });

/** Less says too little. */
const ENOUGH_TOKENS = 1000;
const LEAST_WORTH = 200;
/** What text can be: terse code at the one end, scripts with a token for each character at the other. */
const LEAST_FACTOR = 0.5;
const MOST_FACTOR = 5;

/** By how many times the thread's text is more tokens than its size lets one expect; 1 until enough is known. */
export function textFactor({ estimated, grown }: TextRate): number {
  if (estimated < ENOUGH_TOKENS) return 1;
  return Math.min(MOST_FACTOR, Math.max(LEAST_FACTOR, grown / estimated));
}

/**
 * Learns from one growth.
 *
 * @param weight of what entered, at the factor that held; what is too little, or cannot be text alone, says nothing
 * @param grown tokens by which the prompt grew for it
 */
export function learnTextRate(rate: TextRate, weight: number, grown: number): void {
  const estimated = weight / textFactor(rate);
  if (estimated < LEAST_WORTH || grown < estimated * LEAST_FACTOR || grown > estimated * MOST_FACTOR) return;
  rate.estimated += estimated;
  rate.grown += grown;
}
