import * as v from 'valibot';
import type { TokenUsage } from './event.ts';
import { type Fields, fields, list, text } from './fields.ts';
import { modelMaker } from './modelMaker.ts';
import { optionalCount, wholeTokens } from './tokenCount.ts';

/** What one model used in one turn. */
export interface ModelUse {
  /** The model where the record names another one than the turn. */
  model?: string;
  usage: TokenUsage;
  /** Tokens of the prompt of the turn's last call. */
  contextTokens?: number;
  /** `exact`; or the record leaves calls out: of the prompts (`partialInput`), or of the replies too (`partial`). */
  known: 'exact' | 'partialInput' | 'partial';
}

/** Sums over all calls of a turn by model, subagents included. `inputTokens` holds the cached ones. Written since late 2026. */
const modelTotal = v.object({
  model: v.string(),
  inputTokens: optionalCount,
  cachedTokens: optionalCount,
  outputTokens: optionalCount,
});

/**
 * What a turn records of its tokens; empty when it records nothing, `undefined` when its figures are impossible. `calls` = model calls that
 * the turn is known to have made.
 *
 * A turn makes one call per round of tools. `modelTotals` sums all of them. `promptTokens` and the extension's `metadata.outputTokens` are
 * the last call's only; `completionTokens` of the turn is the sum of all replies.
 *
 * Source: `chatModel.ts` and `chatService.ts` of VS Code, `conversation.ts` of the Copilot Chat extension.
 */
export function turnUsage(request: Fields, calls: number): ModelUse[] | undefined {
  const result = fields(request.result);
  const metadata = fields(result?.metadata);
  const spent = fields(result?.usage);
  const prompt = firstCount(request.promptTokens, metadata?.promptTokens, spent?.promptTokens, result?.promptTokens);
  const whole = firstCount(request.completionTokens);
  const last = firstCount(metadata?.outputTokens, spent?.completionTokens, result?.outputTokens);
  if (prompt === IMPOSSIBLE || whole === IMPOSSIBLE || last === IMPOSSIBLE) return undefined;

  const totals = list(request.modelTotals);
  if (totals.length > 0) {
    const parsed = v.safeParse(v.array(modelTotal), totals);
    if (!parsed.success) return undefined;
    return parsed.output.map((total) => {
      const cacheRead = Math.min(total.cachedTokens, total.inputTokens);
      const usage = tokens(total.inputTokens - cacheRead, total.outputTokens, cacheRead);
      return { model: text(total.model), usage, contextTokens: prompt, known: 'exact' };
    });
  }

  if (!prompt && !whole && !last) return [];
  const output = Math.max(whole ?? 0, last ?? 0);
  const hasAllReplies = calls <= 1 || Boolean(whole);
  const thoughts = list(metadata?.toolCallRounds).map(
    (round) => wholeTokens(fields(fields(round)?.thinking)?.tokens) ?? 0,
  );
  const reasoning = hasAllReplies ? thoughts.reduce((sum, thought) => sum + thought, 0) : (thoughts.at(-1) ?? 0);
  const usage = { ...tokens(prompt ?? 0, output), reasoning: Math.min(reasoning, output) };
  return [{ usage, known: !hasAllReplies ? 'partial' : calls <= 1 && prompt ? 'exact' : 'partialInput' }];
}

/** Tokens of the call that summarises a conversation, or `undefined`. Its prompt contains the cached tokens. */
export function summaryUsage(summary: Fields): TokenUsage | undefined {
  const usage = fields(summary.usage);
  const prompt = wholeTokens(usage?.prompt_tokens);
  const output = wholeTokens(usage?.completion_tokens);
  if (prompt === undefined || output === undefined) return undefined;
  const cached = wholeTokens(fields(usage?.prompt_tokens_details)?.cached_tokens) ?? 0;
  return tokens(Math.max(0, prompt - cached), output, Math.min(cached, prompt));
}

export function tokens(input: number, output: number, cacheRead = 0): TokenUsage {
  return { input, cacheRead, cacheWrite5m: 0, cacheWrite1h: 0, output, reasoning: 0 };
}

const IMPOSSIBLE = Symbol('impossible');

/** The first of several places that holds a count. */
function firstCount(...places: unknown[]): number | undefined | typeof IMPOSSIBLE {
  const stated = places.find((place) => place !== undefined && place !== null);
  return stated === undefined ? undefined : (wholeTokens(stated) ?? IMPOSSIBLE);
}

/** The model's name without the vendor that serves it, and who made it: `copilot/claude-sonnet-4.5`, `customoai/gpt-5`. */
export function chatModel(id: unknown, resolved: unknown): { provider: string; model: string } {
  const named = text(resolved) ?? text(id) ?? 'unknown';
  const slash = named.lastIndexOf('/');
  const model = named.slice(slash + 1) || 'unknown';
  const vendor = slash > 0 ? named.slice(0, named.indexOf('/')).toLowerCase() : 'copilot';
  return { provider: modelMaker(model) ?? (/^[a-z0-9._-]+$/.test(vendor) ? vendor : 'other'), model };
}
