import { neighbourEdges, type SpanUnit, spanAt, spansOf, type WeekStart } from '../queries/calendar.ts';
import type { HistoryTimes } from '../queries/coverage.ts';
import { usedSpans } from '../queries/sumSpans.ts';
import type { UsageBySlotRow } from '../queries/usageBySlot.ts';
import type { CubeUsage, UsageCube } from '../queries/usageCube.ts';
import { totalUsage, type UsageTotalsRow } from '../queries/usageTotals.ts';
import type { UsageWindow } from '../queries/usageWindow.ts';
import type { DashboardInput } from '../views/dashboard.ts';
import type { DayUnit } from '../views/days.ts';
import type { SummarySpan } from '../views/summaryCards.ts';
import type { DashboardRequest } from './engineApi.ts';

/** A window that spans more than this is drawn by month, one of no more than two days by hour. */
const DAYS_BY_DAY = 120;
const DAYS_BY_HOUR = 2.2;
/** A window of everything that spans more than this shows only the months that have requests. */
const DAYS_WITH_GAPS_FILLED = 20 * 366;
/** How far back the trends go. */
const TREND_LENGTH = { day: 30, week: 26, month: 24 } as const;
const TREND_DAYS = { day: 1, week: 7, month: 30.5 } as const;

const DAY_MS = 86_400_000;

/** The window that is asked for. */
export interface Shown {
  /** What is summed: without edges for everything. */
  window: UsageWindow;
  /** Where the picture begins and ends. */
  sinceMs: number;
  untilMs: number;
  isCurrent: boolean;
}

/** What was used in all, with its sessions. */
export const totalsOf = ({ used, sessions }: CubeUsage): UsageTotalsRow => ({ ...totalUsage(used), sessions });

/** The window that a request names, as far as anything is known of it. */
export function shownWindow(
  request: Pick<DashboardRequest, 'nowMs' | 'timeZone' | 'window' | 'filters' | 'sinceMs' | 'untilMs' | 'atMs'>,
  known: HistoryTimes,
  weekStart: WeekStart,
): Shown {
  const { nowMs, timeZone, window: name, filters } = request;
  const of = (sinceMs: number, untilMs: number): Shown => ({
    window: { ...filters, sinceMs, untilMs },
    sinceMs,
    untilMs,
    isCurrent: sinceMs <= nowMs && nowMs < untilMs,
  });
  if (name === 'all') {
    const firstMs = Math.min(known.firstAtMs ?? nowMs, nowMs);
    return { ...of(firstMs, Math.max(nowMs, known.lastAtMs ?? nowMs) + 1), window: { ...filters } };
  }
  if (name === 'custom') {
    const { sinceMs, untilMs } = request;
    if (sinceMs !== undefined && untilMs !== undefined && sinceMs < untilMs) return of(sinceMs, untilMs);
  }
  const span = spanAt(request.atMs ?? nowMs, name === 'custom' ? 'week' : name, timeZone, weekStart);
  return of(span.sinceMs, span.untilMs);
}

/** What a page says of its window, and where it can go from there. */
export function windowFacts(
  { window: name, timeZone, nowMs, isNarrowed }: Pick<DashboardRequest, 'window' | 'timeZone' | 'nowMs' | 'isNarrowed'>,
  { sinceMs, untilMs, isCurrent }: Shown,
): DashboardInput['window'] {
  const day = (atMs: number): string => spanAt(atMs, 'day', timeZone).key;
  return {
    name,
    sinceMs,
    untilMs,
    fromDay: day(sinceMs),
    toDay: day(untilMs - 1),
    resetAtMs: isCurrent && name !== 'custom' && name !== 'all' ? untilMs : undefined,
    isCurrent: isCurrent && name !== 'custom',
    hasNext: name !== 'all' && untilMs <= nowMs,
    isNarrowed: isNarrowed === true,
  };
}

/** In which spans a window of some length is drawn. */
export function unitOf(name: DashboardRequest['window'], lengthMs: number): DayUnit & SpanUnit {
  if (name === 'day') return 'hour';
  if (name === 'week' || name === 'month') return 'day';
  if (lengthMs <= DAYS_BY_HOUR * DAY_MS) return 'hour';
  return lengthMs > DAYS_BY_DAY * DAY_MS ? 'month' : 'day';
}

/** What is drawn of the window. @param from `slots`: what was used in each quarter of an hour that has requests */
export function windowSpans(
  { cube, slots }: { cube: UsageCube; slots(window: UsageWindow): UsageBySlotRow[] },
  { window, sinceMs, untilMs }: Shown,
  unit: SpanUnit,
  { timeZone, filters }: DashboardRequest,
): DashboardInput['spans'] {
  // A record with a wrong date must not make thousands of empty bars.
  if (untilMs - sinceMs >= DAYS_WITH_GAPS_FILLED * DAY_MS) return usedSpans(slots(window), unit, timeZone);
  return cube.spans(spansOf(sinceMs, untilMs, unit, timeZone), filters);
}

/** The window before: its sums up to the same point while the shown one is under way, its spans as a whole. */
export function windowBefore(
  cube: UsageCube,
  { window: name, nowMs, timeZone, filters }: DashboardRequest,
  shown: Shown,
  unit: SpanUnit,
  weekStart: WeekStart,
): DashboardInput['before'] {
  const edges = neighbourEdges(name, shown, -1, timeZone, weekStart);
  const untilMs = shown.isCurrent ? Math.min(edges.untilMs, edges.sinceMs + (nowMs - shown.sinceMs)) : edges.untilMs;
  return {
    sinceMs: edges.sinceMs,
    untilMs,
    wholeUntilMs: edges.untilMs,
    totals: totalsOf(cube.usage({ ...filters, sinceMs: edges.sinceMs, untilMs })),
    spans: cube.spans(spansOf(edges.sinceMs, edges.untilMs, unit, timeZone), filters),
  };
}

/** Today, this week and this month, and the spans before them up to the same point. */
export function summarySpans(
  cube: UsageCube,
  { nowMs, timeZone, filters }: DashboardRequest,
  weekStart: WeekStart,
): (Pick<SummarySpan, 'name' | 'sinceMs'> & { now: CubeUsage; before: CubeUsage })[] {
  return (['day', 'week', 'month'] as const).map((name) => {
    const { sinceMs, untilMs } = spanAt(nowMs, name, timeZone, weekStart);
    const last = spanAt(sinceMs - 1, name, timeZone, weekStart);
    const cutMs = Math.min(last.untilMs, last.sinceMs + (nowMs - sinceMs));
    return {
      name,
      sinceMs,
      now: cube.usage({ ...filters, sinceMs, untilMs }),
      before: cube.usage({ ...filters, sinceMs: last.sinceMs, untilMs: cutMs }),
    };
  });
}

/** The last days, weeks or months up to now. */
export function trendSpans(
  cube: UsageCube,
  { nowMs, timeZone, filters }: DashboardRequest,
  unit: keyof typeof TREND_LENGTH,
  weekStart: WeekStart,
): DashboardInput['spans'] {
  const last = spanAt(nowMs, unit, timeZone, weekStart);
  const firstMs = last.sinceMs - (TREND_LENGTH[unit] - 1.5) * TREND_DAYS[unit] * DAY_MS;
  const { sinceMs } = spanAt(firstMs, unit, timeZone, weekStart);
  return cube.spans(spansOf(sinceMs, last.untilMs, unit, timeZone, weekStart), filters);
}
