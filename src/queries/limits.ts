import type { Reader } from '../store/reader.ts';
import { filterParams } from './usageWindow.ts';

/** A quota as the agent stated it last. */
export interface NewestLimitRow {
  agent: string;
  /** Empty where the agent does not tell. */
  account: string;
  limitId: string;
  /** 300 = five hours, 10080 = a week. */
  windowMinutes: number;
  usedPercent: number;
  resetsAtMs: number | null;
  plan: string | null;
  /** When it was stated. */
  atMs: number;
}

/** The newest statement of each quota, most recent first. It may be past its reset: the view decides. */
export function newestLimits(reader: Reader, agents?: readonly string[]): NewestLimitRow[] {
  return reader.all<NewestLimitRow>(
    `SELECT agent, account, limit_id AS limitId, window_minutes AS windowMinutes, used_percent AS usedPercent,
      resets_at_ms AS resetsAtMs, plan, at_ms AS atMs
    FROM limits
    WHERE :agents IS NULL OR agent IN (SELECT value FROM json_each(:agents))
    ORDER BY at_ms DESC, agent, account, limit_id, window_minutes`,
    { ':agents': filterParams({ agents })[':agents'] ?? null },
  );
}
