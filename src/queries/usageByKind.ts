import type { Reader } from '../store/reader.ts';
import { type KindSums, OF_SESSION, type UsageWindow, windowParams } from './usageWindow.ts';

export interface UsageByKindRow extends KindSums {
  /** A `Kind`: `system`, `read`, `mcp:github`. Text of a transcript, therefore hostile. */
  kind: string;
}

/**
 * What the tokens of a window were used for; most tokens first. Sums over kinds equal `usageTotals` in each class. Like there, whole
 * quarter hours come from the rollup.
 */
export function usageByKind(reader: Reader, window: UsageWindow): UsageByKindRow[] {
  return reader.all<UsageByKindRow>(
    `WITH used AS (
      SELECT session_id, kind, input_tokens, output_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens
      FROM tool_slots WHERE slot >= :firstSlot AND slot < :endSlot
      UNION ALL
      SELECT l.session_id, t.kind, t.input_tokens, t.output_tokens, t.cache_read_tokens, t.cache_write_5m_tokens,
        t.cache_write_1h_tokens
      FROM usage_logs l JOIN tool_usage t ON t.request_id = l.id
      WHERE (l.at_ms >= :headMs AND l.at_ms < :headEndMs) OR (l.at_ms >= :tailMs AND l.at_ms < :tailEndMs)
    )
    SELECT u.kind AS kind, sum(u.input_tokens) AS input, sum(u.output_tokens) AS output, sum(u.cache_read_tokens) AS cacheRead,
      sum(u.cache_write_5m_tokens) AS cacheWrite5m, sum(u.cache_write_1h_tokens) AS cacheWrite1h
    FROM used u JOIN sessions s ON s.id = u.session_id
    WHERE ${OF_SESSION}
    GROUP BY u.kind
    ORDER BY sum(u.input_tokens + u.output_tokens + u.cache_read_tokens + u.cache_write_5m_tokens + u.cache_write_1h_tokens) DESC,
      u.kind`,
    windowParams(window),
  );
}
