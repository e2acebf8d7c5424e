import type { CostCode } from '../store/accountRules.ts';
import type { Reader } from '../store/reader.ts';
import { SLOT_MS } from '../store/slot.ts';
import {
  ACCOUNT,
  OF_CALLER,
  OF_SESSION,
  SUMS,
  USED,
  type UsageSums,
  type UsageWindow,
  windowParams,
} from './usageWindow.ts';

/** What one thread of a session used of one model. */
export interface CallerUsageRow extends UsageSums {
  /** Row id of the session. */
  session: number;
  /** Agent id: `claude-code`. */
  agent: string;
  /** `main`, or the type of a subagent. */
  agentName: string;
  model: string;
  provider: string;
  tier: string | null;
  /** Where the price of its requests comes from, as it is stored with them; `null` = unpriced. */
  priceSource: string | null;
  /** Begin of the first and of the last quarter of an hour with a request in the window. */
  firstAtMs: number;
  lastAtMs: number;
  workspace: string | null;
  /** The user's account, else the one that the agent tells. */
  account: string | null;
  /** Login name on this machine. */
  user: string;
  /** How the account's cost is shown: of `COST_HIDDEN` it is 0 here. */
  costShown: CostCode;
}

/** Who used how much in a window. All sums by agent, model, folder and the like are sums of these rows (`usageByOwner.ts`). */
export function callerUsage(reader: Reader, window: UsageWindow): CallerUsageRow[] {
  return reader.all<CallerUsageRow>(
    `${USED}
    SELECT s.id AS session, s.agent, c.agent_name AS agentName, c.model, c.provider, c.tier, c.price_source AS priceSource,
      min(u.slot) * ${SLOT_MS} AS firstAtMs, max(u.slot) * ${SLOT_MS} AS lastAtMs, s.workspace, ${ACCOUNT} AS account,
      s.user, c.cost_shown AS costShown, ${SUMS}
    FROM used u JOIN callers c ON c.id = u.caller_id JOIN sessions s ON s.id = c.session_id
    WHERE ${OF_SESSION} AND ${OF_CALLER}
    GROUP BY u.caller_id`,
    windowParams(window),
  );
}
