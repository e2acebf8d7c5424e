import * as v from 'valibot';
import { MAIN_THREAD, type ThreadId, type TokenUsage } from './event.ts';
import { chars, fields, jsonChars, list } from './fields.ts';
import { optionalCount } from './tokenCount.ts';

/** What the path says of a file. */
export interface KimiFile {
  sessionId: string;
  /** `main`, or the id of a subagent. */
  agentId: string;
  account: string | undefined;
}

export function threadOf(agentId: string): ThreadId {
  return agentId === 'main' ? MAIN_THREAD : agentId;
}

/** A usage in the spelling of Kimi Code: the classes are disjoint. Kimi CLI has the same with underscores. */
const usageSchema = v.object({
  inputOther: optionalCount,
  inputCacheRead: optionalCount,
  inputCacheCreation: optionalCount,
  output: optionalCount,
});

/** The token classes of a usage record, or `undefined` when it is missing or not what the format promises. */
export function kimiUsage(value: unknown): TokenUsage | undefined {
  const given = fields(value);
  if (!given) return undefined;
  const spelled = Object.entries(given).map(([key, count]) => [
    key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    count,
  ]);
  const parsed = v.safeParse(usageSchema, Object.fromEntries(spelled));
  if (!parsed.success) return undefined;
  const { inputOther, inputCacheRead, inputCacheCreation, output } = parsed.output;
  return {
    input: inputOther,
    cacheRead: inputCacheRead,
    cacheWrite5m: inputCacheCreation,
    cacheWrite1h: 0,
    output,
    reasoning: 0,
  };
}

/** The usage as a part of an identity. */
export function usageKey(usage: TokenUsage): string {
  return `${usage.input}/${usage.cacheRead}/${usage.cacheWrite5m}/${usage.output}`;
}

export function isNothing(usage: TokenUsage): boolean {
  return usage.input + usage.cacheRead + usage.cacheWrite5m + usage.output === 0;
}

/** Size of content that is a string, or a list of parts; media counts nothing. */
export function contentChars(content: unknown): number {
  if (typeof content === 'string') return content.length;
  return list(content).reduce<number>((sum, part) => {
    const piece = fields(part);
    if (typeof piece?.type === 'string' && piece.type.endsWith('_url')) return sum;
    return sum + (piece ? chars(piece.text) + chars(piece.think) : jsonChars(part));
  }, 0);
}

/** Images and the like in content. */
export function mediaCount(content: unknown): number {
  return list(content).filter((part) => {
    const type = fields(part)?.type;
    return typeof type === 'string' && type.endsWith('_url');
  }).length;
}

/** Where a model comes from when only its name is known. */
export function kimiProvider(model: string, recorded?: string): string {
  if (/kimi|moonshot/i.test(model)) return 'moonshotai';
  if (/^claude/i.test(model)) return 'anthropic';
  if (/^gemini/i.test(model)) return 'google';
  if (/^(gpt|o\d|codex)/i.test(model)) return 'openai';
  return recorded?.toLowerCase() ?? 'moonshotai';
}
