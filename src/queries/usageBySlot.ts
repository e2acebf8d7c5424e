import type { Reader } from '../store/reader.ts';
import { SLOT_MS } from '../store/slot.ts';
import {
  filterParams,
  OF_CALLER,
  OF_SESSION,
  SUMS,
  USED,
  type UsageSums,
  type UsageWindow,
  windowParams,
} from './usageWindow.ts';

export interface UsageBySlotRow extends UsageSums {
  /** Begin of a quarter of an hour. */
  atMs: number;
}

/** What was used in each quarter of an hour that has requests, ascending: the material of days and hours in any time zone. */
export function usageBySlot(reader: Reader, window: UsageWindow): UsageBySlotRow[] {
  const isFiltered = Object.values(filterParams(window)).some((value) => value !== null);
  const found = reader.numbers(
    `${USED}
    SELECT u.slot * ${SLOT_MS} AS atMs, ${SUMS}
    FROM used u ${isFiltered ? `JOIN callers c ON c.id = u.caller_id JOIN sessions s ON s.id = c.session_id WHERE ${OF_SESSION} AND ${OF_CALLER}` : ''}
    GROUP BY u.slot ORDER BY u.slot`,
    windowParams(window),
  );
  const rows: UsageBySlotRow[] = [];
  for (let at = 0; at < found.length; at += COLUMNS) rows.push(rowAt(found, at));
  return rows;
}

/** The time, then what `SUMS` adds up, in its order. */
const COLUMNS = 12;

/** Written out, as there are tens of thousands. */
const rowAt = (found: Float64Array, at: number): UsageBySlotRow => ({
  atMs: found[at] as number,
  tasks: found[at + 1] as number,
  turns: found[at + 2] as number,
  input: found[at + 3] as number,
  output: found[at + 4] as number,
  cacheRead: found[at + 5] as number,
  cacheWrite5m: found[at + 6] as number,
  cacheWrite1h: found[at + 7] as number,
  reasoning: found[at + 8] as number,
  costUsd: found[at + 9] as number,
  unpricedTurns: found[at + 10] as number,
  estimatedTurns: found[at + 11] as number,
});
