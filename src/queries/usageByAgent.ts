import type { Reader } from '../store/reader.ts';
import { OF_SESSION, SUMS, TOKENS, USED, type UsageSums, type UsageWindow, windowParams } from './usageWindow.ts';

export interface UsageByAgentRow extends UsageSums {
  /** Agent id: `claude-code`. */
  agent: string;
  /** `main`, or the type of a subagent. */
  agentName: string;
  /** The model with most tokens in the window. */
  model: string;
}

/** Which agents and subagents used how much; most tokens first. */
export function usageByAgent(reader: Reader, window: UsageWindow): UsageByAgentRow[] {
  return reader.all<UsageByAgentRow>(
    `${USED},
    ranked AS (
      SELECT s.agent, u.agent_name, u.model,
        row_number() OVER (PARTITION BY s.agent, u.agent_name ORDER BY ${TOKENS} DESC, u.model) AS rank
      FROM used u JOIN sessions s ON s.id = u.session_id
      WHERE ${OF_SESSION}
      GROUP BY s.agent, u.agent_name, u.model
    )
    SELECT s.agent, u.agent_name AS agentName, r.model AS model, ${SUMS}
    FROM used u JOIN sessions s ON s.id = u.session_id
      JOIN ranked r ON r.agent = s.agent AND r.agent_name = u.agent_name AND r.rank = 1
    WHERE ${OF_SESSION}
    GROUP BY s.agent, u.agent_name
    ORDER BY ${TOKENS} DESC, s.agent, u.agent_name`,
    windowParams(window),
  );
}
