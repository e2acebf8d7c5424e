import type { ItemUse } from '../queries/countedRequests.ts';
import { toNanoUsd, totalTokens } from './usage.ts';

/** What one file, program, host, MCP tool or subagent was sent and made to generate. Sums over the items of a kind are the kind's. */
export interface ItemReport {
  kind: string;
  /** Empty: what of the kind has no name. */
  target: string;
  calls: number;
  input_tokens: number;
  output_tokens: number;
  cache_read: number;
  cache_creation: number;
  total_tokens: number;
  /** `null`: unpriced. */
  cost_usd: number | null;
}

export function itemReport({ kind, target, calls, spent, costUsd }: ItemUse): ItemReport {
  return {
    kind,
    target,
    calls,
    input_tokens: spent.input,
    output_tokens: spent.output,
    cache_read: spent.cacheRead,
    cache_creation: spent.cacheWrite5m + spent.cacheWrite1h,
    total_tokens: totalTokens(spent),
    cost_usd: costUsd === null ? null : toNanoUsd(costUsd),
  };
}
