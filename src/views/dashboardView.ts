import type { Tone } from './tone.ts';
import type { WindowName } from './usageReport.ts';

/** The Show Usage page: a whole picture, formatted. */
export interface DashboardView {
  /** `empty`: no transcript on this machine; `indexing`: still reading, the figures grow; `ready`. */
  state: 'empty' | 'indexing' | 'ready';
  /** Of the sentence under the headline in the empty and indexing states: where was looked, how far the reading is. */
  notice?: string;
  windows: { name: WindowName; label: string; selected: boolean }[];
  /** `4.2M` and `tokens this week`; `title` holds the exact number. */
  headline: { value: string; title: string; caption: string };
  /** `Nov 16 – Nov 22 · resets in 1 d 4 h` */
  period: string;
  /** Use of the configured budget or of the quota that the agent states; absent when neither is known. */
  quotas: QuotaView[];
  cards: { label: string; value: string; detail?: string }[];
  days: DaysView;
  byAgent: TableView;
  byModel: TableView;
  /** `1,204 requests from 83 files; history starts on …; 3 records rejected` */
  coverage: string;
  /** `12:04:31` in the user's locale. */
  updatedAt: string;
}

export interface QuotaView {
  /** `Weekly budget`, `Codex, 5 hours` */
  label: string;
  percent: number;
  percentLabel: string;
  tone: Tone;
  /** `2.1M of 5M tokens, resets Mon 00:00`, `stated 3 min ago` */
  detail: string;
}

/** The token classes that the bars stack, from the bottom. */
export const STACKED_CLASSES = ['cacheRead', 'cacheWrite', 'input', 'output'] as const;
export type StackedClass = (typeof STACKED_CLASSES)[number];

/** Stacked bars by day (by hour when the window is a day, by month when it is everything over a year). */
export interface DaysView {
  bars: DayBar[];
  /** Round numbers for the y axis, ascending, with their labels. The last is >= every bar's total. */
  yTicks: { value: number; label: string }[];
  legend: { class: StackedClass; label: string; totalLabel: string }[];
  /** The chart's text twin: one sentence, then the table of `bars`. */
  text: string;
}

export interface DayBar {
  /** `2026-11-16`, `2026-11-16T14`, `2026-11` */
  key: string;
  /** On the axis: `Mon 16`. */
  label: string;
  /** In the tooltip and the table: `Monday, November 16`. */
  longLabel: string;
  tokens: Record<StackedClass, number>;
  labels: Record<StackedClass, string>;
  totalLabel: string;
}

/** A table with the first column naming the row. */
export interface TableView {
  caption: string;
  columns: { key: string; label: string; align: 'start' | 'end' }[];
  rows: TableRow[];
}

export interface TableRow {
  key: string;
  cells: string[];
  /** Share of the table's tokens, 0 to 1, drawn as a bar behind the row. */
  share: number;
  /** Rows one level below this one (the subagents of an agent). */
  level: 0 | 1;
}
