import type { Reader } from '../store/reader.ts';
import { ACCOUNT, filterParams, OF_SESSION, type UsageSums, type UsageWindow } from './usageWindow.ts';

/** Calls that an agent states only as a sum. */
export interface UnlistedUsageRow
  extends Pick<UsageSums, 'input' | 'output' | 'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h' | 'reasoning'> {
  model: string;
  /** Which record says so. */
  source: string;
}

/**
 * Usage that stands beside the totals, by model and source, where its newest statement lies in the window. A sum that also holds listed
 * requests is lessened by those of the sessions that continue it, in each class down to 0.
 */
export function unlistedUsage(reader: Reader, window: UsageWindow): UnlistedUsageRow[] {
  return reader.all<UnlistedUsageRow>(
    `WITH stated AS (
      SELECT n.*, s.agent, coalesce('counter ' || n.counter, 'session ' || n.session_id) AS sum_key
      FROM unlisted n JOIN sessions s ON s.id = n.session_id
    ),
    ranked AS (
      SELECT *, row_number() OVER (PARTITION BY agent, sum_key, model, source ORDER BY at_ms DESC, session_id DESC) AS rank FROM stated
    ),
    listed AS (
      SELECT n.agent, n.sum_key, n.model, n.source, sum(l.input_tokens) AS listed_input, sum(l.output_tokens) AS listed_output,
        sum(l.cache_read_tokens) AS listed_cache_read, sum(l.cache_write_5m_tokens) AS listed_cache_write_5m,
        sum(l.cache_write_1h_tokens) AS listed_cache_write_1h, sum(l.reasoning_tokens) AS listed_reasoning
      FROM stated n JOIN usage_logs l ON l.session_id = n.session_id AND l.model = n.model
      WHERE n.includes_listed GROUP BY n.agent, n.sum_key, n.model, n.source
    )
    SELECT n.model, n.source,
      sum(max(0, n.input_tokens - coalesce(l.listed_input, 0))) AS input,
      sum(max(0, n.output_tokens - coalesce(l.listed_output, 0))) AS output,
      sum(max(0, n.cache_read_tokens - coalesce(l.listed_cache_read, 0))) AS cacheRead,
      sum(max(0, n.cache_write_5m_tokens - coalesce(l.listed_cache_write_5m, 0))) AS cacheWrite5m,
      sum(max(0, n.cache_write_1h_tokens - coalesce(l.listed_cache_write_1h, 0))) AS cacheWrite1h,
      sum(max(0, n.reasoning_tokens - coalesce(l.listed_reasoning, 0))) AS reasoning
    FROM ranked n JOIN sessions s ON s.id = n.session_id
      LEFT JOIN listed l ON l.agent = n.agent AND l.sum_key = n.sum_key AND l.model = n.model AND l.source = n.source
    WHERE n.rank = 1 AND n.at_ms >= :sinceMs AND n.at_ms < :untilMs AND ${OF_SESSION} AND (:account IS NULL OR coalesce(
        (SELECT ${ACCOUNT} FROM callers c WHERE c.session_id = s.id ORDER BY c.model <> n.model LIMIT 1), s.account, '') = :account)
      AND (:model IS NULL OR n.model = :model) AND :agentName IS NULL AND :provider IS NULL
    GROUP BY n.model, n.source
    HAVING input + output + cacheRead + cacheWrite5m + cacheWrite1h > 0
    ORDER BY n.model, n.source`,
    { ...filterParams(window), ':sinceMs': window.sinceMs ?? -8.64e15, ':untilMs': window.untilMs ?? 8.64e15 },
  );
}
