import type { Connection } from './connection.ts';
import { addPacked, type PackedTokens, packShares } from './shares.ts';
import { dayOf, slotOf } from './slot.ts';

/** What is wrong with a store; nothing = all is well. */
export interface StoreCheck {
  /** Sentences for people, without names or paths of transcripts. */
  problems: string[];
  requests: number;
}

/** More of one kind are not told one by one. */
const MOST_TOLD = 20;

/** Looks at every page and every sum of a store. Takes a second for some hundred thousand requests. */
export function checkStore(connection: Connection): StoreCheck {
  const problems = damagedPages(connection);
  const requests = Number(connection.first('SELECT count(*) FROM requests')?.[0] ?? 0);
  // Sums over damaged pages say nothing.
  if (problems.length > 0) return { problems, requests };
  const broken = connection.all<{ table: string }>('PRAGMA foreign_key_check');
  if (broken.length > 0) problems.push(`${broken.length} rows refer to rows that are missing.`);
  const wrongSlots = Number(connection.first(WRONG_SLOTS)?.[0] ?? 0);
  if (wrongSlots > 0) problems.push(`${wrongSlots} sums of quarter hours differ from their requests.`);
  problems.push(...wrongShares(connection));
  return { problems, requests };
}

/** What SQLite finds; empty when it finds nothing. Throws when the file cannot be read at all. */
export function damagedPages(connection: Connection): string[] {
  return connection
    .all<{ integrity_check: string }>(`PRAGMA integrity_check(${MOST_TOLD})`)
    .map((row) => row.integrity_check)
    .filter((text) => text !== 'ok');
}

/** Shares sum to their requests, and those of days to the shares of theirs. */
function wrongShares(connection: Connection): string[] {
  const days = new Map<string, Map<string, PackedTokens>>();
  let wrongRequests = 0;
  let lastId = 0;
  for (;;) {
    const page = connection.all<ShareRow>(SHARES, { ':after': lastId });
    for (const row of page) {
      const own = new Map<string, PackedTokens>();
      addPacked(own, row.shares);
      const sums = [0, 0, 0, 0, 0];
      for (const tokens of own.values())
        for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) + (tokens[i] ?? 0);
      if (sums.join() !== [row.input, row.read, row.write5m, row.write1h, row.output].join()) wrongRequests++;
      const key = `${row.sessionId} ${dayOf(slotOf(row.atMs))}`;
      const day = days.get(key) ?? new Map<string, PackedTokens>();
      addPacked(day, row.shares);
      days.set(key, day);
      lastId = row.id;
    }
    if (page.length === 0) break;
  }
  let wrongDays = 0;
  for (const { sessionId, day, shares } of connection.all<DayRow>(
    'SELECT session_id AS sessionId, day, shares FROM kind_days',
  )) {
    const key = `${sessionId} ${day}`;
    const expected = packShares(days.get(key) ?? new Map());
    if (expected !== shares) wrongDays++;
    days.delete(key);
  }
  for (const sums of days.values()) if (packShares(sums) !== '[]') wrongDays++;
  const problems: string[] = [];
  if (wrongRequests > 0) problems.push(`The owners of ${wrongRequests} requests do not sum to their tokens.`);
  if (wrongDays > 0) problems.push(`${wrongDays} sums of days by owner differ from their requests.`);
  return problems;
}

interface ShareRow {
  id: number;
  sessionId: number;
  atMs: number;
  shares: string;
  input: number;
  read: number;
  write5m: number;
  write1h: number;
  output: number;
}

interface DayRow {
  sessionId: number;
  day: number;
  shares: string;
}

const SHARES = `
  SELECT r.id, c.session_id AS sessionId, r.at_ms AS atMs, r.shares, r.input_tokens AS input, r.cache_read_tokens AS read,
    r.cache_write_5m_tokens AS write5m, r.cache_write_1h_tokens AS write1h, r.output_tokens AS output
  FROM requests r JOIN callers c ON c.id = r.caller_id WHERE r.id > :after ORDER BY r.id LIMIT 1000`;

const SUMS_OF_REQUESTS = `
  SELECT at_ms / 900000 - (at_ms < 0 AND at_ms % 900000 <> 0) AS slot, caller_id, sum(starts_task), count(*), sum(input_tokens),
    sum(output_tokens), sum(cache_read_tokens), sum(cache_write_5m_tokens), sum(cache_write_1h_tokens), sum(reasoning_tokens),
    sum(cost_usd IS NULL), sum(estimated)
  FROM requests GROUP BY 1, 2`;

const SUMS_OF_SLOTS = `
  SELECT slot, caller_id, tasks, turns, input_tokens, output_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens,
    reasoning_tokens, unpriced_turns, estimated_turns
  FROM caller_slots`;

const WRONG_SLOTS = `
  SELECT count(*) FROM (
    SELECT * FROM (${SUMS_OF_SLOTS} EXCEPT ${SUMS_OF_REQUESTS}) UNION ALL SELECT * FROM (${SUMS_OF_REQUESTS} EXCEPT ${SUMS_OF_SLOTS}))`;
