import type { Reader } from '../store/reader.ts';
import type { CallerUsageRow } from './callerUsage.ts';
import { addSums, noUsage } from './usageSums.ts';
import { OF_CALLER, OF_SESSION, SUMS, USED, type UsageSums, type UsageWindow, windowParams } from './usageWindow.ts';

export interface UsageTotalsRow extends UsageSums {
  /** Distinct sessions with requests in the window. */
  sessions: number;
}

/** What was used in a window, all in all. */
export function usageTotals(reader: Reader, window: UsageWindow): UsageTotalsRow {
  const [row] = reader.all<UsageTotalsRow>(
    `${USED}
    SELECT count(DISTINCT c.session_id) AS sessions, ${SUMS}
    FROM used u JOIN callers c ON c.id = u.caller_id JOIN sessions s ON s.id = c.session_id
    WHERE ${OF_SESSION} AND ${OF_CALLER}`,
    windowParams(window),
  );
  if (!row) throw new Error('a sum without GROUP BY has one row');
  return row;
}

/** The same, where the usage of each caller is known. */
export function totalUsage(used: readonly CallerUsageRow[]): UsageTotalsRow {
  const sums = noUsage();
  for (const row of used) addSums(sums, row);
  return { sessions: new Set(used.map(({ session }) => session)).size, ...sums };
}
