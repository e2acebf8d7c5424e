import { tzOffset } from '@date-fns/tz';

/** A window by name, or any span. */
export type CalendarWindow = 'day' | 'week' | 'month' | 'all' | 'custom';

/** Where a window begins and ends: `[sinceMs, untilMs)`. An absent edge is open. */
export interface WindowEdges {
  sinceMs?: number;
  untilMs?: number;
  /** When the window's figures begin anew. */
  resetAtMs?: number;
}

/** When weeks begin: on a weekday, at a time of a zone's clock. */
export interface WeekStart {
  /** 0 = Monday, 6 = Sunday. */
  weekday: number;
  /** Minutes since midnight, 0 to 1439. */
  minute: number;
  timeZone: string;
}

/** Monday 00:00 UTC, where nothing else is set. */
const MONDAY_UTC: WeekStart = { weekday: 0, minute: 0, timeZone: 'UTC' };

/**
 * The window that holds `nowMs`: days and months are those of the reader's zone, weeks begin as set, whatever that zone is.
 * Throws `RangeError` for a zone that is none.
 */
export function windowEdges(
  window: CalendarWindow,
  nowMs: number,
  timeZone: string,
  weekStart: WeekStart = MONDAY_UTC,
): WindowEdges {
  if (window === 'all' || window === 'custom') return {};
  const { sinceMs, untilMs } = spanAt(nowMs, window, timeZone, weekStart);
  return { sinceMs, untilMs, resetAtMs: untilMs };
}

/** The days from one to another, both included, as a window: `2026-11-16` to `2026-11-18`. `undefined` for days that are none, or none after the other. */
export function daysEdges(
  fromDay: string,
  toDay: string,
  timeZone: string,
): { sinceMs: number; untilMs: number } | undefined {
  const sinceMs = dayNamed(fromDay, timeZone)?.sinceMs;
  const untilMs = dayNamed(toDay, timeZone)?.untilMs;
  if (sinceMs === undefined || untilMs === undefined || untilMs <= sinceMs) return undefined;
  return { sinceMs, untilMs };
}

/** The day of a name in a zone: near its noon in UTC it is one of three. */
function dayNamed(day: string, timeZone: string): CalendarSpan | undefined {
  const noonMs = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T12:00:00Z`) : Number.NaN;
  if (Number.isNaN(noonMs)) return undefined;
  return [0, -DAY_MS, DAY_MS].map((away) => spanAt(noonMs + away, 'day', timeZone)).find(({ key }) => key === day);
}

/** The window of the same kind before or after one: the neighbouring day, week or month; of any other span, one as long. */
export function neighbourEdges(
  window: CalendarWindow,
  edges: { sinceMs: number; untilMs: number },
  direction: -1 | 1,
  timeZone: string,
  weekStart: WeekStart = MONDAY_UTC,
): { sinceMs: number; untilMs: number } {
  const { sinceMs, untilMs } = edges;
  if (window === 'day' || window === 'week' || window === 'month') {
    const next = spanAt(direction < 0 ? sinceMs - 1 : untilMs, window, timeZone, weekStart);
    return { sinceMs: next.sinceMs, untilMs: next.untilMs };
  }
  const lengthMs = untilMs - sinceMs;
  return { sinceMs: sinceMs + direction * lengthMs, untilMs: untilMs + direction * lengthMs };
}

export type SpanUnit = 'hour' | 'day' | 'week' | 'month';

/** One hour, day, week or month of a calendar, cut off where the window begins or ends. */
export interface CalendarSpan {
  /** `2026-11-16T14`, `2026-11-16` (also of a week: its first day, where the week's clock is), `2026-11` in the reader's zone. The second of two equal hours of a clock change ends in `b`. */
  key: string;
  sinceMs: number;
  untilMs: number;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/**
 * The hour, day, week or month that a time lies in. Weeks begin as set, on the clock of their own zone. A day begins when its date is read for the first time: one
 * whose clock is put back to the evening before goes on through that evening. From offsets alone, as what libraries say of such days
 * depends on the zone of the process.
 */
export function spanAt(
  atMs: number,
  unit: SpanUnit,
  timeZone: string,
  weekStart: WeekStart = MONDAY_UTC,
): CalendarSpan {
  checkZone(timeZone);
  if (unit === 'hour') {
    const offsetMs = offsetAt(atMs, timeZone);
    const hour = Math.floor((atMs + offsetMs) / HOUR_MS);
    const sinceMs = hour * HOUR_MS - offsetMs;
    return { key: isoAt(hour * HOUR_MS).slice(0, 13), sinceMs, untilMs: sinceMs + HOUR_MS };
  }
  if (unit === 'week') return weekAt(atMs, weekStart);
  const plain = unit === 'day' ? plainDayAt(atMs, timeZone) : undefined;
  if (plain) return plain;
  let day = dayAt(atMs, timeZone);
  while (beginningOf(day + 1, timeZone) <= atMs) day++;
  const date = isoAt(day * DAY_MS).slice(0, 10);
  if (unit === 'day')
    return { key: date, sinceMs: beginningOf(day, timeZone), untilMs: beginningOf(day + 1, timeZone) };
  const [year = 0, month = 1] = date.split('-').map(Number);
  const [first, next] = [Date.UTC(year, month - 1) / DAY_MS, Date.UTC(year, month) / DAY_MS];
  return { key: date.slice(0, 7), sinceMs: beginningOf(first, timeZone), untilMs: beginningOf(next, timeZone) };
}

/** The week that a time lies in: as long as its zone's clock makes it, an hour more or less where that changes. */
function weekAt(atMs: number, { weekday, minute, timeZone }: WeekStart): CalendarSpan {
  checkZone(timeZone);
  const startOf = (day: number): number => momentOf(day * DAY_MS + minute * MINUTE_MS, timeZone);
  const day = Math.floor((localAt(atMs, timeZone) - minute * MINUTE_MS) / DAY_MS);
  // 1 January 1970 was a Thursday.
  let first = day - ((((day + 3 - weekday) % 7) + 7) % 7);
  // A clock that is put back over the beginning shows the old week once more, and one that jumps over it the new one too early.
  if (startOf(first) > atMs) first -= 7;
  else if (startOf(first + 7) <= atMs) first += 7;
  return { key: isoAt(first * DAY_MS).slice(0, 10), sinceMs: startOf(first), untilMs: startOf(first + 7) };
}

/** The first moment at which a calendar of the zone shows a day or a later one; days are counted from 1 January 1970. */
const beginningOf = (day: number, timeZone: string): number => momentOf(day * DAY_MS, timeZone);

/**
 * The first moment at which a clock of the zone shows a time or a later one: where the time comes twice the earlier, where it is jumped over
 * the moment of the jump.
 *
 * @param localMs what the clock shows, as if that were UTC
 */
export function momentOf(localMs: number, timeZone: string): number {
  const offsets = new Set([-26, -14, 0, 14].map((hours) => offsetAt(localMs + hours * HOUR_MS, timeZone)));
  const moments = [...offsets].map((offset) => localMs - offset);
  const real = moments.filter((atMs) => localAt(atMs, timeZone) >= localMs && localAt(atMs - 1, timeZone) < localMs);
  if (real.length > 0) return Math.min(...real);
  // The clock jumps over it: at the minute at which it does.
  let [before, after] = [Math.min(...moments) - DAY_MS, Math.max(...moments) + DAY_MS];
  while (after - before > MINUTE_MS) {
    const middle = Math.floor((before + after) / 2 / MINUTE_MS) * MINUTE_MS;
    if (localAt(middle, timeZone) >= localMs) after = middle;
    else before = middle;
  }
  return after;
}

/** What a clock of the zone shows, as if that were UTC. */
export const localAt = (atMs: number, timeZone: string): number => atMs + offsetAt(atMs, timeZone);

const dayAt = (atMs: number, timeZone: string): number => Math.floor(localAt(atMs, timeZone) / DAY_MS);

const isoAt = (atMs: number): string => new Date(atMs).toISOString();

/** A day on which no clock changes, which is most of them: 24 hours by one offset. `undefined` for the others. */
function plainDayAt(atMs: number, timeZone: string): CalendarSpan | undefined {
  const offsetMs = offsetAt(atMs, timeZone);
  const sinceMs = Math.floor((atMs + offsetMs) / DAY_MS) * DAY_MS - offsetMs;
  const untilMs = sinceMs + DAY_MS;
  // A clock changes once a day at most. One that is put back around midnight has it twice: so the hours around the day count too.
  const edges = [sinceMs - 3 * HOUR_MS, sinceMs, untilMs, untilMs + 3 * HOUR_MS];
  if (edges.some((edgeMs) => offsetAt(edgeMs, timeZone) !== offsetMs)) return undefined;
  return { key: isoAt(sinceMs + offsetMs).slice(0, 10), sinceMs, untilMs };
}

const offsetAt = (atMs: number, timeZone: string): number =>
  timeZone === 'UTC' ? 0 : tzOffset(timeZone, new Date(atMs)) * MINUTE_MS;

/** All spans of `[sinceMs, untilMs)`, ascending and without gaps; the first and the last are cut off at the edges. */
export function spansOf(
  sinceMs: number,
  untilMs: number,
  unit: SpanUnit,
  timeZone: string,
  weekStart: WeekStart = MONDAY_UTC,
): CalendarSpan[] {
  const spans: CalendarSpan[] = [];
  for (let atMs = sinceMs; atMs < untilMs; ) {
    const span = spanAt(atMs, unit, timeZone, weekStart);
    const before = spans.at(-1);
    const key = before?.key === span.key ? `${span.key}b` : span.key;
    spans.push({ key, sinceMs: Math.max(span.sinceMs, atMs), untilMs: Math.min(span.untilMs, untilMs) });
    atMs = span.untilMs > atMs ? span.untilMs : atMs + MINUTE_MS;
  }
  return spans;
}

/** Zones that were asked for: checking a name costs more than all that is done with it, the first one 18 ms of a process's life. */
const zones = new Set<string>(['UTC']);
const MOST_ZONES = 100;

/** Throws `RangeError` for a zone that is none; offsets of such a one would be no numbers. */
export function checkZone(timeZone: string): void {
  if (zones.has(timeZone)) return;
  new Intl.DateTimeFormat('en', { timeZone });
  if (zones.size >= MOST_ZONES) zones.clear();
  zones.add(timeZone);
}
