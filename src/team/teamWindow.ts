import type { UsageWindow } from '../queries/usageWindow.ts';
import { SLOT_MS } from '../store/slot.ts';
import { SUMS } from './schemaTables.ts';

/** The month of dates that cannot be right: they are kept together. */
export const ODD_MONTH = '1970-01-01';
const FIRST_MS = Date.UTC(2020, 0);
const END_MS = Date.UTC(2040, 0);
const MOST_MS = 8.64e15;

const camel = (column: string): string => column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
/** Sums of rows of sums, by the columns of the tables. */
export const sumsOf = (table: string): string =>
  SUMS.map((column) => `sum(${table}.${column})::bigint AS ${column}`).join(', ');

/** The columns of sums, by the names of the views. */
export const NAMED_SUMS: string = SUMS.map((column) => `${column} AS "${camel(column)}"`).join(', ');

/** Sums of rows of sums, by the names of the views. */
export const SUMMED: string = SUMS.map((column) => `sum(${column})::bigint AS "${camel(column)}"`).join(', ');

/** The first quarter of an hour that begins at a time or after it. */
export const slotAt = (atMs: number): number => Math.min(Math.max(Math.ceil(atMs / SLOT_MS), -(2 ** 31)), 2 ** 31 - 1);

/**
 * The sums of a window, `parts`, and conditions over `callers c`, with their values. What nobody is told of (kinds, items) cannot be filtered
 * by.
 */
export function conditions(window: UsageWindow): {
  /** The sums of the window, as a subselect. */
  parts(): string;
  /** Conditions over `usage_slots u`. */
  slots(): string;
  callers: string;
  values: unknown[];
} {
  const values: unknown[] = [];
  const given = (value: unknown): string => `$${values.push(value)}`;
  const account = window.account === undefined ? 'true' : `u.account = ${given(window.account)}`;
  const callers: string[] = [];
  if (window.agents?.length) callers.push(`c.agent = ANY (${given([...window.agents])})`);
  if (window.agentName !== undefined) callers.push(`c.agent_name = ${given(window.agentName)}`);
  if (window.provider !== undefined) callers.push(`c.provider = ${given(window.provider)}`);
  if (window.model !== undefined) callers.push(`c.model = ${given(window.model)}`);
  if (window.workspace !== undefined) callers.push(`c.workspace = ${given(window.workspace)}`);
  if (window.user !== undefined) callers.push(`c.user_name = ${given(window.user)}`);
  if (window.session !== undefined) callers.push(`c.session::text = ${given(window.session.replace(/^.*:/, ''))}`);
  const columns = SUMS.map((column) => `u.${column}`).join(', ');
  const slotsOf = (sinceMs: number, untilMs: number): string =>
    `${account} AND u.slot >= ${given(slotAt(sinceMs))} AND u.slot < ${given(slotAt(untilMs))} AND ${monthsOf(sinceMs, untilMs, given)}`;
  // What was moved to another time leaves rows of nothing behind.
  const fromSlots = (sinceMs: number, untilMs: number): string =>
    `SELECT u.account, u.caller, u.slot, ${columns} FROM atm.usage_slots u WHERE u.turns > 0 AND ${slotsOf(sinceMs, untilMs)}`;
  const fromMonths = (where: string): string =>
    `SELECT u.account, u.caller, (extract(epoch FROM u.month) / 900)::int AS slot, ${columns}
    FROM atm.usage_months u WHERE u.turns > 0 AND ${account} AND ${where}`;
  const { sinceMs = -MOST_MS, untilMs = MOST_MS } = window;
  return {
    values,
    callers: callers.join(' AND ') || 'true',
    slots: () => slotsOf(sinceMs, untilMs),
    parts() {
      if (sinceMs === -MOST_MS && untilMs === MOST_MS) return fromMonths('true');
      // Months of dates that can be right, whole ones.
      const first = sinceMs <= FIRST_MS ? FIRST_MS : nextMonthAt(sinceMs);
      const end = untilMs >= END_MS ? END_MS : monthAt(untilMs);
      if (first >= end) return fromSlots(sinceMs, untilMs);
      const whole = fromMonths(`u.month >= ${given(dateOf(first))}::date AND u.month < ${given(dateOf(end))}::date`);
      return [whole, fromSlots(sinceMs, first), fromSlots(end, untilMs)].join(' UNION ALL ');
    },
  };
}

/** The months in which the requests of a span are kept. Dates that cannot be right have one of their own. */
function monthsOf(sinceMs: number, untilMs: number, given: (value: unknown) => string): string {
  const [from, to] = [Math.min(Math.max(sinceMs, FIRST_MS), END_MS), Math.min(Math.max(untilMs, FIRST_MS), END_MS)];
  const isOdd = sinceMs < FIRST_MS || untilMs > END_MS;
  return `(u.month BETWEEN ${given(dateOf(monthAt(from)))}::date AND ${given(dateOf(to))}::date${isOdd ? ` OR u.month = '${ODD_MONTH}'` : ''})`;
}

/** The first day of the month (UTC) of a time. */
const monthAt = (atMs: number): number => {
  const date = new Date(atMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
};
/** The first that begins at a time or after it. */
const nextMonthAt = (atMs: number): number => {
  const date = new Date(atMs);
  const begin = monthAt(atMs);
  return begin === atMs ? begin : Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
};
const dateOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);

/** The month in which a request is stored: that of `atm.month_of`. */
export const storedMonth = (atMs: number): string =>
  atMs >= FIRST_MS && atMs < END_MS ? dateOf(monthAt(atMs)) : ODD_MONTH;
