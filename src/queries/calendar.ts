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

/**
 * The window that holds `nowMs`: days and months are those of the reader's zone, weeks begin Monday 00:00 UTC.
 * Throws `RangeError` for a zone that is none.
 */
export function windowEdges(window: CalendarWindow, nowMs: number, timeZone: string): WindowEdges {
  if (window === 'all' || window === 'custom') return {};
  const { sinceMs, untilMs } = spanAt(nowMs, window, timeZone);
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
): { sinceMs: number; untilMs: number } {
  const { sinceMs, untilMs } = edges;
  if (window === 'day' || window === 'week' || window === 'month') {
    const next = spanAt(direction < 0 ? sinceMs - 1 : untilMs, window, timeZone);
    return { sinceMs: next.sinceMs, untilMs: next.untilMs };
  }
  const lengthMs = untilMs - sinceMs;
  return { sinceMs: sinceMs + direction * lengthMs, untilMs: untilMs + direction * lengthMs };
}

export type SpanUnit = 'hour' | 'day' | 'week' | 'month';

/** One hour, day, week or month of a calendar, cut off where the window begins or ends. */
export interface CalendarSpan {
  /** `2026-11-16T14`, `2026-11-16` (also of a week: its first day, UTC), `2026-11` in the reader's zone. The second of two equal hours of a clock change ends in `b`. */
  key: string;
  sinceMs: number;
  untilMs: number;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/**
 * The hour, day, week or month that a time lies in. Weeks begin Monday 00:00 UTC. A day begins when its date is read for the first time: one
 * whose clock is put back to the evening before goes on through that evening. From offsets alone, as what libraries say of such days
 * depends on the zone of the process.
 */
export function spanAt(atMs: number, unit: SpanUnit, timeZone: string): CalendarSpan {
  checkZone(timeZone);
  if (unit === 'hour') {
    const offsetMs = offsetAt(atMs, timeZone);
    const hour = Math.floor((atMs + offsetMs) / HOUR_MS);
    const sinceMs = hour * HOUR_MS - offsetMs;
    return { key: isoAt(hour * HOUR_MS).slice(0, 13), sinceMs, untilMs: sinceMs + HOUR_MS };
  }
  if (unit === 'week') {
    const day = Math.floor(atMs / DAY_MS);
    // 1 January 1970 was a Thursday.
    const sinceMs = (day - ((((day + 3) % 7) + 7) % 7)) * DAY_MS;
    return { key: isoAt(sinceMs).slice(0, 10), sinceMs, untilMs: sinceMs + 7 * DAY_MS };
  }
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

/** The first moment at which a calendar of the zone shows a day or a later one; days are counted from 1 January 1970. */
function beginningOf(day: number, timeZone: string): number {
  const midnight = day * DAY_MS;
  const offsets = new Set([-26, -14, 0, 14].map((hours) => offsetAt(midnight + hours * HOUR_MS, timeZone)));
  const midnights = [...offsets].map((offset) => midnight - offset);
  const real = midnights.filter((atMs) => dayAt(atMs, timeZone) >= day && dayAt(atMs - 1, timeZone) < day);
  if (real.length > 0) return Math.min(...real);
  // The clock jumps over midnight: at the minute at which it does.
  let [before, after] = [Math.min(...midnights) - DAY_MS, Math.max(...midnights) + DAY_MS];
  while (after - before > MINUTE_MS) {
    const middle = Math.floor((before + after) / 2 / MINUTE_MS) * MINUTE_MS;
    if (dayAt(middle, timeZone) >= day) after = middle;
    else before = middle;
  }
  return after;
}

const dayAt = (atMs: number, timeZone: string): number => Math.floor((atMs + offsetAt(atMs, timeZone)) / DAY_MS);

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

const offsetAt = (atMs: number, timeZone: string): number => tzOffset(timeZone, new Date(atMs)) * MINUTE_MS;

/** All spans of `[sinceMs, untilMs)`, ascending and without gaps; the first and the last are cut off at the edges. */
export function spansOf(sinceMs: number, untilMs: number, unit: SpanUnit, timeZone: string): CalendarSpan[] {
  const spans: CalendarSpan[] = [];
  for (let atMs = sinceMs; atMs < untilMs; ) {
    const span = spanAt(atMs, unit, timeZone);
    const before = spans.at(-1);
    const key = before?.key === span.key ? `${span.key}b` : span.key;
    spans.push({ key, sinceMs: Math.max(span.sinceMs, atMs), untilMs: Math.min(span.untilMs, untilMs) });
    atMs = Math.max(span.untilMs, atMs + MINUTE_MS);
  }
  return spans;
}

/** Zones that were asked for: checking a name costs more than all that is done with it. */
const zones = new Set<string>();
const MOST_ZONES = 100;

/** Throws `RangeError` for a zone that is none; offsets of such a one would be no numbers. */
function checkZone(timeZone: string): void {
  if (zones.has(timeZone)) return;
  new Intl.DateTimeFormat('en', { timeZone });
  if (zones.size >= MOST_ZONES) zones.clear();
  zones.add(timeZone);
}
