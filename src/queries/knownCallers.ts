import type { Reader } from '../store/reader.ts';
import type { CallerUsageRow } from './callerUsage.ts';

/** A caller, with the number of the group that it is counted in. */
export interface KnownCaller {
  /** Row id of its session. */
  session: number;
  group: number;
  /** Who it is besides its session. */
  self: Pick<CallerUsageRow, 'agentName' | 'model' | 'provider' | 'tier' | 'priceSource' | 'costShown'> & {
    /** The user's account whose its requests are; `null` = the session's. */
    account: string | null;
  };
}

interface Session {
  agent: string;
  workspace: string | null;
  account: string | null;
  user: string;
}

/** What callers have in common that are counted together; `session` is one of theirs. */
export type CallerGroup = Pick<
  CallerUsageRow,
  | 'session'
  | 'agent'
  | 'agentName'
  | 'model'
  | 'provider'
  | 'tier'
  | 'priceSource'
  | 'workspace'
  | 'account'
  | 'user'
  | 'costShown'
>;

/** More callers or sessions than these are read with all others. */
const MOST_SINGLE = 4000;

/** Who the callers are that were met: read once, and followed where sessions learn more or threads get another name. */
export interface KnownCallers {
  /** By id. */
  of(id: number): KnownCaller | undefined;
  groups(): readonly CallerGroup[];
  /** Reads who some are. */
  meet(ids: ReadonlySet<number>): void;
  /** After a commit. */
  follow(renames: number): void;
  forget(): void;
}

export function knownCallers(source: Reader): KnownCallers {
  let callers: (KnownCaller | undefined)[] = [];
  let sessions: (Session | undefined)[] = [];
  let groups: CallerGroup[] = [];
  let groupNumbers = new Map<string, number>();
  let renamed = -1;

  const groupOf = (session: number, of: Session, self: KnownCaller['self']): number => {
    const { agent, workspace, user } = of;
    const { agentName, model, provider, tier, priceSource, costShown } = self;
    const account = self.account ?? of.account;
    const key = `${agent}\n${agentName}\n${model}\n${provider}\n${tier}\n${priceSource}\n${workspace}\n${account}\n${user}\n${costShown}`;
    let group = groupNumbers.get(key);
    if (group === undefined) {
      group = groups.length;
      groups.push({
        session,
        agentName,
        model,
        provider,
        tier,
        priceSource,
        agent,
        workspace,
        account,
        user,
        costShown,
      });
      groupNumbers.set(key, group);
    }
    return group;
  };

  /** All of them where many are wanted: a lookup each takes longer. */
  const someOf = (sql: string, ids: readonly number[]): [sql: string, params: Record<string, string>] =>
    ids.length > MOST_SINGLE
      ? [sql, {}]
      : [`${sql} WHERE id IN (SELECT value FROM json_each(:ids))`, { ':ids': JSON.stringify(ids) }];

  const storedSessions = (ids: readonly number[]): (Session & { id: number })[] =>
    source.all<Session & { id: number }>(...someOf('SELECT id, agent, workspace, account, user FROM sessions', ids));

  /** Sessions may learn their folder long after their requests. */
  const readSessionsAgain = (): void => {
    const known = Object.keys(sessions).map(Number);
    if (known.length === 0) return;
    const changed = new Set<number>();
    for (const { id, ...session } of storedSessions(known)) {
      const old = sessions[id];
      if (!old || (old.workspace === session.workspace && old.account === session.account)) continue;
      sessions[id] = session;
      changed.add(id);
    }
    if (changed.size === 0) return;
    for (const caller of callers) {
      const session = caller && sessions[caller.session];
      if (session && changed.has(caller.session)) caller.group = groupOf(caller.session, session, caller.self);
    }
  };

  const forget = (): void => {
    callers = [];
    groups = [];
    groupNumbers = new Map();
  };

  const meet = (ids: ReadonlySet<number>): void => {
    if (ids.size === 0) return;
    const found = source.all<{ id: number; session: number } & KnownCaller['self']>(
      ...someOf(
        `SELECT id, session_id AS session, agent_name AS agentName, model, provider, tier, price_source AS priceSource, account,
          cost_shown AS costShown FROM callers`,
        [...ids],
      ),
    );
    const unknown = new Set<number>();
    for (const { session } of found) if (!sessions[session]) unknown.add(session);
    if (unknown.size > 0) for (const { id, ...session } of storedSessions([...unknown])) sessions[id] ??= session;
    for (const { id, session, ...self } of found) {
      const of = sessions[session];
      if (of) callers[id] ??= { session, self, group: groupOf(session, of, self) };
    }
  };

  return {
    of: (id) => callers[id],
    groups: () => groups,
    meet,
    follow(renames) {
      readSessionsAgain();
      if (renames === renamed) return;
      renamed = renames;
      forget();
    },
    forget() {
      forget();
      sessions = [];
    },
  };
}
