import type { TokenUsage } from '../agents/event.ts';
import { COUNT_RULES, type CountRule } from '../ledger/rows.ts';
import type { CostCode } from '../store/accountRules.ts';
import type { Reader } from '../store/reader.ts';
import { ACCOUNT } from './usageWindow.ts';

/** What the requests of one caller have in common. */
export interface ExportedCaller {
  agent: string;
  agentName: string;
  provider: string;
  model: string;
  costShown: CostCode;
  priceSource: string | null;
  sessionId: string;
  thread: string;
  workspace: string | null;
  account: string | null;
  user: string;
}

/** One counted request as it is exported. */
export interface ExportedRequest extends TokenUsage {
  /** The same object for all requests of a caller, as long as its names are known. */
  caller: ExportedCaller;
  atMs: number;
  costUsd: number | null;
  estimated: 0 | 1;
  rule: CountRule;
  /** The same in every copy of the record. */
  requestKey: string;
  /** The transcript that it is counted in, and the byte offset (row number of a database) there. */
  path: string;
  offset: number;
}

/** Looks names up once for all that bear them. They are those of the store as it is: after a commit make another. */
export interface ExportNames {
  caller(id: number): ExportedCaller;
  path(fileId: number): string;
}

/** Names that are kept: a list in the order of time has those of neighbours. */
const MOST_KEPT = 16_384;

export function exportNames(reader: Reader): ExportNames {
  return {
    caller: kept((id) => {
      const [found] = reader.all<ExportedCaller>(
        `SELECT s.agent, c.agent_name AS agentName, c.provider, c.model, c.cost_shown AS costShown, c.price_source AS priceSource,
          s.session_key AS sessionId, c.thread, s.workspace, ${ACCOUNT} AS account, s.user
        FROM callers c JOIN sessions s ON s.id = c.session_id WHERE c.id = :id`,
        { ':id': id },
      );
      return found as ExportedCaller;
    }),
    path: kept(
      (id) => reader.all<{ path: string }>('SELECT path FROM cursors WHERE id = :id', { ':id': id })[0]?.path ?? '',
    ),
  };
}

function kept<Value>(find: (id: number) => Value): (id: number) => Value {
  const known = new Map<number, Value>();
  return (id) => {
    let value = known.get(id);
    if (value === undefined) {
      if (known.size >= MOST_KEPT) known.clear();
      value = find(id);
      known.set(id, value);
    }
    return value;
  };
}

interface Row extends Omit<ExportedRequest, 'caller' | 'rule' | 'path'> {
  id: number;
  callerId: number;
  fileId: number;
  rule: number;
}

/** Some requests by the store's numbers, in that order; those that are there no more are left out. */
export function exportedRequests(reader: Reader, ids: Uint32Array, names: ExportNames): ExportedRequest[] {
  const rows = reader.all<Row>(
    `SELECT id, caller_id AS callerId, at_ms AS atMs, input_tokens AS input, cache_read_tokens AS cacheRead,
      cache_write_5m_tokens AS cacheWrite5m, cache_write_1h_tokens AS cacheWrite1h, output_tokens AS output, reasoning_tokens AS reasoning,
      cost_usd AS costUsd, estimated, rule, request_key AS requestKey, source_file_id AS fileId, source_offset AS "offset"
    FROM requests WHERE id IN (SELECT value FROM json_each(:ids))`,
    { ':ids': `[${ids.join()}]` },
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  const found: ExportedRequest[] = [];
  for (const id of ids) {
    const row = byId.get(id);
    if (!row) continue;
    // All fields at once: to copy those of the row takes longer than to look it up.
    found.push({
      caller: names.caller(row.callerId),
      atMs: row.atMs,
      input: row.input,
      cacheRead: row.cacheRead,
      cacheWrite5m: row.cacheWrite5m,
      cacheWrite1h: row.cacheWrite1h,
      output: row.output,
      reasoning: row.reasoning,
      costUsd: row.costUsd,
      estimated: row.estimated,
      rule: COUNT_RULES[row.rule] as CountRule,
      requestKey: row.requestKey,
      path: names.path(row.fileId),
      offset: row.offset,
    });
  }
  return found;
}
