import { MAIN_THREAD } from '../agents/event.ts';
import type { Connection } from './connection.ts';
import { keyHash, type Seen } from './requestKeys.ts';

/** What all requests of one thread with one model have in common. */
export interface Caller {
  agent: string;
  /** Row id of the session, and the agent's own id of it. */
  sessionId: number;
  sessionKey: string;
  thread: string;
  agentName: string;
  provider: string;
  model: string;
  tier: string | undefined;
  priceSource: string | undefined;
}

/** The callers table. */
export interface Callers {
  /** The row id of a caller; a row is made for one that is not known yet. */
  idOf(caller: Caller): number;
  /** The caller of a request that is stored. */
  of(id: number): Caller;
  /** Gives a subagent's requests its name, which may be learned long after the first of them were stored, and from another file. */
  rename(sessionId: number, thread: string, name: string): void;
  /** How often `rename` changed something. */
  renames(): number;
  /** A request of this caller went to another one, or was taken out. */
  left(id: number): void;
  /** Ends a transaction: whose last request has left is no caller. */
  settle(): void;
  /** Forgets what is remembered: after a rollback the rows may be gone. */
  clear(): void;
}

/** Callers remembered at a time. */
const MOST_KNOWN = 8_000;

/** @param onNew told of each caller that gets a row */
export function callers(connection: Connection, seen: Seen, onNew: (caller: Caller) => void = () => {}): Callers {
  const byId = new Map<number, Caller>();
  const ids = new Map<string, number>();
  const deserted = new Set<number>();
  let latest: { caller: Caller; id: number } | undefined;

  let renames = 0;

  const forget = (): void => {
    byId.clear();
    ids.clear();
    latest = undefined;
  };

  const remember = (id: number, caller: Caller): void => {
    if (byId.size >= MOST_KNOWN) forget();
    byId.set(id, caller);
  };

  const rename = (sessionId: number, thread: string, name: string): void => {
    if (thread === MAIN_THREAD) return;
    if (connection.run(RENAME, [name, sessionId, thread, name]) === 0) return;
    renames++;
    forget();
  };

  const find = (caller: Caller, key: string): number => {
    const { sessionId, thread, provider, model, tier, priceSource } = caller;
    const isNew = !seen.add(keyHash('caller', key));
    const found = isNew
      ? undefined
      : connection.first(FIND_CALLER, [sessionId, thread, provider, model, tier, priceSource]);
    if (found) return found[0] as number;
    const isUnnamed = caller.agentName === thread && thread !== MAIN_THREAD;
    const name = isUnnamed ? nameOf(sessionId, thread) : undefined;
    const agentName = name ?? caller.agentName;
    onNew(caller);
    const id = connection.insert(INSERT_CALLER, [sessionId, thread, agentName, provider, model, tier, priceSource]);
    remember(id, { ...caller, agentName });
    return id;
  };

  /** A subagent's file may not know its name, and another may have told it. */
  const nameOf = (sessionId: number, thread: string): string | undefined =>
    connection.first('SELECT agent_name FROM threads WHERE session_id = ? AND thread = ?', [sessionId, thread])?.[0] as
      | string
      | undefined;

  return {
    rename,
    renames: () => renames,
    left: (id) => void deserted.add(id),
    settle() {
      let gone = 0;
      for (const id of deserted) gone += connection.run(DROP_WITHOUT_REQUESTS, [id, id]);
      if (gone > 0) forget();
      deserted.clear();
    },
    clear() {
      forget();
      deserted.clear();
    },
    idOf(caller) {
      if (latest && isSame(latest.caller, caller)) return latest.id;
      const { sessionId, thread, agentName, provider, model, tier = '', priceSource = '' } = caller;
      const key = `${sessionId}\n${thread}\n${provider}\n${model}\n${tier}\n${priceSource}`;
      let id = ids.get(key);
      if (id === undefined) {
        if (ids.size >= MOST_KNOWN) forget();
        id = find(caller, key);
        ids.set(key, id);
      }
      latest = { caller, id };
      if (agentName !== thread && this.of(id).agentName === thread) rename(sessionId, thread, agentName);
      return id;
    },
    of(id) {
      let caller = byId.get(id);
      if (!caller) {
        const found = connection.first(GET_CALLER, [id]);
        if (!found) throw new Error(`there is no caller ${id}`);
        const [agent, sessionId, sessionKey, thread, agentName, provider, model, tier, priceSource] = found;
        caller = {
          agent: agent as string,
          sessionId: sessionId as number,
          sessionKey: sessionKey as string,
          thread: thread as string,
          agentName: agentName as string,
          provider: provider as string,
          model: model as string,
          tier: (tier as string | null) ?? undefined,
          priceSource: (priceSource as string | null) ?? undefined,
        };
        remember(id, caller);
      }
      return caller;
    },
  };
}

const isSame = (a: Caller, b: Caller): boolean =>
  a.sessionId === b.sessionId &&
  a.thread === b.thread &&
  a.agentName === b.agentName &&
  a.model === b.model &&
  a.provider === b.provider &&
  a.tier === b.tier &&
  a.priceSource === b.priceSource;

// The index by model matches more columns here, but leads to every caller of a model.
const FIND_CALLER = `
  SELECT id FROM callers INDEXED BY callers_by_thread
  WHERE session_id = ? AND thread = ? AND provider = ? AND model = ? AND tier IS ? AND price_source IS ?`;

const INSERT_CALLER = `
  INSERT INTO callers (session_id, thread, agent_name, provider, model, tier, price_source) VALUES (?, ?, ?, ?, ?, ?, ?)`;

const GET_CALLER = `
  SELECT s.agent, c.session_id, s.session_key, c.thread, c.agent_name, c.provider, c.model, c.tier, c.price_source
  FROM callers c JOIN sessions s ON s.id = c.session_id WHERE c.id = ?`;

const DROP_WITHOUT_REQUESTS =
  'DELETE FROM callers WHERE id = ? AND NOT EXISTS (SELECT 1 FROM requests WHERE caller_id = ?)';

const RENAME = 'UPDATE callers SET agent_name = ? WHERE session_id = ? AND thread = ? AND agent_name <> ?';
