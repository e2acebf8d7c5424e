import type { BarView } from './barView.ts';
import type { Tone } from './tone.ts';
import type { UsageByTool } from './usageByTool.ts';

/**
 * What the status bar shows. `empty`: no transcripts found. `indexing`: the first read is under way and nothing can be shown yet.
 * `live`: the session was written to within the last minutes; `idle`: it was not. `compacted`: the context was just compacted and no
 * request has told its new size. `error`: the store or the engine is in trouble.
 */
export type MeterState = 'empty' | 'indexing' | 'live' | 'idle' | 'compacted' | 'error';

export interface MeterView {
  state: MeterState;
  /** With codicons: `$(pulse) 41% · 82k · week 63%`. */
  text: string;
  tone: Tone;
  /** What a screen reader says. */
  accessibleLabel: string;
  hover: HoverView;
  /** The session that is shown; absent when there is none. */
  session?: LiveSession;
}

/** The session that the meter shows, in figures. */
export interface LiveSession {
  /** `<agent id>:<session id>` */
  key: string;
  agent: string;
  /** The agent's own id of it. */
  session: string;
  /** What its tokens were spent on so far, subagents included. Sums to its requests in each class. */
  usageByTool: UsageByTool;
}

/** The hover: plain data; every string may hold hostile text and is escaped where it becomes Markdown, HTML or SVG. */
export interface HoverView {
  /** The session's title, or what to do when there is none. */
  title: string;
  /** Below the title: agent, model, workspace, "elsewhere". Or sentences of the empty, indexing and error states. */
  lines: string[];
  /** `undefined` when nothing is known of a context. */
  context?: {
    /** `82,113 of 200,000 tokens (41 %)` */
    label: string;
    /** Where the window's size comes from: `reported by the agent`. */
    windowSource: string;
    bar: BarView;
  };
  /** `Today 1.2M`, `This week 14.3M`, `Week quota 63 %` with the details `2.5M of 4M tokens, resets in 2 d` and `at this pace 112%`. */
  figures: { label: string; value: string; details?: string[] }[];
  /** For the attribution panel's command link. */
  sessionKey?: string;
}
