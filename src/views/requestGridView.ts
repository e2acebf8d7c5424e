import type { Choice } from './attributionView.ts';
import type { DashboardView, FilterChip, FilterChoice, FilterKey } from './dashboardView.ts';

/** The columns of the grid, in their order. */
export const GRID_COLUMNS = [
  'at',
  'agent',
  'agentName',
  'provider',
  'model',
  'prompt',
  'input',
  'cacheRead',
  'cacheWrite',
  'output',
  'reasoning',
  'total',
  'cost',
  'session',
  'workspace',
  'account',
  'user',
] as const;
export type GridColumn = (typeof GRID_COLUMNS)[number];

/** Those that stand there until others are chosen. */
export const FIRST_COLUMNS: readonly GridColumn[] = [
  'at',
  'agent',
  'provider',
  'model',
  'prompt',
  'output',
  'total',
  'cost',
  'session',
];

export interface GridSort {
  by: GridColumn;
  isDescending: boolean;
}

/** What else than names and times a list is narrowed to. */
export const GRID_LIMITS = ['estimated', 'unpriced'] as const;
export type GridLimit = (typeof GRID_LIMITS)[number];

/** How the grid is exported. */
export const EXPORT_FORMATS = ['csv', 'json'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** The Requests page: a whole picture of the rows around the place that is looked at, formatted. */
export interface RequestGridView extends Pick<DashboardView, 'state' | 'notice' | 'windows' | 'span' | 'period'> {
  chips: FilterChip[];
  /** Every filter with what there is to choose in the window; absent while they are folded in. */
  pickers?: GridPicker[];
  /** What is searched for in names. */
  search: string;
  limits: { key: GridLimit; label: string; isOn: boolean }[];
  /** Those that are shown, in order. */
  columns: GridColumnView[];
  /** All of them, to choose. */
  columnChoices: { key: GridColumn; label: string; isShown: boolean }[];
  /** `1,000,020 requests` */
  caption: string;
  /** `History starts on October 2, 2026.`: where the window begins before. */
  historyStart?: string;
  /** Rows of the whole list. */
  total: number;
  /** Names the list: it stays as it is while rows come and go in the store, so that the reader's place stays. */
  order: string;
  /** Where the reader stands in a list that is new to the page. */
  place: number;
  /** Number of the first of `rows`, from 0. */
  from: number;
  rows: GridRow[];
  /** `37 new requests`: those that came since the list was made. */
  newer?: string;
}

export interface GridColumnView {
  key: GridColumn;
  label: string;
  align: 'start' | 'end';
  /** In pixels; the least where the column takes what is left. */
  width: number;
  isFlexible: boolean;
  sort: 'ascending' | 'descending' | 'none';
  /** What the column is, where its name does not say it. */
  hint?: string;
}

export interface GridRow {
  /** The store's number of the request; 0 = it is there no more. */
  id: number;
  /** One text per shown column. */
  cells: string[];
  /** Key of its session: what the session's cell leads to. */
  session: string;
  /** Why figures of it are marked. */
  note?: string;
  /** Where the price of its cost comes from. */
  costNote?: string;
  /** Its cost is what the API would have asked. */
  isEquivalent?: boolean;
}

/** One filter of the grid. */
export interface GridPicker {
  by: FilterKey;
  label: string;
  /** The first takes the filter away. Their `key` is a place in `filters`. */
  choices: Choice[];
  filters: (FilterChoice | undefined)[];
}
