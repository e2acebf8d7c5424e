import * as v from 'valibot';
import { daysEdges, neighbourEdges, type WeekStart } from '../queries/calendar.ts';
import type { UsageFilters } from '../queries/usageWindow.ts';
import { SCOPES, type Scope, type SpanView, type TrendUnit } from '../views/dashboardView.ts';
import { toggleFilter, withoutFilter } from '../views/filterChips.ts';
import type { PageMessage } from '../views/protocol.ts';
import type { WindowName } from '../views/usageReport.ts';

/** A window of time as it was chosen. */
interface ChosenWindow {
  window: WindowName;
  /** A time in the day, week or month that is shown; without it the one of now is followed. */
  atMs?: number;
  /** Edges of a custom window. */
  sinceMs?: number;
  untilMs?: number;
}

/** What the Show Usage page was last asked to show. */
export interface ChosenUsage extends ChosenWindow {
  /** What the window was narrowed from. */
  wider?: ChosenWindow;
  compare: boolean;
  /** Whose usage; that of this machine without. */
  scope?: Scope;
  trend: TrendUnit;
  filters: UsageFilters;
}

const optional = <Schema extends v.GenericSchema>(schema: Schema) => v.fallback(v.optional(schema), undefined);
const time = v.pipe(v.number(), v.minValue(-8.64e15), v.maxValue(8.64e15));
const windowEntries = {
  window: v.fallback(v.picklist(['day', 'week', 'month', 'all', 'custom']), 'week'),
  atMs: optional(time),
  sinceMs: optional(time),
  untilMs: optional(time),
};
const filters = v.object({
  agents: optional(v.array(v.string())),
  agentName: optional(v.string()),
  provider: optional(v.string()),
  model: optional(v.string()),
  workspace: optional(v.string()),
  session: optional(v.string()),
  account: optional(v.string()),
  user: optional(v.string()),
  usedKind: optional(v.string()),
  usedItem: optional(v.object({ kind: v.string(), target: v.string() })),
});
const remembered = v.object({
  ...windowEntries,
  wider: optional(v.object(windowEntries)),
  compare: v.fallback(v.boolean(), false),
  scope: optional(v.picklist(SCOPES)),
  trend: v.fallback(v.picklist(['day', 'week', 'month']), 'day'),
  filters: v.fallback(filters, {}),
});

const FIRST: ChosenUsage = { window: 'week', compare: false, trend: 'day', filters: {} };

/** What was remembered over a reload; this week for anything else. */
export function parseChosenUsage(stored: unknown): ChosenUsage {
  const parsed = v.safeParse(remembered, stored);
  return parsed.success ? parsed.output : FIRST;
}

/** When something is chosen, and the calendar there. */
export interface ChosenAt {
  nowMs: number;
  timeZone: string;
  weekStart?: WeekStart;
}

/**
 * What is chosen after a wish. Another window keeps filters; a part of a window remembers what it is a part of.
 *
 * @param shown the window that the page shows; steps and custom windows begin there
 */
export function afterUsageWish(
  chosen: ChosenUsage,
  wish: PageMessage,
  shown: Pick<SpanView, 'sinceMs' | 'untilMs'> | undefined,
  now: ChosenAt,
): ChosenUsage {
  const { compare, scope, trend, filters, wider } = chosen;
  const kept = { compare, scope, trend, filters };
  switch (wish.type) {
    case 'window':
      return wish.name === 'custom' && shown
        ? { ...kept, window: 'custom', sinceMs: shown.sinceMs, untilMs: shown.untilMs }
        : { ...kept, window: wish.name };
    case 'goTo':
      return { ...kept, window: wish.window, atMs: wish.atMs };
    case 'step':
      return shown ? { ...kept, ...stepped(chosen, shown, wish.direction, now) } : chosen;
    case 'narrow': {
      const { sinceMs, untilMs } = wish;
      if (untilMs <= sinceMs) return chosen;
      return { ...kept, window: 'custom', sinceMs, untilMs, wider: wider ?? windowOf(chosen) };
    }
    case 'wider':
      return wider ? { ...kept, ...wider } : chosen;
    case 'days': {
      const edges = daysEdges(wish.from, wish.to, now.timeZone);
      return edges ? { ...kept, window: 'custom', ...edges } : chosen;
    }
    case 'compare':
      return { ...chosen, compare: wish.on };
    case 'scope':
      // Names are others elsewhere: a team may know them as hashes.
      return { ...chosen, scope: wish.scope === 'machine' ? undefined : wish.scope, filters: {} };
    case 'trend':
      return { ...chosen, trend: wish.unit };
    case 'filter': {
      const { by, value, of, under } = wish;
      return { ...chosen, filters: toggleFilter(filters, { by, value, of, under }) };
    }
    case 'clearFilter':
      return { ...chosen, filters: wish.by === undefined ? {} : withoutFilter(filters, wish.by) };
    default:
      return chosen;
  }
}

const windowOf = ({ window, atMs, sinceMs, untilMs }: ChosenWindow): ChosenWindow => ({
  window,
  atMs,
  sinceMs,
  untilMs,
});

/** The window of now is followed again when a step leads to it; there is none after it. */
function stepped(
  { window }: ChosenUsage,
  shown: Pick<SpanView, 'sinceMs' | 'untilMs'>,
  direction: -1 | 1,
  { nowMs, timeZone, weekStart }: ChosenAt,
): ChosenWindow {
  if (window === 'all') return { window };
  const edges = neighbourEdges(window, shown, direction, timeZone, weekStart);
  if (window === 'custom') return edges.sinceMs > nowMs ? { window, ...shownEdges(shown) } : { window, ...edges };
  return edges.untilMs > nowMs ? { window } : { window, atMs: edges.sinceMs };
}

const shownEdges = ({ sinceMs, untilMs }: Pick<SpanView, 'sinceMs' | 'untilMs'>) => ({ sinceMs, untilMs });
