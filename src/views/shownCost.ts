import type { ThreadUse } from '../queries/threadUse.ts';
import type { AttributionView } from './attributionView.ts';
import { type CostOfPicture, costLabel, costWords } from './costShown.ts';
import type { CostTiersView, DashboardView, DaysView, ItemsView, TableView } from './dashboardView.ts';
import { cellWidth } from './requestGrid.ts';
import type { GridRow, RequestGridView } from './requestGridView.ts';
import { t } from './text.ts';

/** The page with costs as they are wished for. */
export function dashboardWithCost(view: DashboardView, cost: CostOfPicture = 'list'): DashboardView {
  if (cost === 'list') return view;
  const tables = (list: readonly TableView[]): TableView[] => list.map((table) => tableWithCost(table, cost));
  const isOff = cost === 'off';
  const rename = <Named extends { label: string; isCost?: boolean; detail?: string }>(all: readonly Named[]): Named[] =>
    all
      .filter((each) => !isOff || !each.isCost)
      .map((each) => (each.isCost && each.label === t('Cost') ? { ...each, label: costLabel(cost) } : each));
  const { donut, table } = view.providers;
  return {
    ...view,
    days: daysWithCost(view.days, cost),
    trend: { ...view.trend, days: daysWithCost(view.trend.days, cost) },
    costTiers: isOff ? undefined : tiersWithCost(view.costTiers, cost),
    cards: rename(view.cards),
    facts: rename(view.facts).map((fact) => (fact.isCost ? factWithCost(fact, cost) : fact)),
    byAgent: tableWithCost(view.byAgent, cost),
    byModel: tableWithCost(view.byModel, cost),
    providers: isOff
      ? {
          donut: { ...donut, slices: [], total: '', caption: '', text: '', costTitle: undefined },
          table: { ...tableWithCost(table, cost), rows: [] },
        }
      : {
          donut: { ...donut, caption: donut.caption === t('at API list price') ? costLabel(cost) : donut.caption },
          table: { ...tableWithCost(table, cost), caption: providersLabel(cost) },
        },
    breakdowns: tables(view.breakdowns),
    items: itemsWithCost(view.items, cost),
    costRing: isOff ? undefined : view.costRing && { ...view.costRing, label: costWords(view.costRing.label, cost) },
  };
}

function daysWithCost(days: DaysView, cost: CostOfPicture): DaysView {
  if (cost !== 'off') return { ...days, costTiers: tiersWithCost(days.costTiers, cost) };
  return { ...days, costTiers: undefined, bars: days.bars.map((bar) => ({ ...bar, costTier: undefined })) };
}

const tiersWithCost = (tiers: CostTiersView | undefined, cost: CostOfPicture): CostTiersView | undefined =>
  tiers && { ...tiers, caption: costWords(tiers.caption, cost) };

const providersLabel = (cost: CostOfPicture): string =>
  cost === 'mixed' ? t('Cost per provider, partly API-equivalent') : t('API-equivalent per provider');

/** Every figure of money bears the word in its name. */
function factWithCost(fact: DashboardView['facts'][number], cost: CostOfPicture): DashboardView['facts'][number] {
  if (fact.label !== costLabel(cost)) return { ...fact, label: costWords(fact.label, cost) };
  if (fact.detail !== t('at API list price')) return fact;
  return {
    ...fact,
    detail: cost === 'mixed' ? t('partly what the API would have cost') : t('what the API would have cost'),
  };
}

export function itemsWithCost(items: ItemsView, cost: CostOfPicture = 'list'): ItemsView {
  return items.table ? { ...items, table: tableWithCost(items.table, cost) } : items;
}

function tableWithCost(table: TableView, cost: CostOfPicture): TableView {
  const at = table.columns.findIndex(({ key }) => key === 'cost');
  if (cost === 'off' && at < 0) return { ...table, costTitle: undefined };
  if (at < 0 || cost === 'list') return table;
  if (cost !== 'off')
    return {
      ...table,
      columns: table.columns.map((each, i) => (i === at ? { ...each, label: costLabel(cost) } : each)),
    };
  return {
    ...table,
    columns: table.columns.toSpliced(at, 1),
    costTitle: undefined,
    rows: table.rows.map((row) => ({
      ...row,
      costTitle: undefined,
      costTier: undefined,
      cells: row.cells.toSpliced(at, 1),
    })),
  };
}

/** The same for the grid of requests. */
export function gridWithCost(view: RequestGridView, cost: CostOfPicture = 'list'): RequestGridView {
  if (cost === 'list') return view;
  const rename = <Named extends { key: string; label: string }>(all: readonly Named[]): Named[] =>
    all.map((each) => (each.key === 'cost' ? { ...each, label: costLabel(cost) } : each));
  const at = view.columns.findIndex(({ key }) => key === 'cost');
  if (cost !== 'off') {
    const isMixed = cost === 'mixed' && at >= 0;
    const columns = rename(view.columns).map((each, i) => {
      if (i !== at) return each;
      const label = isMixed ? t('Cost, {0} API-equivalent', EQUIVALENT_MARK) : each.label;
      return { ...each, label, width: Math.max(each.width, cellWidth(label)) };
    });
    const rows = isMixed ? view.rows.map((row) => rowWithMark(row, at)) : view.rows;
    return { ...view, columns, columnChoices: rename(view.columnChoices), rows };
  }
  return {
    ...view,
    limits: view.limits.filter(({ key }) => key !== 'unpriced'),
    columns: view.columns.filter(({ key }) => key !== 'cost'),
    columnChoices: view.columnChoices.filter(({ key }) => key !== 'cost'),
    rows: view.rows.map((row) => ({
      ...row,
      costNote: undefined,
      cells: at < 0 ? row.cells : row.cells.toSpliced(at, 1),
    })),
  };
}

/** Behind a cost in a place that has no room for words. */
const EQUIVALENT_MARK = '*';

/** Where requests of both kinds stand in one column, each says which it is. */
const rowWithMark = (row: GridRow, at: number): GridRow =>
  row.isEquivalent ? { ...row, cells: row.cells.with(at, `${row.cells[at]}${EQUIVALENT_MARK}`) } : row;

/** The same for what consumed the tokens. */
export function attributionWithCost(view: AttributionView, cost: CostOfPicture = 'list'): AttributionView {
  if (cost === 'off')
    return { ...view, costTitle: undefined, columns: view.columns.filter(({ key }) => key !== 'cost') };
  return {
    ...view,
    columns: view.columns.map((column) => (column.key === 'cost' ? { ...column, label: costLabel(cost) } : column)),
  };
}

/** What consumed the tokens of a thread, as if nothing of it had a price. */
export function useWithoutCost(use: ThreadUse): ThreadUse {
  return {
    ...use,
    items: use.items.map((item) => ({ ...item, costUsd: null })),
    inFlight: use.inFlight.map((row) => ({ ...row, costUsd: null })),
    events: use.events.map((event) => ('extraUsd' in event ? { ...event, extraUsd: undefined } : event)),
  };
}
