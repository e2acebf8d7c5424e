import { MAIN_THREAD } from '../agents/event.ts';
import type { Connection } from './connection.ts';
import type { Rollup } from './rollup.ts';

/** The names of subagents' threads. A name may be learned long after the first requests were stored, and from another file. */
export interface ThreadNames {
  /** The stored name; `undefined` while nothing was said of the thread. */
  of(sessionId: number, thread: string): string | undefined;
  /** Gives a subagent's stored requests, and the rollup, its name. Costs nothing where they have it. */
  renameRequests(sessionId: number, thread: string, name: string): void;
}

export function threadNames(connection: Connection, rollup: Rollup): ThreadNames {
  return {
    of: (sessionId, thread) => connection.first(FIND_NAME, [sessionId, thread])?.[0] as string | undefined,
    renameRequests(sessionId, thread, name) {
      if (thread === MAIN_THREAD) return;
      const params = { ':session': sessionId, ':thread': thread, ':name': name };
      for (const {
        agentName,
        model,
        provider,
        slot,
        costUsd,
        estimated,
        startsTask,
        ...usage
      } of connection.all<Misnamed>(MISNAMED, params)) {
        // Kinds have no part in names: without shares the rollup of kinds stays.
        const request = { slot, sessionId, model, provider, usage, costUsd, shares: [] };
        const flags = { estimated: estimated === 1, startsTask: startsTask === 1 };
        rollup.remove({ ...request, ...flags, agentName });
        rollup.add({ ...request, ...flags, agentName: name });
      }
      connection.run(RENAME, [name, sessionId, thread, name]);
    },
  };
}

interface Misnamed {
  agentName: string;
  model: string;
  provider: string;
  slot: number;
  costUsd: number | null;
  estimated: 0 | 1;
  startsTask: 0 | 1;
  input: number;
  cacheRead: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  output: number;
  reasoning: number;
}

const FIND_NAME = 'SELECT agent_name FROM threads WHERE session_id = ? AND thread = ?';

const MISNAMED = `
  SELECT agent_name AS agentName, model, provider, slot, cost_usd AS costUsd, estimated, starts_task AS startsTask,
    input_tokens AS input, cache_read_tokens AS cacheRead, cache_write_5m_tokens AS cacheWrite5m,
    cache_write_1h_tokens AS cacheWrite1h, output_tokens AS output, reasoning_tokens AS reasoning
  FROM usage_logs WHERE session_id = :session AND thread = :thread AND agent_name <> :name`;

const RENAME = 'UPDATE usage_logs SET agent_name = ? WHERE session_id = ? AND thread = ? AND agent_name <> ?';
