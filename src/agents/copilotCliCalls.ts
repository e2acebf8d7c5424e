import type { CopilotEvent } from './copilotCliEvents.ts';
import { type CopilotReply, copilotReplies, modelNamedBy } from './copilotCliReplies.ts';
import { addRows } from './copilotCliRowCalls.ts';
import type { UsageRow } from './copilotCliRows.ts';
import { shutdownSums } from './copilotCliSums.ts';
import {
  type CopilotUsage,
  compactionUsage,
  copilotUsage,
  isNothing,
  responseUsage,
  sameNumbers,
} from './copilotCliUsage.ts';
import { MAIN_THREAD, type ThreadId } from './event.ts';
import { fields, finite, text } from './fields.ts';

/** One model call of a session. */
export interface CopilotCall {
  /** The same in every copy of the session and however its usage became known. */
  requestId: string;
  messageId?: string;
  /** Index of the event that it is told with, before the event's own content. */
  at: number;
  thread: ThreadId;
  model: string;
  /** Who the model's provider is, where the user brought a key of their own. */
  provider?: string;
  usage: CopilotUsage;
  atMs: number;
  /** Another session made it: this one is a fork. */
  copiedFrom?: string;
  /**
   * `compaction`: a call beside the conversation's; `aside`: one that has nothing to do with it (titles, classifiers); `part`: a part of a
   * sum; `outputOnly`: only the output is recorded; `nothing`: not even that.
   */
  kind?: 'compaction' | 'aside' | 'part' | 'outputOnly' | 'nothing';
  /** Estimated size of the prompt where the input is not recorded. */
  contextTokens?: number;
}

/** All that is known of a session's calls. */
export interface CopilotCalls {
  calls: CopilotCall[];
  /** Requests by the index of the message that is a part of their reply. */
  requestOf: Map<number, string>;
  /** Sums beyond the listed calls, by the index of the event that states them. */
  unlisted: { at: number; model: string; usage: CopilotUsage }[];
  /** Why a record of usage was not believed, by its index. */
  rejected: Map<number, string>;
}

/** Events that no compaction in progress lets through. */
export const AFTER_COMPACTION = new Set([
  'session.compaction_complete',
  'session.shutdown',
  'session.resume',
  'user.message',
]);
/** Records of one call are written within this time. */
const SAME_CALL_MS = 60_000;

/**
 * The calls of a session: exact ones from the events and from the rows of the database (each once, whichever tells it), then parts of the
 * sums that the ends of the session state where nothing better is there, then replies of which only the output is known.
 *
 * @param rows reads the database; not called while the events say everything
 */
export function copilotCalls(
  sessionId: string,
  events: readonly CopilotEvent[],
  rows: () => readonly UsageRow[],
): CopilotCalls {
  const found: CopilotCalls = { calls: [], requestOf: new Map(), unlisted: [], rejected: new Map() };
  const replies = copilotReplies(events);
  const open = new Set(replies);
  const claim = (reply: CopilotReply | undefined, requestId: string): void => {
    if (!reply) return;
    open.delete(reply);
    for (const message of reply.messages) found.requestOf.set(message, requestId);
  };

  addRecordedCalls(sessionId, events, replies, found, open, claim);
  addCallsOfItsOwn(events, found);
  // The database also holds every session's conversation: it is not looked into while the events of a running session are complete.
  if (open.size > 0 || events.at(-1)?.type === 'session.shutdown')
    addRows(sessionId, events, rows(), found, open, claim);
  shutdownSums(events, replies, found, open, claim);
  addOutputOnly(found, open, claim);
  found.calls.sort((a, b) => a.at - b.at);
  return found;
}

/** From 1.0.9x on the events hold a record of each call, before its message. */
function addRecordedCalls(
  sessionId: string,
  events: readonly CopilotEvent[],
  replies: readonly CopilotReply[],
  found: CopilotCalls,
  open: ReadonlySet<CopilotReply>,
  claim: (reply: CopilotReply | undefined, requestId: string) => void,
): void {
  events.forEach(({ type, data, thread, atMs }, at) => {
    if (type !== 'session.usage_record' && type !== 'assistant.usage') return;
    const record = type === 'assistant.usage' ? data : fields(data.usage);
    const usage = copilotUsage(record);
    if (!record || !usage) {
      found.rejected.set(at, record ? 'impossible usage' : 'usage without numbers');
      return;
    }
    if (isNothing(usage)) return;
    const accounting = fields(record.accounting);
    const source = text(accounting?.sourceSessionId) ?? sessionId;
    const sequence = finite(accounting?.sequence);
    const apiCallId = text(record.apiCallId);
    const reply = replies.find(
      (each) =>
        open.has(each) &&
        each.thread === thread &&
        (each.messages[0] ?? 0) > at &&
        (each.apiCallId === apiCallId || each.apiCallId === undefined || apiCallId === undefined),
    );
    const { input, cacheRead, output } = usage;
    const requestId =
      sequence === undefined ? `${apiCallId ?? ''}/${atMs}/${input}/${cacheRead}/${output}` : `${source}#${sequence}`;
    claim(reply, requestId);
    found.calls.push({
      requestId,
      messageId: apiCallId,
      at,
      thread,
      model: text(record.model) ?? 'unknown',
      provider: record.isByok === true ? text(record.providerType) : undefined,
      usage,
      atMs,
      // Subagents count for themselves.
      ...(source === sessionId || thread !== MAIN_THREAD ? {} : { copiedFrom: source }),
    });
  });
}

/** Calls that Copilot makes beside the conversation: compaction states what it used, others write the provider's answer. */
function addCallsOfItsOwn(events: readonly CopilotEvent[], found: CopilotCalls): void {
  let model: string | undefined;
  events.forEach(({ type, data, thread, atMs, id }, at) => {
    model = modelNamedBy(type, data) ?? model;
    if (type !== 'session.compaction_complete' || data.compactionTokensUsed == null) return;
    const usage = compactionUsage(data.compactionTokensUsed);
    if (!usage) found.rejected.set(at, 'impossible usage');
    else if (!isNothing(usage)) {
      const name = text(data.compactionAttemptId) ?? id ?? `${atMs}`;
      const used = text(fields(data.compactionTokensUsed)?.model) ?? model ?? 'unknown';
      found.calls.push({ requestId: `compaction ${name}`, at, thread, model: used, usage, atMs, kind: 'compaction' });
    }
  });
  // A compaction in progress: the answer is there, the event that says what it was for is still to come.
  const started = events.findLastIndex(({ type }) => type === 'session.compaction_start');
  const isOver = events.slice(started + 1).some(({ type }) => AFTER_COMPACTION.has(type));
  const settledUpTo = started < 0 || isOver ? events.length : started;
  events.forEach(({ type, data, atMs }, at) => {
    if (type !== 'model.model_call_success' || data.responseUsage == null) return;
    const usage = responseUsage(data);
    if (!usage) {
      found.rejected.set(at, 'impossible usage');
      return;
    }
    const call = fields(data.modelCall);
    const apiCallId = text(call?.api_id);
    const known =
      found.calls.find(
        (each) => apiCallId !== undefined && each.messageId === apiCallId && sameNumbers(each.usage, usage),
      ) ?? nearest(found.calls, usage, atMs);
    // Only this record tells the reasoning of a compaction.
    if (known) known.usage = { ...known.usage, reasoning: Math.max(known.usage.reasoning, usage.reasoning) };
    else if (!isNothing(usage) && at < settledUpTo) {
      const model = text(call?.model) ?? 'unknown';
      const requestId = `aside ${apiCallId ?? ''}/${atMs}/${usage.input}/${usage.output}`;
      found.calls.push({ requestId, messageId: apiCallId, at, thread: 'aside', model, usage, atMs, kind: 'aside' });
    }
  });
}

/** The call with the same numbers that is nearest in time. */
export function nearest(calls: readonly CopilotCall[], usage: CopilotUsage, atMs: number): CopilotCall | undefined {
  let best: CopilotCall | undefined;
  for (const call of calls) {
    const distance = Math.abs(call.atMs - atMs);
    if (distance > SAME_CALL_MS || !sameNumbers(call.usage, usage)) continue;
    if (!best || distance < Math.abs(best.atMs - atMs)) best = call;
  }
  return best;
}

/** Replies that nothing tells more of: those of a session that still runs or was killed. */
function addOutputOnly(
  found: CopilotCalls,
  open: ReadonlySet<CopilotReply>,
  claim: (reply: CopilotReply | undefined, requestId: string) => void,
): void {
  for (const reply of [...open]) {
    const { key, thread, atMs, outputTokens } = reply;
    if (outputTokens === undefined && reply.chars === 0) continue;
    const usage = { input: 0, output: outputTokens ?? 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 };
    claim(reply, key);
    found.calls.push({
      requestId: key,
      messageId: reply.apiCallId,
      at: reply.messages[0] ?? 0,
      thread,
      model: reply.model ?? 'unknown',
      usage,
      atMs,
      kind: outputTokens === undefined ? 'nothing' : 'outputOnly',
      contextTokens: Math.ceil(reply.contextChars / 4),
    });
  }
}
