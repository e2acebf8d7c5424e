import * as v from 'valibot';
import type { Database } from './agent.ts';
import type { TokenUsage } from './event.ts';
import { type Fields, text } from './fields.ts';
import { gooseTime } from './gooseMessage.ts';
import { optionalCount } from './tokenCount.ts';

/** One model call of the ledger. */
export interface LedgerCall {
  id: number;
  atMs: number;
  model: string | undefined;
  usage: TokenUsage;
  cost: unknown;
  isCompaction: boolean;
}

/** A row of `usage_ledger`: one model call. `input_tokens` holds the cached tokens. */
const ledgerRow = v.object({
  id: v.pipe(v.number(), v.integer()),
  input_tokens: optionalCount,
  output_tokens: optionalCount,
  cache_read_tokens: optionalCount,
  cache_write_tokens: optionalCount,
});

/** The model calls of a session, and since when any session's are kept; none where the table does not exist yet. */
export function ledgerOf(
  database: Database,
  id: string,
): { known: LedgerCall[]; rejected: string[]; keptFromMs: number } {
  let rows: Fields[];
  let keptFromMs = Number.POSITIVE_INFINITY;
  try {
    rows = database.all<Fields>('SELECT * FROM usage_ledger WHERE session_id = :id ORDER BY created_timestamp, id', {
      ':id': id,
    });
    const [first] = database.all<Fields>('SELECT MIN(created_timestamp) AS at FROM usage_ledger');
    keptFromMs = gooseTime(first?.at) ?? keptFromMs;
  } catch {
    rows = [];
  }
  const known: LedgerCall[] = [];
  const rejected: string[] = [];
  for (const row of rows) {
    const parsed = v.safeParse(ledgerRow, row);
    const atMs = gooseTime(row.created_timestamp);
    if (!parsed.success || atMs === undefined) {
      rejected.push(parsed.success ? 'call without time' : 'impossible token count');
      continue;
    }
    const usage = disjoint(parsed.output);
    const isCompaction = row.is_compaction === 1;
    const { cost, model } = row;
    if (sizeOf(usage) > 0) known.push({ id: parsed.output.id, atMs, model: text(model), usage, cost, isCompaction });
  }
  return { known, rejected, keptFromMs };
}

interface GooseCounts {
  input_tokens: number;
  output_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
}

/** Goose's input holds what was read from and written to the cache; only where it is smaller than those it cannot. */
function disjoint(counts: GooseCounts): TokenUsage {
  const cached = counts.cache_read_tokens + counts.cache_write_tokens;
  return {
    input: counts.input_tokens >= cached ? counts.input_tokens - cached : counts.input_tokens,
    cacheRead: counts.cache_read_tokens,
    cacheWrite5m: counts.cache_write_tokens,
    cacheWrite1h: 0,
    output: counts.output_tokens,
    reasoning: 0,
  };
}

const accumulatedRow = v.object({
  accumulated_input_tokens: optionalCount,
  accumulated_output_tokens: optionalCount,
  accumulated_cache_read_tokens: optionalCount,
  accumulated_cache_write_tokens: optionalCount,
});

/** The session's own sums; `undefined` when impossible. */
export function accumulated(row: Fields): TokenUsage | undefined {
  const parsed = v.safeParse(accumulatedRow, row);
  if (!parsed.success) return undefined;
  const sum = parsed.output;
  return disjoint({
    input_tokens: sum.accumulated_input_tokens,
    output_tokens: sum.accumulated_output_tokens,
    cache_read_tokens: sum.accumulated_cache_read_tokens,
    cache_write_tokens: sum.accumulated_cache_write_tokens,
  });
}

/** What a sum holds beyond the calls: those from before the ledger was kept. */
export function beyond(sum: TokenUsage, calls: readonly LedgerCall[]): TokenUsage {
  const rest = { ...sum };
  for (const key of Object.keys(rest) as (keyof TokenUsage)[]) {
    for (const { usage } of calls) rest[key] -= usage[key];
    rest[key] = Math.max(0, rest[key]);
  }
  return rest;
}

/** All its tokens. */
export function sizeOf(usage: TokenUsage): number {
  return usage.input + usage.cacheRead + usage.cacheWrite5m + usage.output;
}
