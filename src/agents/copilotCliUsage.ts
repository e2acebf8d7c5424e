import * as v from 'valibot';
import type { TokenUsage } from './event.ts';
import { fields, list } from './fields.ts';
import { optionalCount } from './tokenCount.ts';

/** A usage as Copilot states it: the input contains what was read from the cache and what was written to it, the output the reasoning. */
export interface CopilotUsage {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  reasoning: number;
}

export const USAGE_FIELDS = ['input', 'output', 'cacheRead', 'cacheWrite', 'reasoning'] as const;
export const NO_USAGE: CopilotUsage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 };

const usageSchema = v.object({
  inputTokens: optionalCount,
  outputTokens: optionalCount,
  cacheReadTokens: optionalCount,
  cacheWriteTokens: optionalCount,
  reasoningTokens: optionalCount,
});

/** The usage of a record, or `undefined` when it is missing or not what the format promises. */
export function copilotUsage(value: unknown): CopilotUsage | undefined {
  if (fields(value) === undefined) return undefined;
  const parsed = v.safeParse(usageSchema, value);
  if (!parsed.success) return undefined;
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens } = parsed.output;
  return {
    input: inputTokens,
    output: outputTokens,
    cacheRead: cacheReadTokens,
    cacheWrite: cacheWriteTokens,
    reasoning: reasoningTokens,
  };
}

/** What a compaction used: `compactionTokensUsed`, in the spelling of now or of the first versions. */
export function compactionUsage(value: unknown): CopilotUsage | undefined {
  const used = fields(value);
  return copilotUsage(
    used && {
      inputTokens: used.inputTokens ?? used.input,
      outputTokens: used.outputTokens ?? used.output,
      cacheReadTokens: used.cacheReadTokens ?? used.cachedInput,
      cacheWriteTokens: used.cacheWriteTokens,
    },
  );
}

/** What a call of the agent's own used, as the provider's answer states it. */
export function responseUsage(data: unknown): CopilotUsage | undefined {
  const record = fields(data);
  const used = fields(record?.responseUsage);
  const prompt = fields(used?.prompt_tokens_details);
  const details = list(fields(record?.copilotUsage)?.token_details ?? fields(record?.copilotUsage)?.tokenDetails);
  const written = details
    .map((detail) => fields(detail))
    .find((detail) => (detail?.token_type ?? detail?.tokenType) === 'cache_write');
  return copilotUsage(
    used && {
      inputTokens: used.prompt_tokens,
      outputTokens: used.completion_tokens,
      cacheReadTokens: prompt?.cached_tokens,
      cacheWriteTokens: prompt?.cache_creation_tokens ?? written?.token_count ?? written?.tokenCount,
      reasoningTokens: fields(used.completion_tokens_details)?.reasoning_tokens ?? used.reasoning_tokens,
    },
  );
}

/** The disjoint classes. */
export function tokenUsage(usage: CopilotUsage): TokenUsage {
  const cacheRead = Math.min(usage.cacheRead, usage.input);
  const cacheWrite5m = Math.min(usage.cacheWrite, usage.input - cacheRead);
  return {
    input: usage.input - cacheRead - cacheWrite5m,
    cacheRead,
    cacheWrite5m,
    cacheWrite1h: 0,
    output: usage.output,
    reasoning: Math.min(usage.reasoning, usage.output),
  };
}

export function plus(a: CopilotUsage, b: CopilotUsage): CopilotUsage {
  return perField((field) => a[field] + b[field]);
}

/** What is left, down to 0 in each field. */
export function minus(a: CopilotUsage, b: CopilotUsage): CopilotUsage {
  return perField((field) => Math.max(0, a[field] - b[field]));
}

export function larger(a: CopilotUsage, b: CopilotUsage): CopilotUsage {
  return perField((field) => Math.max(a[field], b[field]));
}

export function isNothing(usage: CopilotUsage): boolean {
  return usage.input + usage.output === 0;
}

/** Whether two records state the same call's numbers; reasoning is not always stated. */
export function sameNumbers(a: CopilotUsage, b: CopilotUsage): boolean {
  return a.input === b.input && a.output === b.output && a.cacheRead === b.cacheRead && a.cacheWrite === b.cacheWrite;
}

/** A sum in parts that follow the weights and sum to it in each field; without weights the parts are alike. */
export function shareOut(sum: CopilotUsage, inputs: readonly number[], outputs: readonly number[]): CopilotUsage[] {
  const parts = inputs.map(() => ({ ...NO_USAGE }));
  for (const field of USAGE_FIELDS) {
    const given = field === 'output' || field === 'reasoning' ? outputs : inputs;
    const total = given.reduce((all, weight) => all + weight, 0);
    const weights = total > 0 ? given : inputs.map(() => 1);
    const whole = total > 0 ? total : inputs.length;
    let weightSoFar = 0;
    let told = 0;
    parts.forEach((part, index) => {
      weightSoFar += weights[index] ?? 0;
      const upTo = Math.round((sum[field] * weightSoFar) / whole);
      part[field] = upTo - told;
      told = upTo;
    });
  }
  return parts;
}

function perField(value: (field: keyof CopilotUsage) => number): CopilotUsage {
  return {
    input: value('input'),
    output: value('output'),
    cacheRead: value('cacheRead'),
    cacheWrite: value('cacheWrite'),
    reasoning: value('reasoning'),
  };
}
