import * as v from 'valibot';
import type { TokenUsage } from './event.ts';
import { type Fields, fields, list, text, timeMs } from './fields.ts';
import { optionalCount, wholeTokens } from './tokenCount.ts';

/** One model call of a thread. */
export interface AmpCall {
  model: string;
  usage: TokenUsage;
  /** Only the sum of prompt and reply is recorded. */
  isSum?: boolean;
}

/** `usage` of an assistant message. `totalInputTokens` is the sum of the three classes of input. */
const usageSchema = v.object({
  model: v.nullish(v.string()),
  inputTokens: optionalCount,
  outputTokens: optionalCount,
  cacheCreationInputTokens: optionalCount,
  cacheReadInputTokens: optionalCount,
  totalInputTokens: optionalCount,
  totalTokens: optionalCount,
});

/** What the `usage` of a message says: `undefined` when there is none, `null` when its numbers are impossible. */
export function messageUsage(
  value: unknown,
  message: Fields,
): { call?: AmpCall; atMs: number | undefined; windowTokens: number | undefined } | undefined | null {
  const fieldsOfUsage = fields(value);
  if (!fieldsOfUsage) return undefined;
  const parsed = v.safeParse(usageSchema, fieldsOfUsage);
  if (!parsed.success) return null;
  const usage = parsed.output;
  const model = usage.model || text(message.model) || 'unknown';
  const written = usage.cacheCreationInputTokens;
  // OpenAI has no cache writes: Amp files the uncached part of its prompts there.
  const isWrite = !/^gpt-|^o\d/.test(model);
  const call: AmpCall = {
    model,
    usage: {
      input: usage.inputTokens + (isWrite ? 0 : written),
      cacheRead: usage.cacheReadInputTokens,
      cacheWrite5m: isWrite ? written : 0,
      cacheWrite1h: 0,
      output: usage.outputTokens,
      reasoning: 0,
    },
  };
  const about = { atMs: timeMs(fieldsOfUsage.timestamp), windowTokens: wholeTokens(fieldsOfUsage.maxInputTokens) };
  if (sizeOf(call.usage) > 0) return { ...about, call };
  const sum = usage.totalTokens || usage.totalInputTokens;
  return sum > 0 ? { ...about, call: { model, usage: { ...call.usage, input: sum }, isSum: true } } : about;
}

/** One event of the ledger. */
export interface LedgerCall {
  /** The call's identity. */
  id: string;
  toMessage: string | undefined;
  atMs: number;
  call: AmpCall;
}

/** `usageLedger.events` of a thread: one per call, also of those that no message shows (subagents, titles), without cache classes. */
export interface Ledger {
  calls: LedgerCall[];
  byMessage: Map<string, LedgerCall>;
  /** Events say which message they belong to. */
  isLinked: boolean;
  rejected: string[];
}

const eventTokens = v.object({ input: optionalCount, output: optionalCount, total: optionalCount });

export function ledgerCalls(thread: Fields, sessionId: string): Ledger {
  const ledger: Ledger = { calls: [], byMessage: new Map(), isLinked: false, rejected: [] };
  list(fields(thread.usageLedger)?.events).forEach((item, index) => {
    const event = fields(item);
    const tokens = v.safeParse(eventTokens, event?.tokens ?? {});
    const atMs = timeMs(event?.timestamp);
    if (!event || !tokens.success) {
      ledger.rejected.push('impossible token count');
      return;
    }
    const { input, output, total } = tokens.output;
    if (input + output + total === 0) return;
    if (atMs === undefined) {
      ledger.rejected.push('ledger event without time');
      return;
    }
    const isSum = input + output === 0;
    const toMessage = idOf(event.toMessageId);
    const call: LedgerCall = {
      id: `${sessionId}/${idOf(event.id) ?? `event ${index}`}`,
      toMessage,
      atMs,
      call: {
        model: text(event.model) ?? 'unknown',
        usage: { input: isSum ? total : input, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output, reasoning: 0 },
        ...(isSum ? { isSum } : {}),
      },
    };
    ledger.calls.push(call);
    if (toMessage === undefined) return;
    ledger.isLinked = true;
    ledger.byMessage.set(toMessage, call);
  });
  return ledger;
}

function idOf(value: unknown): string | undefined {
  return typeof value === 'number' || (typeof value === 'string' && value !== '')
    ? String(value).slice(0, 100)
    : undefined;
}

function sizeOf(usage: TokenUsage): number {
  return usage.input + usage.cacheRead + usage.cacheWrite5m + usage.output;
}
