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
  const slots: UsageBySlotRow[] = [];
  const costs = new Map<UsageSums, Sum>();
  const add = (sums: UsageSums, found: Float64Array, at: number, hasCost: boolean): void => {
    sums.tasks += found[at + 2] as number;
    sums.turns += found[at + 3] as number;
    sums.input += found[at + 4] as number;
    sums.output += found[at + 5] as number;
    sums.cacheRead += found[at + 6] as number;
    sums.cacheWrite5m += found[at + 7] as number;
    sums.cacheWrite1h += found[at + 8] as number;
    sums.reasoning += found[at + 9] as number;
    sums.estimatedTurns += found[at + 12] as number;
    if (!hasCost) return;
    sums.unpricedTurns += found[at + 11] as number;
    let cost = costs.get(sums);
    if (!cost) {
      cost = { sum: 0, lost: 0 };
      costs.set(sums, cost);
    }
    addExactly(cost, found[at + 10] as number);
  };
  const found = reader.numbers(SLOTS);
  for (let at = 0; at < found.length; at += COLUMNS) {
    const atMs = (found[at] as number) * SLOT_MS;
    const caller = byId.get(found[at + 1] as number);
    if (!caller) throw new Error('a sum belongs to nobody');
    const hasCost = caller.costShown !== COST_HIDDEN;
    if (caller.lastAtMs < 0) caller.firstAtMs = atMs;
    caller.lastAtMs = atMs;
    add(caller, found, at, hasCost);
    let slot = slots.at(-1);
    if (slot?.atMs !== atMs) {
      slot = { atMs, ...noUsage() };
      slots.push(slot);
    }
    add(slot, found, at, hasCost);
  }
  for (const [sums, { sum, lost }] of costs) sums.costUsd = sum + lost;
  return { callers: [...byId.values()].filter(({ lastAtMs }) => lastAtMs >= 0), slots };
}

/** Each caller with nothing used yet, by row id. */
function callersById(reader: Reader): Map<number, CallerUsageRow> {
  const sessions = new Map(reader.all<SessionFacts>(SESSIONS).map((session) => [session.id, session]));
  const byId = new Map<number, CallerUsageRow>();
  for (const caller of reader.all<CallerFacts>(CALLERS)) {
    const session = sessions.get(caller.session);
    if (!session) continue;
    byId.set(caller.id, {
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
    });
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

/** A sum, and what its additions lost. */
interface Sum {
  sum: number;
  lost: number;
}

/** Adds as SQLite's `sum` does (Kahan and Babuška), so that a figure is the same whichever way it is asked for. */
function addExactly(to: Sum, value: number): void {
  const sum = to.sum + value;
  to.lost += Math.abs(to.sum) > Math.abs(value) ? to.sum - sum + value : value - sum + to.sum;
  to.sum = sum;
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
