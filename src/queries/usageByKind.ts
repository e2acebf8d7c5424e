import type { Reader } from '../store/reader.ts';
import { SLOT_MS, SLOTS_PER_DAY } from '../store/slot.ts';
import { sumShares } from './sumShares.ts';
import {
  filterParams,
  isByCaller,
  type KindSums,
  OF_CALLER,
  OF_SESSION,
  type UsageWindow,
  wholeParts,
} from './usageWindow.ts';

export interface UsageByKindRow extends KindSums {
  /** A `Kind`: `system`, `read`, `mcp:github`. Text of a transcript, therefore hostile. */
  kind: string;
}

/**
 * What the tokens of a window were used for; most tokens first. Sums over kinds equal `usageTotals` in each class. Whole days in UTC come
 * from the rollup, what the window cuts off at its ends from the single requests. The rollup does not tell the threads and models of a
 * session apart: where only some of them count, all comes from the requests.
 */
export function usageByKind(reader: Reader, window: UsageWindow): UsageByKindRow[] {
  if (isByCaller(window)) return sumShares(reader.all<{ shares: string }>(OF_REQUESTS, requestParams(window)));
  const days = wholeParts(window, SLOT_MS * SLOTS_PER_DAY);
  // Few days are looked up, all of history is read as it lies.
  const way = window.sinceMs === undefined ? 'NOT INDEXED' : 'INDEXED BY kind_days_by_day';
  return sumShares(
    reader.all<{ shares: string }>(
      `SELECT d.shares FROM kind_days d ${way} JOIN sessions s ON s.id = d.session_id
      WHERE d.day >= :first AND d.day < :end AND ${OF_SESSION}
      UNION ALL
      SELECT r.shares FROM requests r JOIN callers c ON c.id = r.caller_id JOIN sessions s ON s.id = c.session_id
      WHERE ((r.at_ms >= :headMs AND r.at_ms < :headEndMs) OR (r.at_ms >= :tailMs AND r.at_ms < :tailEndMs)) AND ${OF_SESSION}`,
      { ...days, ...filterParams(window) },
    ),
  );
}

const OF_REQUESTS = `
  SELECT r.shares FROM requests r JOIN callers c ON c.id = r.caller_id JOIN sessions s ON s.id = c.session_id
  WHERE r.at_ms >= :sinceMs AND r.at_ms < :untilMs AND ${OF_SESSION} AND ${OF_CALLER}`;

const requestParams = (window: UsageWindow) => ({
  ...filterParams(window),
  ':sinceMs': window.sinceMs ?? -8.64e15,
  ':untilMs': window.untilMs ?? 8.64e15,
});
