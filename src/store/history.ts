import { createHash } from 'node:crypto';
import type { RequestRow } from '../ledger/rows.ts';
import type { Connection } from './connection.ts';
import { dayOf, SLOT_MS, SLOTS_PER_DAY, slotOf } from './slot.ts';

/** How far back the store goes, where the user had older requests taken out. */
export interface History {
  /** Whether a request may be stored: it is neither from before, nor a copy of one that was. */
  keeps(agent: string, row: Pick<RequestRow, 'atMs' | 'requestId'>): boolean;
  /** Whether anything was taken out: otherwise everything is kept, and nothing needs to be looked up. */
  isCut(): boolean;
  /** How many requests there are from before the day (UTC) of a time. */
  countBefore(beforeMs: number): number;
  /**
   * Takes out everything from before that day: requests, sums, and the sessions of which nothing is left. What remains is as it was. To be
   * called in a transaction. @returns how many requests that were
   */
  forgetBefore(beforeMs: number): number;
  /** Everything that transcripts tell is taken up again. To be called in a transaction. */
  forgetNothing(): void;
  /** Looks again: after a rollback it may be as before. */
  reload(): void;
}

export function history(connection: Connection): History {
  let startsMs: number | undefined;
  const reload = (): void => {
    startsMs = connection.first('SELECT starts_ms FROM history')?.[0] as number | undefined;
  };
  reload();
  const dayStart = (atMs: number): number => dayOf(slotOf(atMs)) * SLOTS_PER_DAY * SLOT_MS;

  return {
    keeps: (agent, { atMs, requestId }) =>
      startsMs === undefined || (atMs >= startsMs && !connection.first(FIND_FORGOTTEN, [markOf(agent, requestId)])),
    isCut: () => startsMs !== undefined,
    countBefore: (beforeMs) =>
      Number(connection.first('SELECT count(*) FROM requests WHERE at_ms < ?', [dayStart(beforeMs)])?.[0]),
    forgetBefore(beforeMs) {
      const untilMs = dayStart(beforeMs);
      if (startsMs !== undefined && untilMs <= startsMs) return 0;
      for (let afterId = 0; ; ) {
        const page = connection.all<Leaving>(LEAVING, { ':untilMs': untilMs, ':afterId': afterId });
        for (const { id, agent, key } of page) {
          connection.run('INSERT OR IGNORE INTO forgotten_requests (mark) VALUES (?)', [markOf(agent, key)]);
          afterId = id;
        }
        if (page.length === 0) break;
      }
      connection.run('DELETE FROM sightings WHERE request_id IN (SELECT id FROM requests WHERE at_ms < ?)', [untilMs]);
      const gone = connection.run('DELETE FROM requests WHERE at_ms < ?', [untilMs]);
      connection.run('DELETE FROM caller_slots WHERE slot < ?', [slotOf(untilMs)]);
      connection.run('DELETE FROM kind_days WHERE day < ?', [dayOf(slotOf(untilMs))]);
      connection.run('DELETE FROM unlisted WHERE at_ms < ?', [untilMs]);
      connection.run('DELETE FROM boundaries WHERE at_ms < ?', [untilMs]);
      connection.exec('DELETE FROM callers WHERE id NOT IN (SELECT caller_id FROM requests)');
      connection.exec('CREATE TEMP TABLE IF NOT EXISTS ended (id INTEGER PRIMARY KEY); DELETE FROM ended');
      connection.run(ENDED_SESSIONS, [untilMs]);
      connection.exec(`
        DELETE FROM holdings WHERE session_id IN (SELECT id FROM ended);
        DELETE FROM threads WHERE session_id IN (SELECT id FROM ended);
        DELETE FROM sessions WHERE id IN (SELECT id FROM ended);
        DELETE FROM ended;
        DELETE FROM history`);
      connection.run('INSERT INTO history (starts_ms) VALUES (?)', [untilMs]);
      startsMs = untilMs;
      return gone;
    },
    forgetNothing() {
      connection.exec('DELETE FROM history; DELETE FROM forgotten_requests');
      startsMs = undefined;
    },
    reload,
  };
}

/** Stands for a request for ever. Two of a million have the same with a chance of one in ten thousand. */
function markOf(agent: string, requestKey: string): number {
  const hash = createHash('sha1').update(`${agent} ${requestKey}`).digest();
  return hash.readUIntBE(0, 6) * 16 + ((hash[6] as number) >>> 4);
}

interface Leaving {
  id: number;
  agent: string;
  key: string;
}

const LEAVING = `
  SELECT r.id, s.agent, r.request_key AS key
  FROM requests r JOIN callers c ON c.id = r.caller_id JOIN sessions s ON s.id = c.session_id
  WHERE r.id > :afterId AND r.at_ms < :untilMs ORDER BY r.id LIMIT 10000`;

const FIND_FORGOTTEN = 'SELECT 1 FROM forgotten_requests WHERE mark = ?';

/** Sessions that ended before and have nothing left in any sum. */
const ENDED_SESSIONS = `
  INSERT INTO ended (id)
  SELECT id FROM sessions WHERE coalesce(last_at_ms, 0) < ?
    AND id NOT IN (SELECT session_id FROM callers) AND id NOT IN (SELECT session_id FROM kind_days)
    AND id NOT IN (SELECT session_id FROM unlisted) AND id NOT IN (SELECT session_id FROM boundaries)`;
