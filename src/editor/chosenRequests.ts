import * as v from 'valibot';
import type { GridRequest } from '../engine/engineApi.ts';
import type { SpanView } from '../views/dashboardView.ts';
import type { PageMessage } from '../views/protocol.ts';
import {
  FIRST_COLUMNS,
  GRID_COLUMNS,
  GRID_LIMITS,
  type GridColumn,
  type GridLimit,
  type GridSort,
} from '../views/requestGridView.ts';
import { afterUsageWish, type ChosenUsage, parseChosenUsage } from './chosenUsage.ts';

/** What the Requests page was last asked to show. */
export interface ChosenRequests {
  /** Window and filters, as on Show Usage. */
  usage: ChosenUsage;
  search: string;
  limits: GridLimit[];
  sort: GridSort;
  columns: GridColumn[];
  /** Whether what there is to filter by is folded out. */
  withPickers: boolean;
}

/** Where the reader is in the list. Not remembered. */
export interface GridPlace {
  from: number;
  count: number;
  isFollowing: boolean;
}

export const FIRST_PLACE: GridPlace = { from: 0, count: 100, isFollowing: true };

const FIRST: Omit<ChosenRequests, 'usage'> = {
  search: '',
  limits: [],
  sort: { by: 'at', isDescending: true },
  columns: [...FIRST_COLUMNS],
  withPickers: false,
};

const remembered = v.object({
  usage: v.unknown(),
  search: v.fallback(v.string(), FIRST.search),
  limits: v.fallback(v.array(v.picklist(GRID_LIMITS)), FIRST.limits),
  sort: v.fallback(v.object({ by: v.picklist(GRID_COLUMNS), isDescending: v.boolean() }), FIRST.sort),
  columns: v.fallback(v.array(v.picklist(GRID_COLUMNS)), FIRST.columns),
  withPickers: v.fallback(v.boolean(), FIRST.withPickers),
});

/** What was remembered over a reload; everything, newest first, for anything else. */
export function parseChosenRequests(stored: unknown): ChosenRequests {
  const parsed = v.safeParse(remembered, stored);
  if (!parsed.success) return { ...FIRST, usage: { ...parseChosenUsage(undefined), window: 'all' } };
  const { usage, columns, ...rest } = parsed.output;
  return { ...rest, columns: inOrder(columns), usage: parseChosenUsage(usage) };
}

/**
 * What is chosen after a wish.
 *
 * @param shown the window that the page shows
 */
export function afterGridWish(
  chosen: ChosenRequests,
  wish: PageMessage,
  shown: Pick<SpanView, 'sinceMs' | 'untilMs'> | undefined,
  now: { nowMs: number; timeZone: string },
): ChosenRequests {
  switch (wish.type) {
    case 'sort':
      return { ...chosen, sort: sortedBy(chosen.sort, wish.by) };
    case 'search':
      return { ...chosen, search: wish.text };
    case 'limit': {
      const rest = chosen.limits.filter((limit) => limit !== wish.limit);
      return { ...chosen, limits: wish.on ? [...rest, wish.limit] : rest };
    }
    case 'column': {
      const rest = chosen.columns.filter((column) => column !== wish.column);
      const columns = inOrder(wish.on ? [...rest, wish.column] : rest);
      return columns.length === 0 ? chosen : { ...chosen, columns };
    }
    case 'pickers':
      return { ...chosen, withPickers: wish.on };
    case 'clearFilter': {
      const usage = afterUsageWish(chosen.usage, wish, shown, now);
      return wish.by === undefined ? { ...chosen, usage, search: '', limits: [] } : { ...chosen, usage };
    }
    default: {
      const usage = afterUsageWish(chosen.usage, wish, shown, now);
      return usage === chosen.usage ? chosen : { ...chosen, usage };
    }
  }
}

/** What makes a list, as the engine is asked for it. */
export function gridQuestion({
  usage,
  ...rest
}: ChosenRequests): Omit<GridRequest, 'locale' | 'timeZone' | 'nowMs' | keyof GridPlace> {
  const { window, atMs, sinceMs, untilMs, wider, filters } = usage;
  return { ...rest, window, atMs, sinceMs, untilMs, isNarrowed: wider !== undefined, filters };
}

/** Figures begin with the most, names with the first letter; the same column again turns round. */
function sortedBy(sort: GridSort, by: GridColumn): GridSort {
  if (sort.by === by) return { by, isDescending: !sort.isDescending };
  const isName = ['agent', 'agentName', 'provider', 'model', 'session', 'workspace', 'account', 'user'].includes(by);
  return { by, isDescending: !isName };
}

const inOrder = (columns: readonly GridColumn[]): GridColumn[] =>
  GRID_COLUMNS.filter((column) => columns.includes(column));
