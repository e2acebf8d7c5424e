import { randomUUID } from 'node:crypto';
import type { TokenUsage } from '../agents/event.ts';
import type { Connection } from './connection.ts';
import type { SqlValue } from './reader.ts';

/** A request as a receiver sees it. */
export interface DeliveredRequest extends TokenUsage {
  id: number;
  agent: string;
  provider: string;
  model: string;
  requestKey: string;
  callerId: number;
  atMs: number;
  /** `null` = no price known. */
  costUsd: number | null;
  estimated: 0 | 1;
  startsTask: 0 | 1;
  /** 1: only copies of its record have been seen here. */
  isCopy: 0 | 1;
}

/** Something that was sent under an account where it may be no more. */
export interface RemovedRequest {
  agent: string;
  sessionKey: string;
  requestKey: string;
  account: string;
  /** Where it is by now; `null` = not stored any more. */
  nowCallerId: number | null;
}

/** What a receiver does not have yet. A part of it: `confirm` it, then there is the next one. */
export type Delivery =
  | { kind: 'removed'; removed: RemovedRequest[]; through: number }
  | { kind: 'changed'; requests: DeliveredRequest[]; through: number }
  | { kind: 'new'; requests: DeliveredRequest[]; through: number };

/**
 * Tells receivers what they do not have yet: new requests by their row id, and those that changed after that from a log which is only
 * written while there are receivers. Nothing is copied, so weeks without a connection cost a few bytes per correction.
 */
export interface Deliveries {
  /** Begins with a receiver, or anew with a known one. @param from what a new one is sent: all that is stored, or only what comes from now on */
  begin(name: string, from: 'beginning' | 'now', state: unknown): void;
  /** Whether a known receiver is told what comes. One that is off waits for nothing; what it does not have by then it is told later. */
  use(name: string, isOn: boolean): void;
  /** When the oldest request was that some receiver waits for: from there on nothing may be taken out. `undefined` = none waits. */
  waitsFromMs(): number | undefined;
  /** Forgets a receiver. */
  end(name: string): void;
  has(name: string): boolean;
  /** What its sender remembers. */
  state(name: string): unknown;
  /** Corrections before new requests, removals before both. `undefined` = the receiver has everything. */
  next(name: string, most: number): Delivery | undefined;
  /** Notes in one transaction that the receiver has it, what its sender remembers from now on, and the figures that were exported. */
  confirm(name: string, delivery: Delivery, state?: unknown, exported?: ReadonlyMap<string, string>): void;
  /** The figures with which a request was last exported. @param mark its identity */
  exported(mark: string): string | undefined;
  /** How many requests a receiver does not have yet; a correction counts as one. */
  waiting(name: string): number;
  /** The account under which the requests of each caller were sent. */
  sentAccounts(): Map<number, string>;
  /** Notes under which account those of callers are sent from now on. What was sent of them before moves there with the next deliveries. */
  moveCallers(accounts: ReadonlyMap<number, string>): void;
  /** A random number of this store's own. */
  installation(): string;
  /** Runs `work`, after which requests are missing that receivers shall keep. */
  withoutTelling<Result>(work: () => Result): Result;
}

export function deliveries(connection: Connection): Deliveries {
  let listens = false;
  const listen = (): void => {
    if (!listens) connection.exec(TRIGGERS);
    listens = true;
  };
  const unlisten = (): void => {
    if (listens) connection.exec(DROP_TRIGGERS);
    listens = false;
  };
  const throughOf = (name: string): { id: number; change: number; removal: number } => {
    const row = connection.first('SELECT through_id, through_change, through_removal FROM receivers WHERE name = ?', [
      name,
    ]);
    if (!row) throw new Error(`there is no receiver ${name}`);
    const [id, change, removal] = row as [number, number, number];
    return { id, change, removal };
  };
  const number = (sql: string, values: readonly SqlValue[] = []): number =>
    Number(connection.first(sql, values)?.[0] ?? 0);
  const forgetConfirmed = (): void => {
    connection.exec(`
      DELETE FROM changed_requests WHERE change <= (SELECT min(through_change) FROM receivers);
      DELETE FROM removed_requests WHERE removal <= (SELECT min(through_removal) FROM receivers)`);
  };

  if (number('SELECT count(*) FROM receivers') > 0) listen();

  return {
    begin(name, from, state) {
      const throughId = from === 'now' ? number('SELECT max(id) FROM requests') : 0;
      const latest = (table: string): number => number('SELECT seq FROM sqlite_sequence WHERE name = ?', [table]);
      const known = connection.first('SELECT through_removal FROM receivers WHERE name = ?', [name])?.[0];
      connection.run(
        'INSERT OR REPLACE INTO receivers (name, is_on, through_id, through_change, through_removal, state) VALUES (?, 1, ?, ?, ?, ?)',
        [name, throughId, latest('changed_requests'), known ?? latest('removed_requests'), JSON.stringify(state)],
      );
      listen();
    },
    use(name, isOn) {
      connection.run('UPDATE receivers SET is_on = ? WHERE name = ? AND is_on <> ?', [+isOn, name, +isOn]);
    },
    waitsFromMs: () => (connection.first(WAITS_FROM)?.[0] as number | null | undefined) ?? undefined,
    end(name) {
      connection.transaction(() => {
        connection.run('DELETE FROM receivers WHERE name = ?', [name]);
        if (name === TEAM) connection.exec('DELETE FROM sent_callers');
        else if (name !== TEAM_ITEMS) connection.exec('DELETE FROM exported_requests');
        if (number('SELECT count(*) FROM receivers') === 0)
          connection.exec('DELETE FROM changed_requests; DELETE FROM removed_requests');
        else forgetConfirmed();
      });
      if (number('SELECT count(*) FROM receivers') === 0) unlisten();
    },
    has: (name) => connection.first('SELECT 1 FROM receivers WHERE name = ?', [name]) !== undefined,
    state: (name) =>
      JSON.parse(String(connection.first('SELECT state FROM receivers WHERE name = ?', [name])?.[0] ?? '{}')),
    next(name, most) {
      const through = throughOf(name);
      const removed = connection.all<RemovedRequest & { removal: number }>(REMOVED, {
        ':after': through.removal,
        ':most': most,
      });
      const lastRemoval = removed.at(-1)?.removal;
      if (lastRemoval !== undefined) return { kind: 'removed', removed, through: lastRemoval };
      const changed = connection.all<DeliveredRequest & { change: number }>(CHANGED, {
        ':after': through.change,
        ':through': through.id,
        ':most': most,
      });
      const lastChange = changed.at(-1)?.change;
      if (lastChange !== undefined) return { kind: 'changed', requests: changed, through: lastChange };
      const requests = connection.all<DeliveredRequest>(NEW, { ':after': through.id, ':most': most });
      const last = requests.at(-1);
      return last && { kind: 'new', requests, through: last.id };
    },
    exported: (mark) =>
      connection.first('SELECT tokens FROM exported_requests WHERE mark = ?', [mark])?.[0] as string | undefined,
    confirm(name, { kind, through }, state, exported) {
      connection.transaction(() => {
        const column = { removed: 'through_removal', changed: 'through_change', new: 'through_id' }[kind];
        connection.run(`UPDATE receivers SET ${column} = ? WHERE name = ?`, [through, name]);
        if (state !== undefined)
          connection.run('UPDATE receivers SET state = ? WHERE name = ?', [JSON.stringify(state), name]);
        for (const [mark, tokens] of exported ?? [])
          connection.run('INSERT OR REPLACE INTO exported_requests (mark, tokens) VALUES (?, ?)', [mark, tokens]);
        if (kind !== 'new') forgetConfirmed();
      });
    },
    waiting(name) {
      const through = throughOf(name);
      return (
        number('SELECT count(*) FROM requests WHERE id > ?', [through.id]) +
        number('SELECT count(*) FROM changed_requests WHERE change > ? AND request_id <= ?', [
          through.change,
          through.id,
        ]) +
        number('SELECT count(*) FROM removed_requests WHERE removal > ?', [through.removal])
      );
    },
    sentAccounts: () =>
      new Map(
        connection
          .all<{ id: number; account: string }>('SELECT caller_id AS id, account FROM sent_callers')
          .map(({ id, account }) => [id, account]),
      ),
    moveCallers(accounts) {
      connection.transaction(() => {
        for (const [callerId, account] of accounts) {
          connection.run(REMOVE_CALLER, [callerId]);
          connection.run(CHANGE_CALLER, [callerId]);
          connection.run('INSERT OR REPLACE INTO sent_callers (caller_id, account) VALUES (?, ?)', [callerId, account]);
        }
      });
    },
    installation() {
      const known = connection.first('SELECT id FROM installation')?.[0];
      if (typeof known === 'string') return known;
      const id = randomUUID();
      connection.run('INSERT INTO installation (id) VALUES (?)', [id]);
      return id;
    },
    withoutTelling(work) {
      if (!listens) return work();
      unlisten();
      try {
        return work();
      } finally {
        connection.exec(`${NEW_IDS}; DELETE FROM changed_requests WHERE request_id NOT IN (SELECT id FROM requests)`);
        listen();
      }
    },
  };
}

/** The receiver that knows accounts, and so must be told what is where no more. */
export const TEAM = 'team';
/** The same for items, which are told by the session where the user allows it. */
export const TEAM_ITEMS = 'team-items';

const COLUMNS = `r.id, s.agent, c.provider, c.model, r.request_key AS requestKey, r.caller_id AS callerId, r.at_ms AS atMs,
  r.input_tokens AS input, r.cache_read_tokens AS cacheRead, r.cache_write_5m_tokens AS cacheWrite5m,
  r.cache_write_1h_tokens AS cacheWrite1h, r.output_tokens AS output, r.reasoning_tokens AS reasoning, r.cost_usd AS costUsd,
  r.estimated, r.starts_task AS startsTask, r.is_copy AS isCopy`;

const NEW = `
  SELECT ${COLUMNS}
  FROM requests r JOIN callers c ON c.id = r.caller_id JOIN sessions s ON s.id = c.session_id
  WHERE r.id > :after ORDER BY r.id LIMIT :most`;

const CHANGED = `
  SELECT ${COLUMNS}, l.change
  FROM changed_requests l JOIN requests r ON r.id = l.request_id
    JOIN callers c ON c.id = r.caller_id JOIN sessions s ON s.id = c.session_id
  WHERE l.change > :after AND l.request_id <= :through ORDER BY l.change LIMIT :most`;

const REMOVED = `
  SELECT o.removal, o.agent, o.session_key AS sessionKey, o.request_key AS requestKey, o.account, n.caller_id AS nowCallerId
  FROM removed_requests o LEFT JOIN (
    SELECT r.key_hash, r.request_key, s.agent, r.caller_id
    FROM requests r JOIN callers c ON c.id = r.caller_id JOIN sessions s ON s.id = c.session_id
  ) n ON n.key_hash = o.key_hash AND n.request_key = o.request_key AND n.agent = o.agent
  WHERE o.removal > :after ORDER BY o.removal LIMIT :most`;

const WAITS_FROM = `
  SELECT min(at_ms) FROM requests WHERE id > (SELECT min(through_id) FROM receivers WHERE is_on = 1)
    OR id IN (SELECT request_id FROM changed_requests WHERE change > (SELECT min(through_change) FROM receivers WHERE is_on = 1))`;

/** Row ids that may be given away again are new to receivers. */
const NEW_IDS = `UPDATE receivers SET through_id = (SELECT coalesce(max(id), 0) FROM requests)
      WHERE through_id > (SELECT coalesce(max(id), 0) FROM requests)`;

/** The team's store may have a request of before under another account than the present one. */
const OLD_PLACE = `
  INSERT INTO removed_requests (agent, session_key, key_hash, request_key, account)
    SELECT s.agent, s.session_key, old.key_hash, old.request_key, sent.account
    FROM callers c JOIN sessions s ON s.id = c.session_id JOIN sent_callers sent ON sent.caller_id = c.id
    WHERE c.id = old.caller_id;`;

/**
 * They cost nothing where rows are only added, as history is. A caller or session that is known by another name is told with one of its
 * requests.
 */
const TRIGGERS = `
  CREATE TEMP TRIGGER request_changed AFTER UPDATE OF caller_id, at_ms, input_tokens, cache_read_tokens, cache_write_5m_tokens,
    cache_write_1h_tokens, output_tokens, reasoning_tokens, cost_usd, estimated, starts_task, is_copy ON requests
  BEGIN
    INSERT OR REPLACE INTO changed_requests (request_id) VALUES (new.id);
  END;
  CREATE TEMP TRIGGER request_moved AFTER UPDATE OF caller_id ON requests WHEN old.caller_id <> new.caller_id
  BEGIN
    ${OLD_PLACE}
  END;
  CREATE TEMP TRIGGER caller_renamed AFTER UPDATE OF agent_name ON callers WHEN old.agent_name <> new.agent_name
  BEGIN
    INSERT OR REPLACE INTO changed_requests (request_id) SELECT id FROM requests WHERE caller_id = new.id LIMIT 1;
  END;
  CREATE TEMP TRIGGER session_moved AFTER UPDATE OF workspace ON sessions WHEN old.workspace IS NOT new.workspace
  BEGIN
    INSERT OR REPLACE INTO changed_requests (request_id)
      SELECT (SELECT id FROM requests WHERE caller_id = c.id LIMIT 1) AS request
      FROM callers c WHERE c.session_id = new.id AND request IS NOT NULL;
  END;
  CREATE TEMP TRIGGER request_removed AFTER DELETE ON requests
  BEGIN
    ${OLD_PLACE}
    DELETE FROM changed_requests WHERE request_id = old.id;
    ${NEW_IDS};
  END;`;

const DROP_TRIGGERS = [...TRIGGERS.matchAll(/TRIGGER (\w+)/g)].map(([, name]) => `DROP TRIGGER ${name}`).join('; ');

const REMOVE_CALLER = `
  INSERT INTO removed_requests (agent, session_key, key_hash, request_key, account)
    SELECT s.agent, s.session_key, r.key_hash, r.request_key, sent.account
    FROM sent_callers sent JOIN callers c ON c.id = sent.caller_id JOIN sessions s ON s.id = c.session_id
      JOIN requests r ON r.caller_id = c.id
    WHERE sent.caller_id = ?1 AND r.id <= (SELECT through_id FROM receivers WHERE name = '${TEAM}')`;

const CHANGE_CALLER = `
  INSERT OR REPLACE INTO changed_requests (request_id)
    SELECT id FROM requests
    WHERE caller_id = ?1 AND id <= (SELECT through_id FROM receivers WHERE name = '${TEAM}')`;
