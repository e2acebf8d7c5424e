import type { TableView } from './dashboardView.ts';

/** The health page: what was found, read and understood. A whole picture, formatted. */
export interface HealthView {
  /** `empty`: no transcript on this machine; `indexing`: still reading, the figures grow; `ready`. */
  state: 'empty' | 'indexing' | 'ready';
  /** While reading: how far it is. */
  notice?: string;
  /** `Everything that was found is understood`, `3 findings to look at`; below it what was read in all. */
  verdict: { isGood: boolean; title: string; text: string };
  /** What is not as it should be first, then what is only good to know. */
  findings: Finding[];
  /** The agents whose transcripts are counted. */
  agents: TableView;
  /** Every agent that is known: whether it was found, and where it was looked for. */
  lookups: Lookup[];
  store: { label: string; value: string; title?: string }[];
  /** `12:04:31` in the user's locale. */
  updatedAt: string;
}

/** One thing to know about the figures, with its particulars in a fold-out. */
export interface Finding {
  key: string;
  /** `problem`: something may be missing from the figures; `note`: how some figures are to be read. */
  kind: 'problem' | 'note';
  /** `Claude Code 2.2 writes 14 record kinds we do not know` */
  title: string;
  /** What it means for the figures, and what to do. */
  text: string;
  /** Of the fold-out: `14 record kinds`. */
  listLabel: string;
  list: { label: string; value: string }[];
}

export interface Lookup {
  key: string;
  /** The agent's name. */
  label: string;
  /** `counted`, `not found`, `switched off`, `no token data` */
  state: string;
  isFound: boolean;
  /** Why there are no token data. */
  reason?: string;
  folders: { path: string; state: string }[];
}
