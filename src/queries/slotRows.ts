import type { Reader } from '../store/reader.ts';
import type { ChangedSlots } from '../store/rollup.ts';
import { SLOT_MS } from '../store/slot.ts';
import { giveBack } from './giveBack.ts';

/** Numbers of a row: slot, caller, then the sums in the order of `SLOT_SUMS`. */
export const STRIDE = 13;
export const CALLER_AT = 1;
export const SUMS_AT = 2;
export const SLOT_SUMS = [
  'tasks',
  'turns',
  'input',
  'output',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
  'reasoning',
  'costUsd',
  'unpricedTurns',
  'estimatedTurns',
] as const;
const COLUMNS = `slot, caller_id, tasks, turns, input_tokens, output_tokens, cache_read_tokens, cache_write_5m_tokens,
  cache_write_1h_tokens, reasoning_tokens, cost_usd, unpriced_turns, estimated_turns`;

/** New rows are looked for one after the other. */
const MOST_UNSORTED = 2000;
/** Who wants more than so much of the past is told all of it at once. */
const MOST_PAST_MS = 200 * 86_400_000;
/** This month and the one before are read at once. */
const LEAST_PAST_MS = 62 * 86_400_000;
/** What is read ahead goes back by at most so much at once. */
const AHEAD_SLOTS = (180 * 86_400_000) / SLOT_MS;
/** Beyond any slot. */
const END_SLOT = 1e13;
/** Room for new rows. */
const SPARE = 1000;

/** A row as SQL gives it: its columns in order. */
export type SlotRow = Record<string, number>;

/** Rows one after the other, growing. */
export interface RowList {
  data: Float64Array;
  length: number;
}

export const emptyRows = (): RowList => ({ data: new Float64Array(0), length: 0 });

export function addRow(rows: RowList, row: SlotRow): void {
  const at = rows.length * STRIDE;
  if (at + STRIDE > rows.data.length) {
    const larger = new Float64Array(Math.max(64 * STRIDE, rows.data.length * 2));
    larger.set(rows.data);
    rows.data = larger;
  }
  rows.length++;
  writeRow(rows, at, row);
}

function writeRow(rows: RowList, at: number, row: SlotRow): void {
  let column = at;
  for (const name in row) rows.data[column++] = row[name] as number;
}

/** The rollup `caller_slots` in memory: as far back as it was asked for, and as the store has it now. */
export interface SlotRows {
  /** Reads again what changed; all of it where the store does not tell. */
  follow(changed: ChangedSlots): void;
  /** Every row of the slots from one to before another; earlier ones are read when they are wanted for the first time. */
  visit(first: number, end: number, take: (data: Float64Array, at: number) => void): void;
  /** Reads some of what was not asked for yet, the newest of it. @returns whether there is more */
  readAhead(): boolean;
  forget(): void;
}

export function slotRows(source: Reader): SlotRows {
  /** In the order of the table's key up to `sorted`, those that came later behind them. */
  let rows = emptyRows();
  let sorted = 0;
  /** Rows of slots before this one were not asked for yet. */
  let readFrom = Number.POSITIVE_INFINITY;

  const forget = (): void => {
    rows = emptyRows();
    sorted = 0;
    readFrom = Number.POSITIVE_INFINITY;
  };

  /** Reads the rows from a slot on that were not read yet. What is shown first is of the last weeks: years before are read when they are wanted. */
  const readBackTo = (slot: number): void => {
    if (slot >= readFrom) return;
    const nowMs = Date.now();
    const isFar = slot * SLOT_MS < nowMs - MOST_PAST_MS;
    readBack(isFar ? Number.NEGATIVE_INFINITY : Math.min(slot, Math.floor((nowMs - LEAST_PAST_MS) / SLOT_MS)));
  };

  const readBack = (from: number): void => {
    const older = source.numbers(
      `SELECT ${COLUMNS} FROM caller_slots WHERE slot >= :from AND slot < :to ORDER BY slot, caller_id`,
      { ':from': Math.max(from, -END_SLOT), ':to': Math.min(readFrom, END_SLOT) },
    );
    const known = rows.data.subarray(0, rows.length * STRIDE);
    const data = new Float64Array(older.length + known.length + SPARE * STRIDE);
    data.set(older);
    data.set(known, older.length);
    const count = older.length / STRIDE;
    giveBack(older, rows.data);
    rows = { data, length: rows.length + count };
    sorted += count;
    readFrom = from;
  };

  const placeOf = (slot: number, caller: number): number | undefined => {
    const { data } = rows;
    let [low, high] = [0, sorted];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = middle * STRIDE;
      const before = (data[at] as number) - slot || (data[at + 1] as number) - caller;
      if (before === 0) return at;
      if (before < 0) low = middle + 1;
      else high = middle;
    }
    for (let at = sorted * STRIDE; at < rows.length * STRIDE; at += STRIDE)
      if (data[at] === slot && data[at + 1] === caller) return at;
    return undefined;
  };

  const readChanged = (changed: NonNullable<ChangedSlots>): void => {
    for (const { slot, callerId } of new Map(changed.map((each) => [`${each.slot} ${each.callerId}`, each])).values()) {
      if (slot < readFrom) continue;
      const [row] = source.all<SlotRow>(
        `SELECT ${COLUMNS} FROM caller_slots WHERE slot = :slot AND caller_id = :caller`,
        {
          ':slot': slot,
          ':caller': callerId,
        },
      );
      const at = placeOf(slot, callerId);
      if (at !== undefined && row) writeRow(rows, at, row);
      else if (at !== undefined) rows.data.fill(0, at + SUMS_AT, at + STRIDE);
      else if (row) addRow(rows, row);
    }
    if (rows.length - sorted > MOST_UNSORTED) forget();
  };

  /** The first of the sorted rows that is not before a slot. */
  const firstFrom = (slot: number): number => {
    let [low, high] = [0, sorted];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((rows.data[middle * STRIDE] as number) < slot) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    follow: (changed) => (changed ? readChanged(changed) : forget()),
    visit(first, end, take) {
      readBackTo(first);
      const { data } = rows;
      const walk = (from: number, to: number): void => {
        for (let at = from * STRIDE, last = to * STRIDE; at < last; at += STRIDE) {
          const slot = data[at] as number;
          if (slot >= first && slot < end) take(data, at);
        }
      };
      walk(firstFrom(first), firstFrom(end));
      walk(sorted, rows.length);
    },
    readAhead() {
      if (readFrom === Number.NEGATIVE_INFINITY) return false;
      const from = Math.min(readFrom, Math.floor(Date.now() / SLOT_MS)) - AHEAD_SLOTS;
      const [oldest] = source.all<{ slot: number | null }>('SELECT min(slot) AS slot FROM caller_slots');
      const isLast = oldest?.slot == null || oldest.slot >= from;
      readBack(isLast ? Number.NEGATIVE_INFINITY : from);
      return !isLast;
    },
    forget,
  };
}
