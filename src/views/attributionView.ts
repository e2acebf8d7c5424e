import type { Kind } from '../ledger/kind.ts';
import type { BarView } from './barView.ts';
import type { Tone } from './tone.ts';

export type Lens = 'window' | 'spent';

/** The attribution panel "What consumed my tokens": a whole picture, formatted. */
export interface AttributionView {
  state: 'empty' | 'indexing' | 'ready';
  notice?: string;
  /** The sessions to choose from, newest first. */
  sessions: { key: string; label: string; selected: boolean }[];
  /** `main` and the session's subagents. */
  threads: { key: string; label: string; selected: boolean }[];
  title: string;
  /** Agent, model, workspace. */
  subtitle: string;
  lenses: { lens: Lens; label: string; selected: boolean; hint: string }[];
  context: { label: string; percent: number | undefined; tone: Tone; windowSource: string };
  bar: BarView;
  /** Kinds by descending tokens of the lens, each with its items below. */
  rows: AttributionRow[];
}

export interface AttributionRow {
  key: string;
  level: 0 | 1;
  kind: Kind;
  label: string;
  /** Hostile text (a file path ...) for the title attribute; `undefined` on kinds. */
  target?: string;
  calls: string;
  inWindow: string;
  spent: string;
  share: number;
  shareLabel: string;
}
