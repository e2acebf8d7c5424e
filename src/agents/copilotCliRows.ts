import type { Database } from './agent.ts';
import { type CopilotUsage, copilotUsage } from './copilotCliUsage.ts';
import { type Fields, text, timeMs } from './fields.ts';

/** A row of `assistant_usage_events`: one model call. */
export interface UsageRow {
  agentId: string | undefined;
  parentToolCallId: string | undefined;
  model: string;
  usage: CopilotUsage;
  /** `user`, `agent`, `sub-agent`, `compaction` ... */
  initiator: string | undefined;
  atMs: number;
}

/** The rows of a session in order; none where the database has no such table. Rows that cannot be are left out. */
export function copilotRows(database: Database, sessionId: string): UsageRow[] {
  let rows: Fields[];
  try {
    rows = database.all<Fields>('SELECT * FROM assistant_usage_events WHERE session_id = :id ORDER BY id', {
      ':id': sessionId,
    });
  } catch {
    return [];
  }
  return rows.flatMap((row) => {
    const usage = copilotUsage({
      inputTokens: row.input_tokens,
      outputTokens: row.output_tokens,
      cacheReadTokens: row.cache_read_tokens,
      cacheWriteTokens: row.cache_write_tokens,
      reasoningTokens: row.reasoning_tokens,
    });
    const atMs = createdAt(row.created_at);
    if (!usage || atMs === undefined) return [];
    return [
      {
        agentId: text(row.agent_id),
        parentToolCallId: text(row.parent_tool_call_id),
        model: text(row.model) ?? 'unknown',
        usage,
        initiator: text(row.initiator),
        atMs,
      },
    ];
  });
}

/** SQLite's own `datetime('now')` is UTC and does not say so. */
function createdAt(value: unknown): number | undefined {
  return timeMs(typeof value === 'string' ? value.replace(/^(\d{4}-\d\d-\d\d) ([\d:.]+)$/, '$1T$2Z') : value);
}
