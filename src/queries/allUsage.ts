import { COST_HIDDEN, type CostCode } from '../store/accountRules.ts';
import type { Reader } from '../store/reader.ts';
import { SLOT_MS } from '../store/slot.ts';
import type { CallerUsageRow } from './callerUsage.ts';
import type { UsageBySlotRow } from './usageBySlot.ts';
import { noUsage } from './usageSums.ts';
import { filterParams, type UsageSums, type UsageWindow } from './usageWindow.ts';

/** All of history, as `callerUsage` and `usageBySlot` give it. */
export interface AllUsage {
  /** By row id. */
  callers: CallerUsageRow[];
  /** Ascending. */
  slots: UsageBySlotRow[];
}

/** Whether a window leaves nothing out. */
export const isEverything = (window: UsageWindow): boolean =>
  window.sinceMs === undefined &&
  window.untilMs === undefined &&
  Object.values(filterParams(window)).every((value) => value === null);

/**
 * The rollup, its callers and their sessions, each read once as they lie and added up here: where nothing is left out, SQLite would sort and
 * look up what is in order and at hand.
 */
export function allUsage(reader: Reader): AllUsage {
  const byId = callersById(reader);
  const slots: Adding<UsageBySlotRow>[] = [];
  let slot: Adding<UsageBySlotRow> | undefined;
  const found = reader.numbers(SLOTS);
  for (let at = 0; at < found.length; at += COLUMNS) {
    const atMs = (found[at] as number) * SLOT_MS;
    const caller = byId.get(found[at + 1] as number);
    if (!caller) throw new Error('a sum belongs to nobody');
    const { row } = caller;
    if (row.lastAtMs < 0) row.firstAtMs = atMs;
    row.lastAtMs = atMs;
    if (slot?.row.atMs !== atMs) {
      slot = { row: { atMs, ...noUsage() }, cost: 0, lost: 0 };
      slots.push(slot);
    }
    const hasCost = row.costShown !== COST_HIDDEN;
    add(caller, found, at, hasCost);
    add(slot, found, at, hasCost);
  }
  const used = [...byId.values()].filter(({ row }) => row.lastAtMs >= 0);
  return { callers: used.map(withCost), slots: slots.map(withCost) };
}

/** A row that is added up: its cost so far, and what its additions lost. */
interface Adding<Row extends UsageSums> {
  row: Row;
  cost: number;
  lost: number;
}

function add(to: Adding<UsageSums>, found: Float64Array, at: number, hasCost: boolean): void {
  const { row } = to;
  row.tasks += found[at + 2] as number;
  row.turns += found[at + 3] as number;
  row.input += found[at + 4] as number;
  row.output += found[at + 5] as number;
  row.cacheRead += found[at + 6] as number;
  row.cacheWrite5m += found[at + 7] as number;
  row.cacheWrite1h += found[at + 8] as number;
  row.reasoning += found[at + 9] as number;
  row.estimatedTurns += found[at + 12] as number;
  if (!hasCost) return;
  row.unpricedTurns += found[at + 11] as number;
  // As SQLite's `sum` adds (Kahan and Babuška), so that a figure is the same whichever way it is asked for.
  const value = found[at + 10] as number;
  const sum = to.cost + value;
  to.lost += Math.abs(to.cost) > Math.abs(value) ? to.cost - sum + value : value - sum + to.cost;
  to.cost = sum;
}

function withCost<Row extends UsageSums>({ row, cost, lost }: Adding<Row>): Row {
  row.costUsd = cost + lost;
  return row;
}

/** Each caller with nothing used yet, by row id. */
function callersById(reader: Reader): Map<number, Adding<CallerUsageRow>> {
  const sessions = new Map(reader.all<SessionFacts>(SESSIONS).map((session) => [session.id, session]));
  const byId = new Map<number, Adding<CallerUsageRow>>();
  for (const caller of reader.all<CallerFacts>(CALLERS)) {
    const session = sessions.get(caller.session);
    if (!session) continue;
    const row: CallerUsageRow = {
      session: caller.session,
      agent: session.agent,
      agentName: caller.agentName,
      model: caller.model,
      provider: caller.provider,
      tier: caller.tier,
      priceSource: caller.priceSource,
      firstAtMs: NEVER,
      lastAtMs: NEVER,
      workspace: session.workspace,
      account: caller.account ?? session.account,
      user: session.user,
      costShown: caller.costShown,
      ...noUsage(),
    };
    byId.set(caller.id, { row, cost: 0, lost: 0 });
  }
  return byId;
}

const NEVER = Number.NEGATIVE_INFINITY;

interface SessionFacts extends Pick<CallerUsageRow, 'agent' | 'workspace' | 'account' | 'user'> {
  id: number;
}

interface CallerFacts
  extends Pick<CallerUsageRow, 'session' | 'agentName' | 'model' | 'provider' | 'tier' | 'priceSource' | 'account'> {
  id: number;
  costShown: CostCode;
}

/** The time, the caller, then what there is of sums. */
const COLUMNS = 13;

const SLOTS = `
  SELECT slot, caller_id, tasks, turns, input_tokens, output_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens,
    reasoning_tokens, cost_usd, unpriced_turns, estimated_turns
  FROM caller_slots ORDER BY slot, caller_id`;

const CALLERS = `
  SELECT id, session_id AS session, agent_name AS agentName, model, provider, tier, price_source AS priceSource, account,
    cost_shown AS costShown
  FROM callers ORDER BY id`;

const SESSIONS = 'SELECT id, agent, workspace, account, user FROM sessions';
