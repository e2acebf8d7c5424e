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
  return reader.all<UsageBySlotRow>(
    `${USED}
    SELECT u.slot * ${SLOT_MS} AS atMs, ${SUMS}
    FROM used u ${isFiltered ? `JOIN callers c ON c.id = u.caller_id JOIN sessions s ON s.id = c.session_id WHERE ${OF_SESSION} AND ${OF_CALLER}` : ''}
    GROUP BY u.slot ORDER BY u.slot`,
    windowParams(window),
  );
}
