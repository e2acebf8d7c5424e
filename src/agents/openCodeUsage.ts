import * as v from 'valibot';
import type { TokenUsage } from './event.ts';
import { optionalCount, tokenCount } from './tokenCount.ts';

/** `tokens` of a message or of a finished step. Input never contains the cache; whether output contains reasoning depends. */
const tokensSchema = v.object({
  total: v.optional(v.nullable(tokenCount)),
  input: optionalCount,
  output: optionalCount,
  reasoning: optionalCount,
  cache: v.optional(v.nullable(v.object({ read: optionalCount, write: optionalCount }), { read: 0, write: 0 }), {
    read: 0,
    write: 0,
  }),
});
type Tokens = v.InferOutput<typeof tokensSchema>;

/** Who wrote the figures, for what they mean. */
export interface OpenCodeWriter {
  /** Version that made the session. */
  version?: string;
  provider: string;
}

/** The classes of one call; `undefined` when they are not what the format promises. All zero: nothing was recorded. */
export function openCodeUsage(value: unknown, writer: OpenCodeWriter): TokenUsage | undefined {
  const parsed = v.safeParse(tokensSchema, value);
  if (!parsed.success) return undefined;
  const tokens = parsed.output;
  const isApart = isReasoningApart(tokens, writer);
  return {
    input: tokens.input,
    cacheRead: tokens.cache?.read ?? 0,
    cacheWrite5m: tokens.cache?.write ?? 0,
    cacheWrite1h: 0,
    output: isApart ? tokens.output + tokens.reasoning : tokens.output,
    reasoning: isApart ? tokens.reasoning : Math.min(tokens.reasoning, tokens.output),
  };
}

/** Whether anything was recorded: interrupted replies keep zeros. */
export function isRecorded(usage: TokenUsage): boolean {
  return usage.input + usage.cacheRead + usage.cacheWrite5m + usage.output > 0;
}

/**
 * Up to 1.2 output contained reasoning, except with Google's providers; since 1.3 it is stated apart for all of them. A total settles it,
 * as the version is the one that began the session, not the one that wrote the message.
 */
function isReasoningApart(tokens: Tokens, writer: OpenCodeWriter): boolean {
  const sum = tokens.input + tokens.output + (tokens.cache?.read ?? 0) + (tokens.cache?.write ?? 0);
  if (tokens.total === sum) return false;
  if (tokens.total === sum + tokens.reasoning) return true;
  const isGoogle = /^google(?!.*anthropic)/.test(writer.provider);
  return isGoogle || isSince1_3(writer.version);
}

/** Builds without a release number (`local`, `0.0.0-dev-…`) are recent. */
function isSince1_3(version: string | undefined): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)\./.exec(version ?? '') ?? [];
  if (major === undefined || minor === undefined) return version !== undefined;
  if (version?.startsWith('0.0.0-')) return true;
  return Number(major) > 1 || (Number(major) === 1 && Number(minor) >= 3);
}
