import type { Reader } from '../store/reader.ts';
import { OF_SESSION, SUMS, USED, type UsageSums, type UsageWindow, windowParams } from './usageWindow.ts';

export interface UsageTotalsRow extends UsageSums {
  /** Distinct sessions with requests in the window. */
  sessions: number;
}

/** What was used in a window, all in all. */
export function usageTotals(reader: Reader, window: UsageWindow): UsageTotalsRow {
  const [row] = reader.all<UsageTotalsRow>(
    `${USED}
    SELECT count(DISTINCT u.session_id) AS sessions, ${SUMS}
    FROM used u JOIN sessions s ON s.id = u.session_id
    WHERE ${OF_SESSION}`,
    windowParams(window),
  );
  if (!row) throw new Error('a sum without GROUP BY has one row');
  return row;
}
