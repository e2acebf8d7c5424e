import * as v from 'valibot';
import type { TokenUsage } from './event.ts';
import { optionalCount } from './tokenCount.ts';

/** `tokens` of a Gemini CLI message. `input` is the whole prompt, its cached part included. */
const summarySchema = v.object({
  input: optionalCount,
  output: optionalCount,
  cached: optionalCount,
  thoughts: optionalCount,
  tool: optionalCount,
  total: optionalCount,
});

/** `usageMetadata` of Google's API, which Qwen Code writes whatever the provider. */
const metadataSchema = v.object({
  promptTokenCount: optionalCount,
  candidatesTokenCount: optionalCount,
  cachedContentTokenCount: optionalCount,
  thoughtsTokenCount: optionalCount,
  toolUsePromptTokenCount: optionalCount,
  totalTokenCount: optionalCount,
});

/** The same figures in an event of the user interface's telemetry. */
const eventSchema = v.object({
  input_token_count: optionalCount,
  output_token_count: optionalCount,
  cached_content_token_count: optionalCount,
  thoughts_token_count: optionalCount,
  tool_token_count: optionalCount,
  total_token_count: optionalCount,
});

/** Where a provider counts thoughts when its total does not tell: beside the output (Google), or in it (OpenAI and those like it). */
export type ThoughtsPlace = 'beside' | 'inside';

/** The usage of a message, or `undefined` when it is not what the format promises. */
export function summaryUsage(value: unknown, place: ThoughtsPlace): TokenUsage | undefined {
  const parsed = v.safeParse(summarySchema, value);
  if (!parsed.success) return undefined;
  const { input, output, cached, thoughts, tool, total } = parsed.output;
  return tokenUsage({ prompt: input, output, cached, thoughts, tool, total }, place);
}

/** The usage of a reply, or `undefined` when it is not what the format promises. */
export function metadataUsage(value: unknown, place: ThoughtsPlace): TokenUsage | undefined {
  const parsed = v.safeParse(metadataSchema, value);
  if (!parsed.success) return undefined;
  const usage = parsed.output;
  return tokenUsage(
    {
      prompt: usage.promptTokenCount,
      output: usage.candidatesTokenCount,
      cached: usage.cachedContentTokenCount,
      thoughts: usage.thoughtsTokenCount,
      tool: usage.toolUsePromptTokenCount,
      total: usage.totalTokenCount,
    },
    place,
  );
}

/** The usage of a telemetry event, or `undefined` when it is not what the format promises. */
export function eventUsage(value: unknown, place: ThoughtsPlace): TokenUsage | undefined {
  const parsed = v.safeParse(eventSchema, value);
  if (!parsed.success) return undefined;
  const usage = parsed.output;
  return tokenUsage(
    {
      prompt: usage.input_token_count,
      output: usage.output_token_count,
      cached: usage.cached_content_token_count,
      thoughts: usage.thoughts_token_count,
      tool: usage.tool_token_count,
      total: usage.total_token_count,
    },
    place,
  );
}

interface Counts {
  prompt: number;
  output: number;
  cached: number;
  thoughts: number;
  tool: number;
  total: number;
}

/**
 * The disjoint classes. The total tells whether thoughts are a part of the output, and whether the prompt of tools that the provider runs
 * (`tool`) is a part of the prompt.
 */
function tokenUsage(counts: Counts, place: ThoughtsPlace): TokenUsage {
  const { output, thoughts, tool, total } = counts;
  const plain = counts.prompt + output;
  const adds = (extra: number): boolean => total === plain + extra || total === plain + extra + tool;
  const isBeside = thoughts > output || (adds(thoughts) === adds(0) ? place === 'beside' : adds(thoughts));
  const toolIsInside = total > 0 && total === plain + (isBeside ? thoughts : 0);
  const prompt = counts.prompt + (toolIsInside ? 0 : tool);
  const cacheRead = Math.min(counts.cached, prompt);
  return {
    input: prompt - cacheRead,
    cacheRead,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output: output + (isBeside ? thoughts : 0),
    reasoning: thoughts,
  };
}

/** The classes as one string: the same for every record of one reply. */
export function usageKey(usage: TokenUsage): string {
  return `${usage.input}/${usage.cacheRead}/${usage.output}/${usage.reasoning}`;
}

/** Whether nothing was used: an error in the shape of a reply. */
export function isNoUsage(usage: TokenUsage): boolean {
  return usage.input + usage.cacheRead + usage.output === 0;
}
