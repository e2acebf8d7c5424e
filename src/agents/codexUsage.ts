import * as v from 'valibot';
import type { TokenUsage } from './event.ts';
import { type Fields, fields, finite, text, timeMs } from './fields.ts';
import { optionalCount } from './tokenCount.ts';

/** A usage as Codex states it: input contains the cached tokens and the written ones, output contains reasoning. */
const usageSchema = v.object({
  input_tokens: optionalCount,
  cached_input_tokens: optionalCount,
  cache_write_input_tokens: optionalCount,
  output_tokens: optionalCount,
  reasoning_output_tokens: optionalCount,
  total_tokens: optionalCount,
});
/** Every field of a usage that is known. */
export const CODEX_USAGE_FIELDS: ReadonlySet<string> = new Set(Object.keys(usageSchema.entries));

export type CodexUsage = v.InferOutput<typeof usageSchema>;

/** The usage, or `undefined` when it is missing or not what the format promises. */
export function codexUsage(value: unknown): CodexUsage | undefined {
  if (fields(value) === undefined) return undefined;
  const parsed = v.safeParse(usageSchema, value);
  return parsed.success ? parsed.output : undefined;
}

/** The disjoint classes of one call. */
export function tokenUsage(usage: CodexUsage): TokenUsage {
  const cacheRead = Math.min(usage.cached_input_tokens, usage.input_tokens);
  const cacheWrite5m = Math.min(usage.cache_write_input_tokens, usage.input_tokens - cacheRead);
  return {
    input: usage.input_tokens - cacheRead - cacheWrite5m,
    cacheRead,
    cacheWrite5m,
    cacheWrite1h: 0,
    output: usage.output_tokens,
    reasoning: Math.min(usage.reasoning_output_tokens, usage.output_tokens),
  };
}

/** A cumulative usage as one string: it changes with every call of a thread, and is the same in every copy. */
export function totalKey(total: CodexUsage): string {
  return `${total.input_tokens}/${total.cached_input_tokens}/${total.output_tokens}`;
}

/** What was used between two cumulative usages; `undefined` when the counter began anew. */
export function usageBetween(before: CodexUsage, after: CodexUsage): CodexUsage | undefined {
  const grown: CodexUsage = { ...after };
  for (const key of Object.keys(grown) as (keyof CodexUsage)[]) {
    grown[key] = after[key] - before[key];
    if (grown[key] < 0) return undefined;
  }
  return grown;
}

/** One quota of a `rate_limits` record. */
export interface CodexLimit {
  limitId: string;
  windowMinutes: number;
  usedPercent: number;
  resetsAtMs?: number;
  plan?: string;
}

/** The quotas of a `rate_limits` record. They are told apart by their length: the slot says nothing. */
export function codexLimits(value: unknown, atMs: number): CodexLimit[] {
  const limits = fields(value);
  if (!limits) return [];
  const plan = text(limits.plan_type);
  return [limits.primary, limits.secondary].flatMap((slot) => {
    const limit = fields(slot);
    const windowMinutes = finite(limit?.window_minutes);
    const usedPercent = finite(limit?.used_percent);
    if (windowMinutes === undefined || usedPercent === undefined || windowMinutes <= 0 || usedPercent < 0) return [];
    const resetsAtMs = resetTime(limit, atMs);
    return [
      {
        limitId: text(limits.limit_id) ?? 'codex',
        windowMinutes,
        usedPercent,
        ...(resetsAtMs === undefined ? {} : { resetsAtMs }),
        ...(plan === undefined ? {} : { plan }),
      },
    ];
  });
}

function resetTime(limit: Fields | undefined, atMs: number): number | undefined {
  const at = finite(limit?.resets_at);
  if (at !== undefined) return timeMs(at * 1000);
  // Older versions state how long it takes.
  const seconds = finite(limit?.resets_in_seconds);
  return seconds === undefined ? undefined : timeMs(atMs + seconds * 1000);
}
