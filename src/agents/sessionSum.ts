import type { PlacedReading } from './agent.ts';
import type { AgentEvent, BlockEvent, RequestEvent, ToolRef } from './event.ts';

/** Characters per token of a context whose size no record tells. */
const CHARS_PER_TOKEN = 4;

/**
 * The readings of a session whose tokens are recorded only as one sum, with one request that stands for all its calls. It is marked as
 * estimated, though the sum itself is exact: which call used the tokens, and when, is not known. Its prompt is made of all that ever
 * entered the session, its reply of all that the model wrote; the size of the context is estimated from what is in it now.
 *
 * @param request without the marks and the context's size
 */
export function withSum(
  readings: readonly PlacedReading[],
  request: Omit<RequestEvent, 'outputIsPlaceholder' | 'keepPlaceholder' | 'contextTokens' | 'rule'>,
  offset: number,
): PlacedReading[] {
  const tools = new Map<string, ToolRef>();
  const replies: BlockEvent[] = [];
  let contextChars = 0;
  const entered = readings.map((reading) => ({
    ...reading,
    events: reading.events.flatMap((event): AgentEvent[] => {
      if (event.type === 'boundary' && event.kind !== 'fork') contextChars = 0;
      if (event.type !== 'block') return [event];
      contextChars += event.chars;
      if (event.callId !== undefined && event.tool) tools.set(event.callId, event.tool);
      if (event.role === 'model') {
        replies.push({ ...event, requestId: request.requestId });
        return [];
      }
      const tool = event.tool ?? tools.get(event.callId ?? '');
      return [tool ? { ...event, tool } : event];
    }),
  }));
  const sum: RequestEvent = {
    ...request,
    contextTokens: Math.ceil(contextChars / CHARS_PER_TOKEN),
    outputIsPlaceholder: true,
    keepPlaceholder: true,
    rule: 'sum',
  };
  return [...entered, { events: [sum, ...replies], outcome: 'read', offset }];
}
