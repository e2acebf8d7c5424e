import type { Kind } from '../ledger/kind.ts';

/** A thread's context over its turns: what each prompt was made of. Plain data for the chart and its text twin. */
export interface TimelineView {
  /** Requests of the thread. Turns are numbered from 1. */
  turns: number;
  /** The owners that are drawn, from the bottom, the same in every column; the last may be `rest`. */
  bands: { kind: Kind | 'rest'; label: string }[];
  /** Ascending turns. Of many turns only some are here: the first, the last, those beside a mark, and peaks and lows between. */
  columns: TimelineColumn[];
  /** In order of turns. */
  marks: TimelineMark[];
  /** Round numbers, ascending; the last is >= every column's total. */
  yTicks: { value: number; label: string }[];
  /** Part of the thread that the bar and the table show, both turns included; `undefined` = all of it. */
  range?: { from: number; to: number; label: string };
  /** The chart in one sentence. */
  text: string;
}

/** One prompt; it stands for the turns up to the next column. */
export interface TimelineColumn {
  turn: number;
  /** `Nov 18, 10:04:12` */
  when: string;
  /** By band. Sums to the prompt. */
  tokens: number[];
  /** Exact, by band. */
  labels: string[];
  total: number;
  totalLabel: string;
}

export type MarkKind = 'compaction' | 'clear' | 'rewind' | 'fork' | 'launch' | 'model' | 'pause';

/** Something that happened after a turn. */
export interface TimelineMark {
  kind: MarkKind;
  /** The last turn before it; 0 = before the first. */
  afterTurn: number;
  /** `Compacted: 160k → 22k`, `Launched code-reviewer` */
  label: string;
  when: string;
  /** Of a launch: the key of the subagent's thread. */
  thread?: string;
}
