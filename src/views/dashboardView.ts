import type { AccountCard, TreeView } from './limitsView.ts';
import type { Tone } from './tone.ts';
import type { WindowName } from './usageReport.ts';

/** The Show Usage page: a whole picture, formatted. */
export interface DashboardView {
  /** `empty`: no transcript on this machine; `indexing`: still reading, the figures grow; `ready`. */
  state: 'empty' | 'indexing' | 'ready';
  /** Of the sentence under the headline in the empty and indexing states: where was looked, how far the reading is. */
  notice?: string;
  /** Whose usage is shown; absent where only this machine's is known. */
  scopes?: ScopesView;
  windows: { name: WindowName; label: string; selected: boolean }[];
  span: SpanView;
  /** `4.2M` and `tokens this week`; `title` holds the exact number. */
  headline: { value: string; title: string; caption: string };
  /** Against the window before, where that is asked for and there is one. */
  change?: ChangeView;
  /** `against 3,700,000 tokens from Nov 9 – 15` */
  against?: string;
  isCompared: boolean;
  /** `Nov 16 – Nov 22 · resets in 1 d 4 h` */
  period: string;
  /** Use of the configured weekly budget; absent without one. */
  ring?: RingView;
  /** Use of the configured weekly budget of dollars; absent without one. */
  costRing?: RingView;
  /** Quotas that agents state. */
  quotas: QuotaView[];
  /** Tokens by day before today, small. */
  spark: SparkView;
  cards: SummaryCard[];
  /** Figures of the window: cost, requests, cache ... */
  facts: { label: string; value: string; title?: string; detail?: string; isCost?: boolean }[];
  days: DaysView;
  trend: { units: { unit: TrendUnit; label: string; selected: boolean }[]; days: DaysView };
  /** What the page is filtered by. */
  chips: FilterChip[];
  /** What the tiers of costs in the tables mean; absent without a budget of dollars. */
  costTiers?: CostTiersView;
  byAgent: TableView;
  byModel: TableView;
  /** Cost per provider: a ring with a table. */
  providers: { donut: DonutView; table: TableView };
  /** By workspace, session, kind, account and user. */
  breakdowns: TableView[];
  items: ItemsView;
  /** `History starts on Oct 2, 2026.`: where the window begins before. */
  historyStart?: string;
  /** `1,204 requests from 83 files; history starts on …; 3 records rejected` */
  coverage: string;
  /** `12:04:31` in the user's locale. */
  updatedAt: string;
}

/** Whose usage is shown: that of this machine, of this user on any machine of the team, of the team. */
export const SCOPES = ['machine', 'mine', 'team'] as const;
export type Scope = (typeof SCOPES)[number];

export interface ScopesView {
  choices: { scope: Scope; label: string; selected: boolean }[];
  /** `3 machines in 2 accounts at db.example.com:5432/usage` */
  place?: string;
  /** Why there are no figures. */
  problem?: string;
  /** Accounts of the team that have limits, and how much of them is used by everybody. */
  accounts?: AccountCard[];
  /** Account, user, workspace: what the team used in the window. */
  tree?: TreeView;
}

/** Where the window is, and where it can go. */
export interface SpanView {
  sinceMs: number;
  untilMs: number;
  /** `2026-11-16`, both included. */
  fromDay: string;
  toDay: string;
  /** Accessible names of the steps; absent where there is none. */
  previous?: string;
  next?: string;
  /** The way back from a part of a window that was chosen on the chart. */
  wider?: string;
}

export interface QuotaView {
  /** `Weekly budget`, `Codex, 5 hours` */
  label: string;
  percent: number;
  percentLabel: string;
  tone: Tone;
  /** `2.1M of 5M tokens, resets Mon 00:00`, `stated 3 min ago` */
  detail: string;
  /** Where the prices of a cost come from. */
  costTitle?: string;
}

/** The budget as a ring: a quota with the percentages at which its tone changes. */
export interface RingView extends QuotaView {
  /** `at this pace 112%` */
  note?: string;
  marks: number[];
}

/** A figure against that of the span before. */
export interface ChangeView {
  /** `+12%`, `new` */
  text: string;
  direction: 'up' | 'down' | 'same';
  /** `3.7M tokens from Nov 9 to Nov 15` */
  title: string;
}

/** One figure today, this week and this month. */
export interface SummaryCard {
  label: string;
  isCost?: boolean;
  /** `note`: where the label alone would mislead, `since Mon 8:00 AM`. */
  spans: { label: string; note?: string; value: string; title: string; change?: ChangeView }[];
}

/** A line without axes. */
export interface SparkView {
  /** Tokens, oldest first. */
  values: number[];
  label: string;
  /** The figures as a sentence. */
  text: string;
}

/** How long one bar of the trend is. */
export type TrendUnit = 'day' | 'week' | 'month';

/** What a page can be filtered by, one value of each. */
export const FILTER_KEYS = [
  'agent',
  'agentName',
  'model',
  'provider',
  'workspace',
  'session',
  'kind',
  'item',
  'account',
  'user',
] as const;
export type FilterKey = (typeof FILTER_KEYS)[number];

/**
 * What a mark of the page filters by. `of`: the agent of a subagent type, the kind of an item. `under`: the agent, or its subagent type,
 * whose use of a model is meant.
 */
export interface FilterChoice {
  by: FilterKey;
  value: string;
  of?: string;
  under?: { agent: string; agentName?: string };
}

export interface FilterChip {
  by: FilterKey;
  /** `Model: claude-opus-4-1` */
  label: string;
}

/** The token classes that the bars stack, from the bottom. */
export const STACKED_CLASSES = ['cacheRead', 'cacheWrite', 'input', 'output'] as const;
export type StackedClass = (typeof STACKED_CLASSES)[number];

/** Stacked bars by day (by hour when the window is a day, by month when it is everything over a year). */
export interface DaysView {
  /** Empty where nothing was used, and nothing before. */
  bars: DayBar[];
  /** Round numbers for the y axis, ascending, with their labels. The last is >= every bar's total. */
  yTicks: { value: number; label: string }[];
  legend: { class: StackedClass; label: string; totalLabel: string }[];
  /** Name of the marks across the bars: what was used in the window before. */
  beforeLabel?: string;
  /** Present with a budget of dollars: then bars have a tier. */
  costTiers?: CostTiersView;
  /** The chart's text twin: one sentence, then the table of `bars`. */
  text: string;
}

export interface DayBar {
  /** `2026-11-16`, `2026-11-16T14`, `2026-11` */
  key: string;
  sinceMs: number;
  untilMs: number;
  /** On the axis: `Mon 16`. */
  label: string;
  /** In the tooltip and the table: `Monday, November 16`. */
  longLabel: string;
  tokens: Record<StackedClass, number>;
  labels: Record<StackedClass, string>;
  totalLabel: string;
  /** The same place in the window before. */
  before?: { tokens: number; label: string };
  costTier?: CostTier;
}

/** A cost against a budget of dollars. */
export interface CostTier {
  tone: Tone;
  /** `$5.10` */
  cost: string;
  /** `71%` */
  share: string;
  /** `71% of $7.14` */
  text: string;
}

/** What tiers are against, and where each begins. */
export interface CostTiersView {
  /** `Cost of each day against $7.14` */
  caption: string;
  legend: { tone: Tone; label: string }[];
}

/** Parts of a whole as a ring. */
export interface DonutView {
  /** Most first. Shares sum to 1. */
  slices: {
    key: string;
    label: string;
    valueLabel: string;
    shareLabel: string;
    share: number;
    filter?: FilterChoice;
    /** Where the prices of its cost come from, where that is told apart. */
    costTitle?: string;
  }[];
  /** In the middle. */
  total: string;
  caption: string;
  text: string;
  /** Where the prices of its costs come from. */
  costTitle?: string;
}

/** A table with the first column naming the row. */
export interface TableView {
  caption: string;
  columns: { key: string; label: string; align: 'start' | 'end' }[];
  rows: TableRow[];
  /** What is not in the rows: `12 more with 1.2M tokens`. */
  more?: string;
  /** Where the prices of its costs come from. */
  costTitle?: string;
}

export interface TableRow {
  key: string;
  cells: string[];
  /** Its name in full, where its first cell is shorter. */
  fullName?: string;
  /** Share of the table's tokens, 0 to 1, drawn as a bar behind the row. */
  share: number;
  /** How deep it stands below others: the subagents of an agent, the models of a subagent. */
  level: 0 | 1 | 2;
  /** What choosing the row filters by, and whether the page is. */
  filter?: FilterChoice;
  selected?: boolean;
  costTier?: CostTier;
  /** Where the prices of its cost come from, where that is told apart. */
  costTitle?: string;
}

/** The items of the window: counted after the rest of the page. */
export interface ItemsView {
  /** Absent while they are counted and where they cannot be. */
  table?: TableView;
  /** Why there is no table, or what is special about it. */
  notice?: string;
}
