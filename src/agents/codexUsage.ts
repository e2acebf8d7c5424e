import type { LimitEvent, LimitReached, TokenUsage } from './event.ts';
import { type Fields, fields, finite, text, timeMs } from './fields.ts';
import { optionalTokens } from './tokenCount.ts';

/** A usage as Codex states it: input contains the cached tokens and the written ones, output contains reasoning. */
export interface CodexUsage {
  input_tokens: number;
  cached_input_tokens: number;
  cache_write_input_tokens: number;
  output_tokens: number;
  reasoning_output_tokens: number;
  total_tokens: number;
}

/** Every field of a usage that is known. */
export const CODEX_USAGE_FIELDS: ReadonlySet<string> = new Set<keyof CodexUsage>([
  'input_tokens',
  'cached_input_tokens',
  'cache_write_input_tokens',
  'output_tokens',
  'reasoning_output_tokens',
  'total_tokens',
]);

/** The usage, or `undefined` when it is missing or not what the format promises. Any field may be absent or `null`. */
export function codexUsage(value: unknown): CodexUsage | undefined {
  const stated = fields(value);
  const input = optionalTokens(stated?.input_tokens);
  const cached = optionalTokens(stated?.cached_input_tokens);
  const written = optionalTokens(stated?.cache_write_input_tokens);
  const output = optionalTokens(stated?.output_tokens);
  const reasoning = optionalTokens(stated?.reasoning_output_tokens);
  const total = optionalTokens(stated?.total_tokens);
  if (!stated || input === undefined || cached === undefined || written === undefined) return undefined;
  if (output === undefined || reasoning === undefined || total === undefined) return undefined;
  return {
    input_tokens: input,
    cached_input_tokens: cached,
    cache_write_input_tokens: written,
    output_tokens: output,
    reasoning_output_tokens: reasoning,
    total_tokens: total,
  };
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

/** Whether no call lies between two cumulative usages of a thread: they have the same `totalKey`. */
export function isSameTotal(a: CodexUsage, b: CodexUsage): boolean {
  return (
    a.input_tokens === b.input_tokens &&
    a.cached_input_tokens === b.cached_input_tokens &&
    a.output_tokens === b.output_tokens
  );
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

/** The tier that was asked for, where it changes the price. */
export function serviceTier(value: unknown): string | undefined {
  return value === 'default' || value === 'auto' ? undefined : text(value);
}

/** One quota of a `rate_limits` record, ready to become the event: its place and account are still to be added. */
export type CodexLimit = LimitEvent & { limitId: string };

/** The quotas of a `rate_limits` record. They are told apart by their length: the slot says nothing. */
export function codexLimits(value: unknown, atMs: number): CodexLimit[] {
  const limits = fields(value);
  if (!limits) return [];
  const plan = text(limits.plan_type);
  const limitId = text(limits.limit_id) ?? 'codex';
  const stated: CodexLimit[] = [];
  for (let slot = 0; slot < 2; slot++) {
    const limit = fields(slot === 0 ? limits.primary : limits.secondary);
    const windowMinutes = finite(limit?.window_minutes);
    const usedPercent = finite(limit?.used_percent);
    if (windowMinutes === undefined || usedPercent === undefined || windowMinutes <= 0 || usedPercent < 0) continue;
    stated.push(codexLimit(limitId, plan, windowMinutes, usedPercent, resetTime(limit, atMs), atMs));
  }
  const reached = reachedOf(limits.rate_limit_reached_type);
  // Credits and the owner's limits run out whatever the windows say, and have none of their own.
  if (reached !== undefined && (reached !== 'limit' || stated.length === 0))
    stated.push(codexLimit(limitId, plan, 0, 100, undefined, atMs, reached));
  else if (reached !== undefined) {
    const full = stated.filter(({ usedPercent }) => usedPercent >= 100);
    const fullest = stated.reduce((a, b) => (b.usedPercent > a.usedPercent ? b : a));
    for (const limit of full.length > 0 ? full : [fullest]) limit.reached = reached;
  }
  const individual = fields(limits.individual_limit);
  const left = finite(individual?.remaining_percent);
  if (left !== undefined && left >= 0 && left <= 100)
    stated.push(codexLimit('individual', plan, 0, 100 - left, resetTime(individual, atMs), atMs));
  return stated;
}

/** Every count of tokens comes with some: all of one shape. */
const codexLimit = (
  limitId: string,
  plan: string | undefined,
  windowMinutes: number,
  usedPercent: number,
  resetsAtMs: number | undefined,
  atMs: number,
  reached?: LimitReached,
): CodexLimit => ({
  type: 'limit',
  sessionId: '',
  thread: '',
  account: undefined,
  limitId,
  windowMinutes,
  usedPercent,
  reached,
  resetsAtMs,
  atMs,
  plan,
});

/** `rate_limit_reached`, `workspace_owner_credits_depleted`, `workspace_member_usage_limit_reached` ...; what is newer says at least that. */
function reachedOf(value: unknown): LimitReached | undefined {
  const type = text(value);
  if (type === undefined) return undefined;
  if (type.includes('credits')) return 'credits';
  return type.startsWith('workspace') ? 'workspace' : 'limit';
}

function resetTime(limit: Fields | undefined, atMs: number): number | undefined {
  const at = finite(limit?.resets_at);
  // Older versions state how long it takes.
  const seconds = finite(limit?.resets_in_seconds);
  if (at !== undefined) return timeMs(at * 1000);
  return seconds === undefined ? undefined : timeMs(atMs + seconds * 1000);
}
