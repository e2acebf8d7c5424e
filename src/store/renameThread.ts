import type { Callers } from './callers.ts';
import type { Connection } from './connection.ts';

/** The names of subagents' threads. A name may be learned long after the first requests were stored, and from another file. */
export interface ThreadNames {
  /** The stored name; `undefined` while nothing was said of the thread. */
  of(sessionId: number, thread: string): string | undefined;
  /** Gives a subagent's stored requests its name. Costs nothing where they have it. */
  renameRequests(sessionId: number, thread: string, name: string): void;
}

export function threadNames(connection: Connection, callers: Callers): ThreadNames {
  return {
    of: (sessionId, thread) => connection.first(FIND_NAME, [sessionId, thread])?.[0] as string | undefined,
    renameRequests: callers.rename,
  };
}

const FIND_NAME = 'SELECT agent_name FROM threads WHERE session_id = ? AND thread = ?';
