import type { AgentEvent, RequestEvent, ThreadId } from './event.ts';
import { chars, type Fields, fields, list, text, timeMs } from './fields.ts';
import { modelMaker } from './modelMaker.ts';
import { callId, contentBlocks, piCost, piRequestId, piUsage, replyBlocks, tokensOf } from './piMessages.ts';
import { recordedCost } from './recordedCost.ts';

/** An event that does not name its session and thread yet. */
export type PiEvent = AgentEvent extends infer Event
  ? Event extends AgentEvent
    ? Omit<Event, 'sessionId' | 'thread'>
    : never
  : never;

interface InThread {
  thread: ThreadId;
  event: PiEvent;
}

/** Deeper than subagents launch each other. */
const MOST_GENERATIONS = 6;

/**
 * What subagents did, by the result of the tool that launched them. pi has none of its own: the extension that comes with it as an example
 * runs pi without a session of its own and keeps each subagent's messages in the result's details. Nothing else on the disk holds them.
 */
export function subagentEvents(
  result: Fields,
  parentThread: ThreadId,
  atMs: number,
  generation: number = MOST_GENERATIONS,
): InThread[] {
  const launchCallId = text(result.toolCallId);
  const subagents = list(fields(result.details)?.results).map(fields);
  if (launchCallId === undefined || generation === 0) return [];
  return subagents.flatMap((subagent, index): InThread[] => {
    if (!subagent || !(Array.isArray(subagent.messages) || fields(subagent.usage))) return [];
    const thread = subagents.length === 1 ? launchCallId : `${launchCallId}/${index}`;
    const agentName = text(subagent.agent) ?? 'subagent';
    const calls = list(subagent.messages).flatMap((item) =>
      messageEvents(fields(item) ?? {}, thread, atMs, generation),
    );
    const start: PiEvent[] = [
      { type: 'session', agentName, parentThread, launchCallId },
      { type: 'task', taskId: `launch ${thread}`, atMs: calls.find(isRequest)?.event.atMs ?? atMs },
    ];
    const sum = calls.some(isRequest) ? undefined : sumRequest(subagent, thread, atMs);
    return [...start.map((event) => ({ thread, event })), ...calls, ...(sum ? [{ thread, event: sum }] : [])];
  });
}

const isRequest = (each: InThread): each is InThread & { event: RequestEvent } => each.event.type === 'request';

function messageEvents(message: Fields, thread: ThreadId, toldAtMs: number, generation: number): InThread[] {
  const atMs = timeMs(message.timestamp) ?? toldAtMs;
  const events = ((): PiEvent[] => {
    switch (message.role) {
      case 'user':
        return contentBlocks(message.content, { role: 'user', part: 'text' }).map((block) => ({
          type: 'block',
          ...block,
        }));
      case 'toolResult':
        return contentBlocks(message.content, {
          role: 'tool',
          part: 'toolResult',
          ...callId(message.toolCallId),
        }).map((block) => ({ type: 'block', ...block }));
      case 'assistant':
        return replyEvents(message, atMs);
      default:
        return [];
    }
  })();
  const nested = message.role === 'toolResult' ? subagentEvents(message, thread, atMs, generation - 1) : [];
  return [...events.map((event) => ({ thread, event })), ...nested];
}

function replyEvents(message: Fields, atMs: number): PiEvent[] {
  const usage = piUsage(message.usage);
  if (!usage || tokensOf(usage) === 0) return [];
  const model = text(message.model) ?? 'unknown';
  const responseId = text(message.responseId);
  // As in a session's own file, should the subagent have kept one.
  const requestId = piRequestId(atMs, responseId ?? model, usage);
  const isBroken = message.stopReason === 'error' || message.stopReason === 'aborted';
  return [
    ...replyBlocks(message.content).map((block): PiEvent => ({ type: 'block', requestId, ...block })),
    {
      type: 'request',
      requestId,
      messageId: responseId,
      atMs,
      provider: text(message.provider)?.toLowerCase() ?? 'unknown',
      model: text(message.responseModel) ?? model,
      usage,
      ...piCost(message.usage),
      ...(isBroken ? { outputIsPlaceholder: true } : {}),
    },
  ];
}

/** Where the messages are gone, a subagent's usage is a sum of all its calls. */
function sumRequest(subagent: Fields, thread: ThreadId, atMs: number): PiEvent | undefined {
  const usage = piUsage(subagent.usage);
  if (!usage || tokensOf(usage) === 0) return undefined;
  const cost = fields(subagent.usage)?.cost;
  const model = text(subagent.model) ?? 'unknown';
  return {
    type: 'request',
    requestId: `sum ${thread}/${atMs}`,
    atMs,
    provider: modelMaker(model) ?? 'unknown',
    model,
    usage,
    ...recordedCost(cost),
    contextTokens: Math.ceil(chars(subagent.task) / 4),
    outputIsPlaceholder: true,
    keepPlaceholder: true,
    rule: 'sum',
  };
}
