import type { CopilotEvent } from './copilotCliEvents.ts';
import type { ThreadId } from './event.ts';
import { chars, fields, jsonChars, list, text } from './fields.ts';
import { wholeTokens } from './tokenCount.ts';

/** What one model call wrote: usually one `assistant.message`, several when a reply was cut into pieces. */
export interface CopilotReply {
  /** The message's id: the same in every copy of the session. */
  key: string;
  apiCallId: string | undefined;
  thread: ThreadId;
  model: string | undefined;
  /** Indexes of its messages, in order. */
  messages: number[];
  atMs: number;
  /** As versions before 1.0.83 state it. */
  outputTokens: number | undefined;
  /** Size of what it wrote. */
  chars: number;
  /** Size of all that was in the thread's context before it. */
  contextChars: number;
}

/** Events after which a message of the same thread belongs to another call. */
const BETWEEN_CALLS = new Set([
  'assistant.turn_start',
  'assistant.turn_end',
  'tool.execution_complete',
  'user.message',
  'session.usage_record',
]);

/** The replies of all threads, in order. */
export function copilotReplies(events: readonly CopilotEvent[]): CopilotReply[] {
  const replies: CopilotReply[] = [];
  const open = new Map<ThreadId, CopilotReply>();
  const context = new Map<ThreadId, number>();
  const enter = (thread: ThreadId, size: number): void => {
    context.set(thread, (context.get(thread) ?? 0) + size);
  };
  let model: string | undefined;
  events.forEach(({ type, data, thread, atMs, id }, index) => {
    if (BETWEEN_CALLS.has(type)) open.delete(thread);
    if (type === 'user.message' || type === 'system.message')
      enter(thread, chars(data.transformedContent ?? data.content));
    else if (type === 'tool.execution_complete') enter(thread, chars(fields(data.result)?.content));
    else if (type === 'session.compaction_complete') context.set(thread, chars(data.summaryContent));
    model = modelNamedBy(type, data) ?? model;
    if (type !== 'assistant.message') return;
    const apiCallId = text(data.apiCallId);
    const size = messageChars(data);
    const outputTokens = wholeTokens(data.outputTokens);
    const last = open.get(thread);
    if (last && ((apiCallId !== undefined && last.apiCallId === apiCallId) || Number(data.chunkIndex) > 0)) {
      last.messages.push(index);
      last.chars += size;
      if (outputTokens !== undefined) last.outputTokens = (last.outputTokens ?? 0) + outputTokens;
    } else {
      const reply: CopilotReply = {
        key: text(data.messageId) ?? id ?? `${thread} ${atMs}`,
        apiCallId,
        thread,
        model,
        messages: [index],
        atMs,
        outputTokens,
        chars: size,
        contextChars: context.get(thread) ?? 0,
      };
      replies.push(reply);
      open.set(thread, reply);
    }
    enter(thread, size);
  });
  return replies;
}

/** The model that an event names for what follows. */
export function modelNamedBy(type: string, data: Record<string, unknown>): string | undefined {
  switch (type) {
    case 'session.start':
    case 'session.resume':
      return text(data.selectedModel);
    case 'session.model_change':
      return text(data.newModel);
    case 'session.auto_mode_resolved':
      return text(data.chosenModel);
    case 'assistant.message':
      return text(data.model);
    default:
      return undefined;
  }
}

function messageChars(data: Record<string, unknown>): number {
  const requests = list(data.toolRequests).reduce<number>((sum, request) => {
    const call = fields(request);
    return sum + chars(call?.name) + jsonChars(call?.arguments);
  }, 0);
  return chars(data.reasoningText) + chars(data.content) + requests;
}
