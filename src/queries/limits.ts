import type { LimitReached } from '../agents/event.ts';
import type { Reader } from '../store/reader.ts';
import { filterParams } from './usageWindow.ts';

/** A quota as the agent stated it last. */
export interface NewestLimitRow {
  agent: string;
  /** Empty where the agent does not tell. */
  account: string;
  limitId: string;
  /** 300 = five hours, 10080 = a week; 0 = it has none, or none is told. */
  windowMinutes: number;
  usedPercent: number;
  /** What the agent says is used up: `limit`, `credits`, `workspace`. */
  reached: LimitReached | null;
  resetsAtMs: number | null;
  plan: string | null;
  /** When it was stated. */
  atMs: number;
}

/**
 * The newest statement of each quota, most recent first. It may be past its reset: the view decides. What has no window counts until the agent
 * says something newer of the same quota.
 */
export function newestLimits(reader: Reader, agents?: readonly string[]): NewestLimitRow[] {
  return reader.all<NewestLimitRow>(
    `SELECT agent, account, limit_id AS limitId, window_minutes AS windowMinutes, used_percent AS usedPercent,
      reached, resets_at_ms AS resetsAtMs, plan, at_ms AS atMs
    FROM limits l
    WHERE (:agents IS NULL OR agent IN (SELECT value FROM json_each(:agents)))
      AND NOT (window_minutes = 0 AND EXISTS (
        SELECT 1 FROM limits n
        WHERE n.agent = l.agent AND n.account = l.account AND n.limit_id = l.limit_id AND n.at_ms > l.at_ms))
    ORDER BY at_ms DESC, agent, account, limit_id, window_minutes`,
    { ':agents': filterParams({ agents })[':agents'] ?? null },
  );
}
