import type { TokenUsage } from '../agents/event.ts';
import type { KindShare } from '../ledger/rows.ts';
import type { Connection } from './connection.ts';

/** What a stored request contributes to the rollups. */
export interface RolledRequest {
  slot: number;
  sessionId: number;
  agentName: string;
  model: string;
  provider: string;
  usage: TokenUsage;
  costUsd: number | null;
  estimated: boolean;
  startsTask: boolean;
  shares: readonly KindShare[];
}

/** Collects what a transaction changes in the rollups; one row per changed group is written at its end. */
export interface Rollup {
  add(request: RolledRequest): void;
  /** Takes away exactly what `add` of the same request added. */
  remove(request: RolledRequest): void;
  /** Writes the collected changes. */
  flush(): void;
  /** Forgets them. */
  clear(): void;
}

interface Change {
  key: (string | number)[];
  /** In the order of the tables' columns. */
  sums: number[];
}

export function rollup(connection: Connection): Rollup {
  const slots = new Map<string, Change>();
  const toolSlots = new Map<string, Change>();

  const change = (request: RolledRequest, sign: 1 | -1): void => {
    const { slot, sessionId, agentName, model, provider, usage, costUsd } = request;
    addTo(
      slots,
      [slot, sessionId, agentName, model, provider],
      [
        request.startsTask ? 1 : 0,
        1,
        usage.input,
        usage.output,
        usage.cacheRead,
        usage.cacheWrite5m,
        usage.cacheWrite1h,
        usage.reasoning,
        costUsd ?? 0,
        costUsd === null ? 1 : 0,
        request.estimated ? 1 : 0,
      ],
      sign,
    );
    for (const { kind, usage: share } of request.shares) {
      addTo(
        toolSlots,
        [slot, sessionId, kind],
        [1, share.input, share.output, share.cacheRead, share.cacheWrite5m, share.cacheWrite1h],
        sign,
      );
    }
  };

  return {
    add: (request) => change(request, 1),
    remove: (request) => change(request, -1),
    flush() {
      for (const { key, sums } of slots.values()) {
        // Money leaves a residue of the last binary digit when it is added and taken away again: whole numbers decide.
        if (sums.every((sum) => Math.abs(sum) < 1e-9)) continue;
        connection.run(UPSERT_SLOT, [...key, ...sums]);
        if ((sums[1] ?? 0) <= 0) connection.run(DROP_EMPTY_SLOT, key);
      }
      for (const { key, sums } of toolSlots.values()) {
        if (sums.every((sum) => sum === 0)) continue;
        connection.run(UPSERT_TOOL_SLOT, [...key, ...sums]);
        if ((sums[0] ?? 0) < 0) connection.run(DROP_EMPTY_TOOL_SLOT, key);
      }
      this.clear();
    },
    clear() {
      slots.clear();
      toolSlots.clear();
    },
  };
}

function addTo(changes: Map<string, Change>, key: (string | number)[], values: number[], sign: 1 | -1): void {
  const id = key.join('\u0000');
  let known = changes.get(id);
  if (!known) {
    known = { key, sums: new Array<number>(values.length).fill(0) };
    changes.set(id, known);
  }
  for (let i = 0; i < values.length; i++) known.sums[i] = (known.sums[i] ?? 0) + sign * (values[i] ?? 0);
}

const UPSERT_SLOT = `
  INSERT INTO usage_slots (slot, session_id, agent_name, model, provider, tasks, turns, input_tokens, output_tokens, cache_read_tokens,
    cache_write_5m_tokens, cache_write_1h_tokens, reasoning_tokens, cost_usd, unpriced_turns, estimated_turns)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET tasks = tasks + excluded.tasks, turns = turns + excluded.turns,
    input_tokens = input_tokens + excluded.input_tokens, output_tokens = output_tokens + excluded.output_tokens,
    cache_read_tokens = cache_read_tokens + excluded.cache_read_tokens,
    cache_write_5m_tokens = cache_write_5m_tokens + excluded.cache_write_5m_tokens,
    cache_write_1h_tokens = cache_write_1h_tokens + excluded.cache_write_1h_tokens,
    reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens, cost_usd = cost_usd + excluded.cost_usd,
    unpriced_turns = unpriced_turns + excluded.unpriced_turns, estimated_turns = estimated_turns + excluded.estimated_turns`;

const DROP_EMPTY_SLOT = `
  DELETE FROM usage_slots
  WHERE slot = ? AND session_id = ? AND agent_name = ? AND model = ? AND provider = ? AND turns = 0`;

const UPSERT_TOOL_SLOT = `
  INSERT INTO tool_slots (slot, session_id, kind, shares, input_tokens, output_tokens, cache_read_tokens, cache_write_5m_tokens,
    cache_write_1h_tokens)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET shares = shares + excluded.shares,
    input_tokens = input_tokens + excluded.input_tokens, output_tokens = output_tokens + excluded.output_tokens,
    cache_read_tokens = cache_read_tokens + excluded.cache_read_tokens,
    cache_write_5m_tokens = cache_write_5m_tokens + excluded.cache_write_5m_tokens,
    cache_write_1h_tokens = cache_write_1h_tokens + excluded.cache_write_1h_tokens`;

const DROP_EMPTY_TOOL_SLOT = `DELETE FROM tool_slots WHERE slot = ? AND session_id = ? AND kind = ? AND shares = 0`;
