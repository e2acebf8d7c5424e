import * as v from 'valibot';
import type { TokenUsage, UnlistedEvent } from './event.ts';
import { type Fields, fields, finite, list, text } from './fields.ts';
import { optionalCount, optionalTokens } from './tokenCount.ts';

/** What one assistant row says of its request. */
export interface ClaudeUsage {
  usage: TokenUsage;
  webSearches: number;
  tier?: string;
  /** The newest prompt, where the provider sampled several times for one reply: the usage is the sum over all of them. */
  contextTokens?: number;
  /** Calls within the reply that are not in its usage. */
  asides: AsideUsage[];
}

/** What the provider calls a model for beside the reply: a stronger model's advice, which has its own price, or a summary of what stood before. */
export interface AsideUsage {
  purpose: 'advisor' | 'compact';
  /** Where it is not the reply's. */
  model?: string;
  usage: TokenUsage;
}

/** Every field of `message.usage` that is known, also those that change no figure. */
export const CLAUDE_USAGE_FIELDS: ReadonlySet<string> = new Set([
  'input_tokens',
  'cache_creation_input_tokens',
  'cache_read_input_tokens',
  'output_tokens',
  'cache_creation',
  'output_tokens_details',
  'server_tool_use',
  'service_tier',
  'speed',
  'fallback_credit',
  'inference_geo',
  'iterations',
]);

/**
 * `message.usage` of an assistant row, or `undefined` when it is not what the format promises. Classes are disjoint; `output_tokens`
 * contains thinking. Any part may be absent or `null`.
 */
export function claudeUsage(value: unknown): ClaudeUsage | undefined {
  const stated = fields(value);
  const cacheCreation = optionalFields(stated?.cache_creation);
  const details = optionalFields(stated?.output_tokens_details);
  const serverTools = optionalFields(stated?.server_tool_use);
  const tier = stated?.speed === 'fast' ? 'fast' : stated?.service_tier;
  const input = optionalTokens(stated?.input_tokens);
  const cacheRead = optionalTokens(stated?.cache_read_input_tokens);
  const written = optionalTokens(stated?.cache_creation_input_tokens);
  const output = optionalTokens(stated?.output_tokens);
  const oneHour = optionalTokens(cacheCreation?.ephemeral_1h_input_tokens);
  const fiveMinutes = optionalTokens(cacheCreation?.ephemeral_5m_input_tokens);
  const thinking = optionalTokens(details?.thinking_tokens);
  const webSearches = optionalTokens(serverTools?.web_search_requests);
  const asides: AsideUsage[] = [];
  const contextTokens = readSamplings(stated?.iterations, asides);
  if (
    !stated ||
    contextTokens === undefined ||
    !cacheCreation ||
    !details ||
    !serverTools ||
    !isOptionalText(stated.service_tier) ||
    !isOptionalText(stated.speed) ||
    input === undefined ||
    cacheRead === undefined ||
    written === undefined ||
    output === undefined ||
    oneHour === undefined ||
    fiveMinutes === undefined ||
    thinking === undefined ||
    webSearches === undefined
  )
    return undefined;
  return {
    usage: {
      input,
      cacheRead,
      // Rows before the one-hour cache only have the sum: all of it is the five-minute cache.
      cacheWrite5m: Math.max(fiveMinutes, written - oneHour),
      cacheWrite1h: oneHour,
      output,
      reasoning: Math.min(thinking, output),
    },
    webSearches,
    asides,
    contextTokens: contextTokens > 0 ? contextTokens : undefined,
    tier: typeof tier === 'string' && tier !== '' && tier !== 'standard' ? tier : undefined,
  };
}

const ASIDES: Readonly<Record<string, AsideUsage['purpose']>> = { advisor_message: 'advisor', compaction: 'compact' };

/**
 * Reads the samplings of one reply, where the row lists them. The usage is the sum of those that made the reply and of no other: measured
 * on 2.1.278 with the advisor, and documented by the provider for compactions.
 *
 * @returns the newest prompt if there were several, else 0; `undefined` when a sampling is malformed
 */
function readSamplings(iterations: unknown, asides: AsideUsage[]): number | undefined {
  let replies = 0;
  let newest = 0;
  const samplings = list(iterations);
  // Nearly always there is but one, or none.
  if (samplings.length === 0) return 0;
  if (samplings.length === 1 && fields(samplings[0])?.type === 'message') return 0;
  for (const item of samplings) {
    const sampling = fields(item);
    const purpose = typeof sampling?.type === 'string' ? ASIDES[sampling.type] : undefined;
    if (!purpose && sampling?.type !== 'message' && sampling?.type !== 'fallback_message') continue;
    const stated = claudeUsage({ ...sampling, iterations: undefined });
    if (!stated) return undefined;
    const { usage } = stated;
    const model = text(sampling?.model);
    if (purpose) asides.push(model === undefined ? { purpose, usage } : { purpose, model, usage });
    else {
      replies++;
      newest = usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;
    }
  }
  return replies > 1 ? newest : 0;
}

const NO_FIELDS: Fields = {};

/** An object that may be left out; `undefined` when it is something else. */
function optionalFields(value: unknown): Fields | undefined {
  return value === undefined || value === null ? NO_FIELDS : fields(value);
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || value === null || typeof value === 'string';
}

/** One model's sum in a `cost-state` row. */
const costSchema = v.object({
  inputTokens: optionalCount,
  outputTokens: optionalCount,
  thinkingTokens: optionalCount,
  cacheReadInputTokens: optionalCount,
  cacheCreationInputTokens: optionalCount,
  cacheCreationEphemeral1hInputTokens: optionalCount,
});

/** One model's sum over a session, as a `cost-state` row states it. */
export type CostSum = Pick<UnlistedEvent, 'model' | 'usage' | 'source' | 'includesListed' | 'counter'>;

/**
 * The sums of a `cost-state` row, or `undefined` when one is malformed. They hold every call, also those that have rows of their own. A
 * fork goes on with its parent's sums: both bear the same start time.
 */
export function costStateSums(row: Fields): CostSum[] | undefined {
  const counter = finite(row.startTime);
  const sums: CostSum[] = [];
  for (const [model, sum] of Object.entries(fields(row.modelUsage) ?? {})) {
    const parsed = v.safeParse(costSchema, sum);
    if (!parsed.success) return undefined;
    const cost = parsed.output;
    const oneHour = Math.min(cost.cacheCreationEphemeral1hInputTokens, cost.cacheCreationInputTokens);
    sums.push({
      model: model.replace(/\[1m\]$/, ''),
      usage: {
        input: cost.inputTokens,
        cacheRead: cost.cacheReadInputTokens,
        cacheWrite5m: cost.cacheCreationInputTokens - oneHour,
        cacheWrite1h: oneHour,
        output: cost.outputTokens,
        reasoning: Math.min(cost.thinkingTokens, cost.outputTokens),
      },
      source: 'cost-state',
      includesListed: true,
      ...(counter === undefined ? {} : { counter: String(counter) }),
    });
  }
  return sums;
}

/**
 * Whether a version records the final output of most replies, though it never writes a stop reason. Measured in characters per output
 * token (3 to 4 when final): 437 in 2.1.10 to 2.1.19, 209 in 2.1.20 to 2.1.29, 4 to 14 in 2.1.30 to 2.1.49. There an estimate of every
 * reply would be further off than the record is.
 */
export function recordsMostOutputs(version: string | undefined): boolean {
  if (version !== newestVersion) {
    newestVersion = version;
    const patch = /^2\.1\.(\d+)/.exec(version ?? '')?.[1];
    newestRecords = patch !== undefined && Number(patch) >= 30 && Number(patch) < 50;
  }
  return newestRecords;
}

/** Nearly always the next one is the same. */
let newestVersion: string | undefined;
let newestRecords = false;

/** What the beginning of a stream says of the output is at most this. */
const MOST_AT_START = 8;
/** No text has so many characters in a token. */
const CHARS_OF_A_TOKEN = 12;

/**
 * Whether a reply's stream broke off: newer versions then keep what came and give it a stop reason of their own, but the output is what the
 * beginning of the stream said. Finished replies have `stop_details` since 2.1.1xx; before, only a size that cannot be tells.
 *
 * @param blockChars size of the row's blocks; 0 when they are hidden
 */
export function isCutShort(message: Fields, output: number, blockChars: number): boolean {
  if (message.stop_details !== undefined || output > MOST_AT_START) return false;
  return blockChars === 0 || blockChars > output * CHARS_OF_A_TOKEN;
}

/** Who serves a model, by the shape of its id. */
export function claudeProvider(model: string): string {
  if (/^(arn:|((us|eu|apac|global|jp|au|us-gov)\.)?anthropic\.)/.test(model)) return 'amazon-bedrock';
  if (/^claude-.*@/.test(model)) return 'google-vertex';
  if (/^(claude|opus|sonnet|haiku)/.test(model)) return 'anthropic';
  const slash = model.indexOf('/');
  return slash > 0 ? model.slice(0, slash) : 'other';
}
