import { localAt, momentOf, spanAt, type WeekStart } from './calendar.ts';

/** How long a limit runs. `5h`: a window that begins with a request. */
export const LIMIT_PERIODS = ['5h', 'day', 'week', 'month'] as const;
export type LimitPeriod = (typeof LIMIT_PERIODS)[number];

/** When figures begin anew: weeks on a weekday, months on a day, days at the time. */
export interface UsageReset extends WeekStart {
  /** 1 to 31; in a shorter month its last day. */
  monthDay: number;
}

/** `[sinceMs, untilMs)` */
export interface LimitSpan {
  sinceMs: number;
  untilMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** The length of a window that begins with a request. */
export const ROLLING_MS = 5 * HOUR_MS;

/** The day, week or month of a limit that a time lies in, on the clock of its zone. Throws `RangeError` for a zone that is none. */
export function limitSpan(period: Exclude<LimitPeriod, '5h'>, atMs: number, reset: UsageReset): LimitSpan {
  if (period === 'week') {
    const { sinceMs, untilMs } = spanAt(atMs, 'week', reset.timeZone, reset);
    return { sinceMs, untilMs };
  }
  const localMs = localAt(atMs, reset.timeZone) - reset.minute * MINUTE_MS;
  const number = period === 'day' ? Math.floor(localMs / DAY_MS) : monthNumber(localMs, reset.monthDay);
  const startOf = (n: number): number => {
    const day = period === 'day' ? n : monthStart(n, reset.monthDay);
    return momentOf(day * DAY_MS + reset.minute * MINUTE_MS, reset.timeZone);
  };
  // Around a change of the clock the same time is shown twice, or never.
  let first = number;
  while (startOf(first) > atMs) first--;
  while (startOf(first + 1) <= atMs) first++;
  return { sinceMs: startOf(first), untilMs: startOf(first + 1) };
}

/** Months since January 1970 of the one that began last. */
function monthNumber(localMs: number, monthDay: number): number {
  const date = new Date(localMs);
  const number = (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
  return monthStart(number, monthDay) * DAY_MS <= localMs ? number : number - 1;
}

/** The day on which a month of a limit begins, in days since 1 January 1970. */
function monthStart(number: number, monthDay: number): number {
  const lastDay = new Date(Date.UTC(1970, number + 1, 0)).getUTCDate();
  return Date.UTC(1970, number, Math.min(monthDay, lastDay)) / DAY_MS;
}

/**
 * The window of five hours that a time lies in: it begins with the first request after the one before has ended. `undefined` when none is
 * under way. Providers say no more of it; some round the end to the hour or to ten minutes, which only they know.
 *
 * @param times of the requests, ascending; the first one begins a window
 */
export function rollingSpan(times: readonly number[], nowMs: number): LimitSpan | undefined {
  let sinceMs: number | undefined;
  for (const atMs of times) {
    if (atMs > nowMs) break;
    if (sinceMs === undefined || atMs >= sinceMs + ROLLING_MS) sinceMs = atMs;
  }
  if (sinceMs === undefined || nowMs >= sinceMs + ROLLING_MS) return undefined;
  return { sinceMs, untilMs: sinceMs + ROLLING_MS };
}
