import * as v from 'valibot';
import type { TokenUsage } from './event.ts';
import { fields, text } from './fields.ts';
import { modelMaker } from './modelMaker.ts';
import { recordedCost } from './recordedCost.ts';
import { tokenCount } from './tokenCount.ts';

/** The extensions that keep tasks in this format. */
export type ClineProduct = 'cline' | 'roo-code' | 'kilo-code';

const count = v.optional(v.nullable(tokenCount));

/** The text of an `api_req_started` message. Without counts the reply has not come. */
const requestSchema = v.object({
  tokensIn: count,
  tokensOut: count,
  cacheWrites: count,
  cacheReads: count,
  apiProtocol: v.optional(v.nullable(v.string())),
  cancelReason: v.optional(v.nullable(v.string())),
  cost: v.optional(v.unknown()),
});

/** What a request's message states. */
export interface ClineRequest {
  tokensIn: number;
  tokensOut: number;
  cacheWrites: number;
  cacheReads: number;
  apiProtocol?: string;
  /** The reply was cancelled or broke off: its output may be a part of what was billed. */
  isBroken: boolean;
  /** As the agent reckoned it. */
  costUsd?: number;
}

/** `undefined` when the message has no counts (yet), `rejected` when it has impossible ones. */
export function clineRequest(json: unknown): ClineRequest | 'rejected' | undefined {
  let stated: unknown;
  try {
    stated = JSON.parse(text(json) ?? '{}');
  } catch {
    return 'rejected';
  }
  const parsed = v.safeParse(requestSchema, stated);
  if (!fields(stated) || !parsed.success) return 'rejected';
  const { tokensIn, tokensOut, cacheWrites, cacheReads, apiProtocol, cancelReason, cost } = parsed.output;
  const counts = {
    tokensIn: tokensIn ?? 0,
    tokensOut: tokensOut ?? 0,
    cacheWrites: cacheWrites ?? 0,
    cacheReads: cacheReads ?? 0,
  };
  if (Object.values(counts).every((value) => value === 0)) return undefined;
  return {
    ...counts,
    apiProtocol: apiProtocol ?? undefined,
    isBroken: (cancelReason ?? undefined) !== undefined,
    ...recordedCost(cost),
  };
}

/** Providers of Cline that pass the whole prompt as input, the cached part included. */
const CLINE_WHOLE_PROMPT = new Set('openai litellm doubao fireworks hicap lmstudio qwen xai zai'.split(' '));

/** Roo Code 3.29.5 and Kilo Code 4.119.0 began to state the whole prompt for every provider (RooCodeInc/Roo-Code#8954). */
const WHOLE_PROMPT_SINCE_MS = { 'roo-code': Date.UTC(2025, 10, 1), 'kilo-code': Date.UTC(2025, 10, 12) };

/** The disjoint classes of a request. */
export function clineUsage(
  request: ClineRequest,
  writer: { product: ClineProduct; provider: string | undefined; atMs: number },
): TokenUsage {
  const { tokensIn, cacheReads, cacheWrites } = request;
  const cached = cacheReads + cacheWrites;
  const usage = {
    input: tokensIn,
    cacheRead: cacheReads,
    cacheWrite5m: cacheWrites,
    cacheWrite1h: 0,
    output: request.tokensOut,
    reasoning: 0,
  };
  // A whole prompt is never smaller than its cached part.
  if (cached === 0 || tokensIn < cached || !isWholePrompt(request, writer)) return usage;
  // DeepSeek's cache misses are filed as writes: they are the uncached rest.
  if (tokensIn === cached && writer.product === 'cline') return { ...usage, input: cacheWrites, cacheWrite5m: 0 };
  return { ...usage, input: tokensIn - cached };
}

function isWholePrompt(
  request: ClineRequest,
  writer: { product: ClineProduct; provider: string | undefined; atMs: number },
): boolean {
  if (writer.product === 'cline') return CLINE_WHOLE_PROMPT.has(writer.provider ?? '');
  if (writer.atMs >= WHOLE_PROMPT_SINCE_MS[writer.product]) return true;
  // Before, Anthropic's protocol stated the uncached rest. Without a name for the protocol, only it has cache writes.
  return request.apiProtocol === undefined ? request.cacheWrites === 0 : request.apiProtocol !== 'anthropic';
}

/** The metrics of a message of a session: input is the whole prompt. */
const metricsSchema = v.object({
  inputTokens: v.optional(v.nullable(tokenCount, 0), 0),
  outputTokens: v.optional(v.nullable(tokenCount, 0), 0),
  cacheReadTokens: v.optional(v.nullable(tokenCount, 0), 0),
  cacheWriteTokens: v.optional(v.nullable(tokenCount, 0), 0),
});

/** The disjoint classes of a session's message; `undefined` when its metrics are impossible. */
export function metricsUsage(metrics: unknown): TokenUsage | undefined {
  const parsed = v.safeParse(metricsSchema, metrics);
  if (!parsed.success) return undefined;
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = parsed.output;
  const cached = cacheReadTokens + cacheWriteTokens;
  return {
    input: inputTokens < cached ? inputTokens : inputTokens - cached,
    cacheRead: cacheReadTokens,
    cacheWrite5m: cacheWriteTokens,
    cacheWrite1h: 0,
    output: outputTokens,
    reasoning: 0,
  };
}

/** The provider that a model's name tells, where the record names none. */
export function providerOfModel(model: string): string {
  const vendor = /^([\w.-]+)\//.exec(model)?.[1];
  if (vendor) return vendor.toLowerCase();
  return modelMaker(model) ?? 'unknown';
}
