import type { CodexState } from './codexState.ts';
import type { codexTeller } from './codexTeller.ts';
import {
  CODEX_USAGE_FIELDS,
  type CodexUsage,
  codexUsage,
  isSameTotal,
  tokenUsage,
  totalKey,
  usageBetween,
} from './codexUsage.ts';
import { MAIN_THREAD } from './event.ts';
import { type Fields, fields, text, unknownFields } from './fields.ts';

/** The model of threads that never name one. */
const FALLBACK_MODEL = 'gpt-5';

/**
 * Turns the usage in a rollout into requests: the counter of older files, the record of each call in newer ones.
 * Both return why the usage was refused, or `undefined`.
 * @param noteFields is told the fields of a usage that are not known
 */
export function codexRequests(
  state: CodexState,
  {
    own,
    push,
    settleReply,
    settleHeld,
    settleBoundary,
    sizeAfterCompaction,
    tellWindow,
    tellLimits,
  }: ReturnType<typeof codexTeller>,
  noteFields: (names: string[]) => void,
) {
  /** A `token_count` event: the counter of the conversation, and what the last call added. */
  function readCount(event: Fields, atMs: number): string | undefined {
    tellLimits(event.rate_limits, atMs);
    const info = fields(event.info);
    if (!info) return undefined;
    tellWindow(info.model_context_window, atMs);
    state.model = text(info.model) ?? state.model;
    const total = codexUsage(info.total_token_usage);
    const last = codexUsage(info.last_token_usage);
    noteFields(unknownFields(info.last_token_usage, CODEX_USAGE_FIELDS, 'last_token_usage'));
    if ((info.total_token_usage && !total) || (info.last_token_usage && !last)) return 'impossible usage';
    // After a compaction `last` is an estimate of the new context: no call was made.
    if (last && last.input_tokens === 0 && last.output_tokens === 0) {
      if (last.total_tokens > 0) sizeAfterCompaction(last.total_tokens);
      if (total) state.total = total;
      return undefined;
    }
    const before = state.total;
    if (total && before && isSameTotal(total, before)) return undefined;
    // Where each call has a record of its own, a count only repeats it.
    if (state.hasRecords && (!total || !before || total.total_tokens <= before.total_tokens)) return undefined;
    const usage = last ?? (total && ((before && usageBetween(before, total)) || total));
    if (!usage) return 'no usage';
    state.total = total ?? state.total;
    if (state.turn === undefined && state.replayAtMs !== undefined) return undefined;
    const key = total ? totalKey(total) : `${totalKey(usage)}@${atMs}`;
    request(`${state.turn ?? state.counter ?? own()}:${key}`, usage, atMs, {
      isCopy: state.replayAtMs !== undefined,
      rule: last ? undefined : 'delta',
    });
    return undefined;
  }

  /** A `token_usage_record`: the tokens of one call, by id. */
  function readRecord(record: Fields, atMs: number): string | undefined {
    const usage = codexUsage(record.usage);
    if (!usage) return 'impossible usage';
    noteFields(unknownFields(record.usage, CODEX_USAGE_FIELDS, 'usage'));
    const total = codexUsage(record.thread_token_usage);
    const repeats = !state.hasRecords && total && state.total && isSameTotal(total, state.total);
    state.hasRecords = true;
    state.total = total ?? state.total;
    // A count that came before its record has told this call.
    if (repeats) return undefined;
    const turn = text(record.turn_id) ?? state.turn ?? own();
    const responseId = text(record.response_id);
    // The turn and its counter: a fork may copy the count of a call without its record.
    const id = total || responseId === undefined ? `${turn}:${totalKey(total ?? usage)}` : responseId;
    const thread = text(record.thread_id);
    request(id, usage, atMs, { isCopy: thread !== undefined && thread !== own(), messageId: responseId });
    return undefined;
  }

  function request(
    requestId: string,
    usage: CodexUsage,
    atMs: number,
    { isCopy, rule, messageId }: { isCopy: boolean; rule?: 'delta'; messageId?: string },
  ): void {
    settleBoundary();
    if (state.thread !== MAIN_THREAD && !state.launched && !isCopy) {
      state.launched = true;
      push({ type: 'task', taskId: own(), atMs });
    }
    if (state.instructionChars !== undefined) {
      push({ type: 'block', role: 'system', part: 'memory', chars: state.instructionChars });
      state.instructionChars = undefined;
    }
    state.isUsageFirst ??= state.reply.length === 0;
    state.request = requestId;
    settleHeld(requestId);
    push({
      type: 'request',
      requestId,
      messageId,
      atMs,
      provider: state.provider,
      model: state.model ?? FALLBACK_MODEL,
      usage: tokenUsage(usage),
      tier: state.tier,
      rule,
      isCopy,
    });
    state.context = usage.input_tokens + usage.output_tokens;
    state.compacted = false;
    state.sizeAfter = undefined;
    settleReply();
  }

  return { readCount, readRecord };
}
