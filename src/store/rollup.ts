import type { TokenUsage } from '../agents/event.ts';
import type { KindShare } from '../ledger/rows.ts';
import type { Connection } from './connection.ts';
import { addPacked, type PackedTokens, packShares, sumOf } from './shares.ts';
import { dayOf } from './slot.ts';

/** What a stored request contributes to the rollups. */
export interface RolledRequest {
  slot: number;
  callerId: number;
  sessionId: number;
  usage: TokenUsage;
  costUsd: number | null;
  estimated: boolean;
  startsTask: boolean;
  shares: readonly KindShare[];
}

/** Which rows of `caller_slots` changed; `undefined` = more than anybody wants to read one by one. */
export type ChangedSlots = readonly { slot: number; callerId: number }[] | undefined;

/** So many changed rows are read faster with all others than one by one. */
const MOST_CHANGED = 2000;

/** Collects what a transaction changes in the rollups; one row per changed group is written at its end. */
export interface Rollup {
  add(request: RolledRequest): void;
  /** Takes away exactly what `add` of the same request added. */
  remove(request: RolledRequest): void;
  /** Packed shares of a day's requests, which their `add` was not told of. */
  addShares(sessionId: number, day: number, shares: string, sign?: 1 | -1): void;
  /** A request begins one task more or less than it did. */
  changeTasks(request: Pick<RolledRequest, 'slot' | 'callerId'>, tasks: 1 | -1): void;
  /** Writes the collected changes. */
  flush(): void;
  /** For one who keeps the rollup in memory: gives what `flush` wrote since its last call, at first `undefined`. */
  follow(): () => ChangedSlots;
  /** Forgets them. */
  clear(): void;
}

/** Places in a slot's sums, which are in the order of the table's columns. */
const TASKS = 0;
const TURNS = 1;
const COST = 8;
const SUMS = 11;

/** Two whole numbers as one: the second is never as large as this. */
const IDS = 2 ** 28;

interface SlotChange {
  slot: number;
  callerId: number;
  sums: number[];
}

interface DayChange {
  sessionId: number;
  day: number;
  /** All there is so far, as long as nothing else is to be added. */
  packed: string | undefined;
  sums: Map<string, PackedTokens>;
}

export function rollup(connection: Connection): Rollup {
  const slots = new Map<number, SlotChange>();
  const days = new Map<number, DayChange>();

  /** Of each follower, what it has not taken yet. */
  const followers: { changed: { slot: number; callerId: number }[] | undefined }[] = [];

  const slotSums = (slot: number, callerId: number): number[] => {
    const key = slot * IDS + callerId;
    let known = slots.get(key);
    if (!known) {
      known = { slot, callerId, sums: new Array<number>(SUMS).fill(0) };
      slots.set(key, known);
    }
    return known.sums;
  };

  const daySums = (day: number, sessionId: number): Map<string, PackedTokens> => {
    const key = day * IDS + sessionId;
    let known = days.get(key);
    if (!known) {
      known = { sessionId, day, packed: undefined, sums: new Map() };
      days.set(key, known);
    }
    if (known.packed !== undefined) addPacked(known.sums, known.packed);
    known.packed = undefined;
    return known.sums;
  };

  const addShares = (sessionId: number, day: number, shares: string, sign: 1 | -1 = 1): void => {
    const key = day * IDS + sessionId;
    // Most days of a session stand in one file.
    if (sign === 1 && !days.has(key)) days.set(key, { sessionId, day, packed: shares, sums: new Map() });
    else addPacked(daySums(day, sessionId), shares, sign);
  };

  const change = (request: RolledRequest, sign: 1 | -1): void => {
    const { usage, costUsd } = request;
    const sums = slotSums(request.slot, request.callerId) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    if (request.startsTask) sums[TASKS] += sign;
    sums[TURNS] += sign;
    sums[2] += sign * usage.input;
    sums[3] += sign * usage.output;
    sums[4] += sign * usage.cacheRead;
    sums[5] += sign * usage.cacheWrite5m;
    sums[6] += sign * usage.cacheWrite1h;
    sums[7] += sign * usage.reasoning;
    sums[COST] += sign * (costUsd ?? 0);
    if (costUsd === null) sums[9] += sign;
    if (request.estimated) sums[10] += sign;
    if (request.shares.length === 0) return;
    const kinds = daySums(dayOf(request.slot), request.sessionId);
    for (const { kind, usage: share } of request.shares) {
      const sum = sumOf(kinds, kind);
      sum[0] += sign * share.input;
      sum[1] += sign * share.cacheRead;
      sum[2] += sign * share.cacheWrite5m;
      sum[3] += sign * share.cacheWrite1h;
      sum[4] += sign * share.output;
    }
  };

  const flushDay = ({ sessionId, day, packed, sums }: DayChange): void => {
    const stored = connection.first(FIND_DAY, [sessionId, day])?.[0] as string | undefined;
    if (packed !== undefined && stored !== undefined) addPacked(sums, packed);
    if (stored !== undefined) addPacked(sums, stored);
    const shares = packed !== undefined && stored === undefined ? packed : packShares(sums);
    if (shares === stored) return;
    if (shares === '[]') connection.run('DELETE FROM kind_days WHERE session_id = ? AND day = ?', [sessionId, day]);
    else
      connection.run('INSERT OR REPLACE INTO kind_days (session_id, day, shares) VALUES (?, ?, ?)', [
        sessionId,
        day,
        shares,
      ]);
  };

  return {
    add: (request) => change(request, 1),
    remove: (request) => change(request, -1),
    addShares,
    changeTasks({ slot, callerId }, tasks) {
      const sums = slotSums(slot, callerId);
      sums[TASKS] = (sums[TASKS] as number) + tasks;
    },
    flush() {
      for (const { slot, callerId, sums } of slots.values()) {
        // Money leaves a residue of the last binary digit when it is added and taken away again: whole numbers decide.
        if (sums.every((sum) => Math.abs(sum) < 1e-9)) continue;
        connection.run(UPSERT_SLOT, [slot, callerId, ...sums]);
        for (const follower of followers)
          if (follower.changed && follower.changed.push({ slot, callerId }) > MOST_CHANGED)
            follower.changed = undefined;
        if ((sums[TURNS] as number) <= 0) connection.run(DROP_EMPTY_SLOT, [slot, callerId]);
      }
      for (const changed of days.values()) flushDay(changed);
      this.clear();
    },
    follow() {
      const follower: (typeof followers)[number] = { changed: undefined };
      followers.push(follower);
      return () => {
        const taken = follower.changed;
        follower.changed = [];
        return taken;
      };
    },
    clear() {
      slots.clear();
      days.clear();
    },
  };
}

const UPSERT_SLOT = `
  INSERT INTO caller_slots (slot, caller_id, tasks, turns, input_tokens, output_tokens, cache_read_tokens, cache_write_5m_tokens,
    cache_write_1h_tokens, reasoning_tokens, cost_usd, unpriced_turns, estimated_turns)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET tasks = tasks + excluded.tasks, turns = turns + excluded.turns,
    input_tokens = input_tokens + excluded.input_tokens, output_tokens = output_tokens + excluded.output_tokens,
    cache_read_tokens = cache_read_tokens + excluded.cache_read_tokens,
    cache_write_5m_tokens = cache_write_5m_tokens + excluded.cache_write_5m_tokens,
    cache_write_1h_tokens = cache_write_1h_tokens + excluded.cache_write_1h_tokens,
    reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens, cost_usd = cost_usd + excluded.cost_usd,
    unpriced_turns = unpriced_turns + excluded.unpriced_turns, estimated_turns = estimated_turns + excluded.estimated_turns`;

const DROP_EMPTY_SLOT = 'DELETE FROM caller_slots WHERE slot = ? AND caller_id = ? AND turns = 0';

const FIND_DAY = 'SELECT shares FROM kind_days WHERE session_id = ? AND day = ?';
