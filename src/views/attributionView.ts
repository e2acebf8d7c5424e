import type { Kind } from '../ledger/kind.ts';
import type { BarView } from './barView.ts';
import type { TimelineView } from './timelineView.ts';
import type { Tone } from './tone.ts';

/** `in-flight`: each request goes whole to the tool calls that it opened. */
export type Lens = 'window' | 'spent' | 'in-flight';

/** Some turns of a thread, both included, counted from 1. */
export interface TurnRange {
  from: number;
  to: number;
}

/** One entry of a list to choose from. Every text may be foreign. */
export interface Choice {
  /** Empty = whatever is live now. */
  key: string;
  label: string;
  /** Smaller, below the label. */
  detail?: string;
  /** How deep it is nested; 0 without. */
  level?: number;
  selected: boolean;
}

/** The attribution panel "What consumed my tokens": a whole picture, formatted. */
export interface AttributionView {
  state: 'empty' | 'indexing' | 'ready';
  notice?: string;
  /** The sessions to choose from: first the one that follows the live session, then newest first. */
  sessions: Choice[];
  /** `main` and the session's subagents, each below the thread that launched it. */
  threads: Choice[];
  /** The way from the main thread to the shown one, which is the last. Empty while the main thread is shown. */
  path: { key: string; label: string }[];
  /** Of the shown session; `undefined` while there is none. */
  sessionKey?: string;
  title: string;
  /** Agent, model, workspace. */
  subtitle: string;
  /** `History starts on October 2, 2026: …`: where the session began before that. */
  historyStart?: string;
  lenses: { lens: Lens; label: string; selected: boolean; hint: string }[];
  context: {
    label: string;
    percent: number | undefined;
    tone: Tone;
    windowSource: string;
    /** `About 34,000 tokens until the agent compacts`; absent where no compaction tells. */
    untilCompaction?: string;
    /** Where in the window the agent compacts, in percent. */
    compactsAtPercent?: number;
  };
  /** What to do about it, most worth first: at most three. */
  advice: AdviceCard[];
  bar: BarView;
  /** `undefined` when no request of the thread is known. */
  timeline?: TimelineView;
  /** The table's columns of figures, in order. */
  columns: { key: ColumnKey; label: string; hint: string }[];
  /** Where the prices of all costs in it come from. */
  costTitle?: string;
  /** By which column rows are sorted until someone chooses another. */
  sortedBy: ColumnKey;
  /** Kinds, each with its items below. */
  rows: AttributionRow[];
}

export type ColumnKey = 'calls' | 'inWindow' | 'spent' | 'inFlight' | 'cost' | 'carry' | 'share';

export interface AttributionRow {
  key: string;
  /** 0 = a kind, 1 = an item of the kind before it, 2 = a subagent's thread below the item before it. */
  level: 0 | 1 | 2;
  kind: Kind;
  label: string;
  /** Hostile text (a file path ...) for the title attribute; `undefined` on kinds. */
  target?: string;
  /** The file that it stands for, as an absolute path: the page may wish to see it. */
  opens?: string;
  /** The key of the subagent's thread that it stands for. */
  thread?: string;
  /** By column; empty where there is nothing to say. */
  cells: Partial<Record<ColumnKey, string>>;
  /** By column, to sort by. Absent = nothing. */
  values: Partial<Record<ColumnKey, number>>;
  /** Of the lens, 0 to 1. */
  share: number;
}

/** One piece of advice with the figures behind it. */
export interface AdviceCard {
  /** The same as long as the advice is the same; for dismissing it. */
  id: string;
  title: string;
  /** `−38k tokens`, `≈ −22k tokens · −$0.12` */
  saving: string;
  /** How the saving was computed, in sentences. */
  how: string;
  action?:
    | { type: 'openFile'; label: string; path: string }
    | { type: 'copy'; label: string; text: string }
    | { type: 'showUsage'; label: string };
}
