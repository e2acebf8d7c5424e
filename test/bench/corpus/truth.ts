import type { TokenUsage } from '../../../src/agents/event.ts';

/** What is true of transcripts that were made: whoever counts otherwise is wrong. */
export interface Truth {
  requests: number;
  tokens: TokenUsage;
  byModel: Record<string, number>;
  files: number;
  bytes: number;
  rows: number;
  sessions: number;
  subagents: number;
  /** Rows that repeat a request of another file: resumed and forked sessions, side questions, progress of subagents. */
  copies: number;
}

export const noTruth = (): Truth => ({
  requests: 0,
  tokens: { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, reasoning: 0 },
  byModel: {},
  files: 0,
  bytes: 0,
  rows: 0,
  sessions: 0,
  subagents: 0,
  copies: 0,
});

export function countRequest(truth: Truth, model: string, tokens: TokenUsage): void {
  truth.requests++;
  for (const field of Object.keys(tokens) as (keyof TokenUsage)[]) truth.tokens[field] += tokens[field];
  truth.byModel[model] = (truth.byModel[model] ?? 0) + totalOf(tokens);
}

/** All tokens; reasoning is a part of the output. */
export const totalOf = ({ input, cacheRead, cacheWrite5m, cacheWrite1h, output }: TokenUsage): number =>
  input + cacheRead + cacheWrite5m + cacheWrite1h + output;
