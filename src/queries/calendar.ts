import { tz, tzOffset } from '@date-fns/tz';
import { addDays, addMonths, addWeeks, format, startOfDay, startOfISOWeek, startOfMonth } from 'date-fns';

/** A window by name, or any span. */
export type CalendarWindow = 'day' | 'week' | 'month' | 'all' | 'custom';

/** Where a window begins and ends: `[sinceMs, untilMs)`. An absent edge is open. */
export interface WindowEdges {
  sinceMs?: number;
  untilMs?: number;
  /** When the window's figures begin anew. */
  resetAtMs?: number;
}

/** The zone in which weeks begin, Monday 00:00. */
const WEEK_ZONE = 'UTC';

/**
 * The window that holds `nowMs`: days and months are those of the reader's zone, weeks begin Monday 00:00 UTC.
 * Throws `RangeError` for a zone that is none.
 */
export function windowEdges(window: CalendarWindow, nowMs: number, timeZone: string): WindowEdges {
  if (window === 'all' || window === 'custom') return {};
  if (window !== 'week') {
    const { sinceMs, untilMs } = spanAt(nowMs, window, timeZone);
    return { sinceMs, untilMs, resetAtMs: untilMs };
  }
  const zone = zoneOf(WEEK_ZONE);
  const start = startOfISOWeek(nowMs, zone);
  const untilMs = addWeeks(start, 1, zone).getTime();
  return { sinceMs: start.getTime(), untilMs, resetAtMs: untilMs };
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

const KEY_FORMAT: Record<SpanUnit, string> = {
  hour: "yyyy-MM-dd'T'HH",
  day: 'yyyy-MM-dd',
  week: 'yyyy-MM-dd',
  month: 'yyyy-MM',
};

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** The hour, day, week or month that a time lies in. */
export function spanAt(atMs: number, unit: SpanUnit, timeZone: string): CalendarSpan {
  const zone = zoneOf(timeZone);
  if (unit === 'hour') {
    // By offset: a calendar cannot tell the two equal hours of a clock change apart.
    const offsetMs = offsetAt(atMs, timeZone);
    const sinceMs = Math.floor((atMs + offsetMs) / HOUR_MS) * HOUR_MS - offsetMs;
    return { key: format(atMs, KEY_FORMAT.hour, zone), sinceMs, untilMs: sinceMs + HOUR_MS };
  }
  if (unit === 'week') {
    const sinceMs = startOfISOWeek(atMs, zoneOf(WEEK_ZONE)).getTime();
    return { key: new Date(sinceMs).toISOString().slice(0, 10), sinceMs, untilMs: sinceMs + 7 * DAY_MS };
  }
  const plain = unit === 'day' ? plainDayAt(atMs, timeZone) : undefined;
  if (plain) return plain;
  const [startOf, add] = unit === 'day' ? [startOfDay, addDays] : [startOfMonth, addMonths];
  const start = startOf(atMs, zone);
  // Where the clock change falls on midnight, the next day begins later than 00:00.
  const next = startOf(add(start, 1, zone), zone);
  return { key: format(start, KEY_FORMAT[unit], zone), sinceMs: start.getTime(), untilMs: next.getTime() };
}

/** A day on which no clock changes, which is most of them: 24 hours by one offset. `undefined` for the others. */
function plainDayAt(atMs: number, timeZone: string): CalendarSpan | undefined {
  const offsetMs = offsetAt(atMs, timeZone);
  const sinceMs = Math.floor((atMs + offsetMs) / DAY_MS) * DAY_MS - offsetMs;
  const untilMs = sinceMs + DAY_MS;
  // A clock changes once a day at most. One that is put back around midnight has it twice: so the hours around the day count too.
  const edges = [sinceMs - 3 * HOUR_MS, sinceMs, untilMs, untilMs + 3 * HOUR_MS];
  if (edges.some((edgeMs) => offsetAt(edgeMs, timeZone) !== offsetMs)) return undefined;
  const year = new Date(sinceMs + offsetMs).getUTCFullYear();
  if (!(year >= 1000 && year <= 9999)) return undefined;
  return { key: new Date(sinceMs + offsetMs).toISOString().slice(0, 10), sinceMs, untilMs };
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

type Zone = { in: ReturnType<typeof tz> };

/** Zones that were asked for: checking a name costs more than all that is done with it. */
const zones = new Map<string, Zone>();
const MOST_ZONES = 100;

function zoneOf(timeZone: string): Zone {
  let zone = zones.get(timeZone);
  if (!zone) {
    // Throws for a zone that is none; TZDate would go on with an invalid date.
    new Intl.DateTimeFormat('en', { timeZone });
    if (zones.size >= MOST_ZONES) zones.clear();
    zone = { in: tz(timeZone) };
    zones.set(timeZone, zone);
  }
  return zone;
}
