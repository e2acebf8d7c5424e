import type { RingView } from './dashboardView.ts';
import type { Tone } from './tone.ts';

/** The sidebar: quick figures, and the sessions that are at work. Every string may hold hostile text. */
export interface SidebarView {
  state: 'empty' | 'indexing' | 'ready';
  /** Of the states without figures, and while they still grow. */
  notice?: string;
  /** The session that the meter shows. */
  live?: LiveView;
  /** The weekly budget, or the fullest quota that the live session's agent states. */
  ring?: RingView;
  /** Session, today, this week: tokens, and what they cost. */
  figures: SidebarFigure[];
  /** What the marks behind some of the costs mean: `* API-equivalent`. */
  costNote?: string;
  sessions: SessionItem[];
}

export interface LiveView {
  /** `<agent id>:<session id>` */
  key: string;
  title: string;
  /** `Claude Code · claude-opus-4-5 · shop` */
  subtitle: string;
  /** `live`, `idle for 12 min`, `just compacted` */
  state: string;
  /** `undefined` until the first reply. */
  context?: {
    /** `41%` */
    percentLabel: string;
    percent: number;
    tone: Tone;
    /** `82k of 200k tokens` */
    label: string;
    /** The same exactly. */
    title: string;
  };
  /** In place of a context. */
  noContext?: string;
}

export interface SidebarFigure {
  key: 'session' | 'today' | 'week';
  label: string;
  /** Where the label alone would mislead: `since Mon 8:00 AM`. */
  note?: string;
  /** Tokens: `4.2M` */
  value: string;
  /** The same exactly. */
  title: string;
  cost: string;
  /** Where the prices in it come from. */
  costTitle?: string;
}

/** A session that was written to lately, as the tree lists it. */
export interface SessionItem {
  /** `<agent id>:<session id>` */
  key: string;
  title: string;
  /** `41%`; absent until the first reply. */
  fill?: string;
  /** What may be cut off: `Codex` where the title does not say so, `Codex, no reply yet`. */
  description: string;
  state: 'live' | 'idle' | 'compacted';
  tone: Tone;
  /** What a screen reader says. */
  accessibleLabel: string;
  /** Agent, model, workspace, context, tokens, cost: one line each. */
  tooltip: string[];
}
