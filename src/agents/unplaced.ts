import type { PlacedReading } from './agent.ts';
import type { AgentEvent, SessionId, ThreadId } from './event.ts';

/** An event that does not say its session yet, nor its thread where that is the record's. */
export type Unplaced = AgentEvent extends infer Event
  ? Event extends AgentEvent
    ? Omit<Event, 'sessionId' | 'thread'> & { thread?: ThreadId }
    : never
  : never;

/** The reading of a record that was understood. */
export function placedReading(
  events: readonly Unplaced[],
  sessionId: SessionId,
  thread: ThreadId,
  offset: number,
): PlacedReading {
  return { events: events.map((event) => ({ thread, ...event, sessionId }) as AgentEvent), outcome: 'read', offset };
}
