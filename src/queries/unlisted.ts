import type { Reader } from '../store/reader.ts';
import { filterParams, OF_SESSION, type UsageSums, type UsageWindow } from './usageWindow.ts';

/** Calls that an agent states only as a sum. */
export interface UnlistedUsageRow
  extends Pick<UsageSums, 'input' | 'output' | 'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h' | 'reasoning'> {
  model: string;
  /** Which record says so. */
  source: string;
}

/** Usage that stands beside the totals, by model and source; its statement lies in the window. */
export function unlistedUsage(reader: Reader, window: UsageWindow): UnlistedUsageRow[] {
  return reader.all<UnlistedUsageRow>(
    `SELECT n.model, n.source, sum(n.input_tokens) AS input, sum(n.output_tokens) AS output, sum(n.cache_read_tokens) AS cacheRead,
      sum(n.cache_write_5m_tokens) AS cacheWrite5m, sum(n.cache_write_1h_tokens) AS cacheWrite1h,
      sum(n.reasoning_tokens) AS reasoning
    FROM unlisted n JOIN sessions s ON s.id = n.session_id
    WHERE n.at_ms >= :sinceMs AND n.at_ms < :untilMs AND ${OF_SESSION}
    GROUP BY n.model, n.source ORDER BY n.model, n.source`,
    { ...filterParams(window), ':sinceMs': window.sinceMs ?? -8.64e15, ':untilMs': window.untilMs ?? 8.64e15 },
  );
}
