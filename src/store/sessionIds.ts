import type { SessionRow } from '../ledger/rows.ts';
import type { Connection } from './connection.ts';
import { keyHash, type Seen } from './requestKeys.ts';

/** The sessions table as the other writers see it. */
export interface SessionIds {
  /** The row id of an agent's session; a row is made for one that is not known yet. */
  of(agent: string, user: string, sessionKey: string): number;
  /** Adds facts. Where two records differ the later one counts; the earliest start and the latest end stay. */
  write(agent: string, user: string, row: SessionRow): void;
  /** Forgets what is remembered: after a rollback the rows may be gone. */
  clear(): void;
}

/** Sessions remembered at a time. */
const MOST_KNOWN = 8_000;

export function sessionIds(connection: Connection, seen: Seen): SessionIds {
  const known = new Map<string, number>();
  const keyOf = (agent: string, sessionKey: string): string => `${agent}:${sessionKey}`;

  const remember = (key: string, id: number): number => {
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(key, id);
    return id;
  };

  const isNew = (agent: string, sessionKey: string): boolean => !seen.add(keyHash(`session ${agent}`, sessionKey));

  const of = (agent: string, user: string, sessionKey: string): number => {
    const key = keyOf(agent, sessionKey);
    const id = known.get(key);
    if (id !== undefined) return id;
    if (!isNew(agent, sessionKey)) {
      connection.run('INSERT INTO sessions (agent, session_key, user) VALUES (?, ?, ?) ON CONFLICT DO NOTHING', [
        agent,
        sessionKey,
        user,
      ]);
      const row = connection.first('SELECT id FROM sessions WHERE agent = ? AND session_key = ?', [agent, sessionKey]);
      return remember(key, row?.[0] as number);
    }
    return remember(key, insert(agent, user, { sessionId: sessionKey }));
  };

  const insert = (agent: string, user: string, row: SessionRow): number =>
    connection.insert(INSERT_SESSION, [...factsOf(row), agent, row.sessionId, user]);

  return {
    of,
    write(agent, user, row) {
      const key = keyOf(agent, row.sessionId);
      if (!known.has(key) && isNew(agent, row.sessionId)) remember(key, insert(agent, user, row));
      else connection.run(UPDATE_SESSION, [...factsOf(row), of(agent, user, row.sessionId)]);
    },
    clear: () => known.clear(),
  };
}

/** In the order of both statements. */
const factsOf = (row: SessionRow): (string | number | undefined)[] => [
  row.parentSessionId,
  row.title,
  row.workspace,
  row.gitBranch,
  row.account,
  row.version,
  row.startedAtMs,
  row.lastAtMs,
];

const INSERT_SESSION = `
  INSERT INTO sessions (parent_session_key, title, workspace, git_branch, account, version, started_at_ms, last_at_ms, agent, session_key, user)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Files are read newest first, so a later batch may hold earlier facts: those only fill what is empty. */
const UPDATE_SESSION = `
  UPDATE sessions SET
    parent_session_key = coalesce(parent_session_key, ?1),
    title = CASE WHEN coalesce(?8, 0) >= coalesce(last_at_ms, 0) THEN coalesce(?2, title) ELSE coalesce(title, ?2) END,
    workspace = CASE WHEN coalesce(?8, 0) >= coalesce(last_at_ms, 0) THEN coalesce(?3, workspace) ELSE coalesce(workspace, ?3) END,
    git_branch = CASE WHEN coalesce(?8, 0) >= coalesce(last_at_ms, 0) THEN coalesce(?4, git_branch) ELSE coalesce(git_branch, ?4) END,
    account = CASE WHEN coalesce(?8, 0) >= coalesce(last_at_ms, 0) THEN coalesce(?5, account) ELSE coalesce(account, ?5) END,
    version = CASE WHEN coalesce(?8, 0) >= coalesce(last_at_ms, 0) THEN coalesce(?6, version) ELSE coalesce(version, ?6) END,
    started_at_ms = min(coalesce(started_at_ms, ?7), coalesce(?7, started_at_ms)),
    last_at_ms = max(coalesce(last_at_ms, ?8), coalesce(?8, last_at_ms))
  WHERE id = ?9`;
