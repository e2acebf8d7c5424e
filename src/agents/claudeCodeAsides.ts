import type { LastMessage } from './claudeCodeIdentity.ts';
import type { AsideUsage } from './claudeCodeUsage.ts';
import { claudeProvider } from './claudeCodeUsage.ts';
import { type AgentEvent, MAIN_THREAD, type RequestEvent, type ThreadId } from './event.ts';
import { wholeTokens } from './tokenCount.ts';

type Told<Event extends AgentEvent> = Event extends AgentEvent ? Omit<Event, 'sessionId'> : never;

/**
 * The calls that the provider made beside a reply. Each has a prompt of its own, so they are threads of their own: one for each purpose and
 * thread that they were made for.
 *
 * @param asked the request of the reply
 */
export function asideEvents(asked: Told<RequestEvent>, asides: readonly AsideUsage[]): Told<AgentEvent>[] {
  const { requestId: parent, thread: parentThread, atMs } = asked;
  return asides.flatMap(({ purpose, model = asked.model, usage }, index): Told<AgentEvent>[] => {
    const thread: ThreadId = parentThread === MAIN_THREAD ? purpose : `${parentThread}/${purpose}`;
    const requestId = `${parent}/${purpose}${index}`;
    return [
      { type: 'session', thread, agentName: purpose, parentThread },
      { type: 'task', thread, taskId: requestId, atMs },
      {
        type: 'request',
        thread,
        requestId,
        messageId: asked.messageId,
        atMs,
        provider: claudeProvider(model),
        model,
        usage,
        ...(asked.isCopy ? { isCopy: true } : {}),
      },
    ];
  });
}

/**
 * Searches that a call of the tool WebSearch made: its result tells how many were billed, the usage of the request that called it never
 * does. They are told as another row of that request.
 *
 * @param last the request; remembers the sum over the results of several calls
 */
export function searchesOf(
  last: LastMessage | undefined,
  thread: ThreadId,
  searchCount: unknown,
  atMs: number,
): Told<RequestEvent> | undefined {
  const count = wholeTokens(searchCount);
  if (!last || !count) return undefined;
  last.searches = (last.searches ?? 0) + count;
  return {
    type: 'request',
    thread,
    requestId: last.requestId,
    atMs,
    provider: claudeProvider(last.model),
    model: last.model,
    usage: { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, reasoning: 0 },
    webSearches: last.searches,
    // It says nothing of the reply.
    outputIsPlaceholder: true,
    isCopy: true,
  };
}
