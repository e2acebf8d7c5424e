import type { UsageSums } from './usageWindow.ts';

/** Sums of no requests. */
export const noUsage = (): UsageSums => ({
  tasks: 0,
  turns: 0,
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  reasoning: 0,
  costUsd: 0,
  unpricedTurns: 0,
  estimatedTurns: 0,
});

/** Adds `more` to `sums`. */
export function addSums(sums: UsageSums, more: UsageSums): void {
  sums.tasks += more.tasks;
  sums.turns += more.turns;
  sums.input += more.input;
  sums.output += more.output;
  sums.cacheRead += more.cacheRead;
  sums.cacheWrite5m += more.cacheWrite5m;
  sums.cacheWrite1h += more.cacheWrite1h;
  sums.reasoning += more.reasoning;
  sums.costUsd += more.costUsd;
  sums.unpricedTurns += more.unpricedTurns;
  sums.estimatedTurns += more.estimatedTurns;
}

/** Tokens of all classes. */
export const tokensOf = (sums: UsageSums): number =>
  sums.input + sums.output + sums.cacheRead + sums.cacheWrite5m + sums.cacheWrite1h;
