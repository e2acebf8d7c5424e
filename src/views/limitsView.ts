import type { LimitPeriod } from '../queries/limitWindow.ts';
import type { QuotaView } from './dashboardView.ts';
import type { AccountType, LimitUnit } from './limitSettings.ts';
import type { WindowName } from './usageReport.ts';

/** The Limits page: a whole picture, formatted. */
export interface LimitsView {
  state: 'empty' | 'indexing' | 'ready';
  /** In the empty and indexing states. */
  notice?: string;
  /** `2 of 5 limits need a look` and what that means. */
  verdict: { title: string; text: string; isGood: boolean };
  /** What cannot be used of the settings, a sentence each. */
  problems: string[];
  accounts: AccountCard[];
  /** The accounts that have no limit, in a sentence. */
  bare?: string;
  /** How figures begin anew, in words: `Weeks begin Monday 00:00 UTC`. */
  resetLabel: string;
  /** `History starts on Oct 2, 2026.`: where the window of the tree begins before. */
  historyStart?: string;
  tree: TreeView;
  windows: { name: WindowName; label: string; selected: boolean }[];
  /** What can be chosen in the forms. */
  agents: { id: string; label: string }[];
  updatedAt: string;
}

/** One account with its limits. */
export interface AccountCard {
  key: string;
  name: string;
  /** `Max`, `API` */
  type?: string;
  /** What is counted: `Claude Code in ~/.claude-work`. */
  about: string;
  /** Place in the setting; absent where no rule makes it. */
  index?: number;
  limits: LimitCard[];
  /** What the agents themselves state. */
  stated: LimitCard[];
}

/** One limit. `detail` says what of it is used. */
export interface LimitCard extends QuotaView {
  key: string;
  /** `1.8M tokens left`, `stated 3 h ago` */
  left: string;
  /** `resets Mon 00:00 (in 1 d 4 h)` */
  reset: string;
  /** `41k tokens an hour over the last 1 d` */
  burn?: string;
  forecast?: string;
  /** The forecast is that it will be used up. */
  isPressing: boolean;
  /** What is not known of it: `12 requests are unpriced`. */
  note?: string;
  isMuted: boolean;
  /** Until when nothing is told: `until 14:00`. */
  snoozed?: string;
}

/** Account → user → workspace, in the order in which the rows stand; a row's children follow it. */
export interface TreeView {
  caption: string;
  /** How costs are called; absent = they are not shown. */
  costLabel?: string;
  rows: TreeRow[];
}

export interface TreeRow {
  key: string;
  /** 1 = account, 2 = user, 3 = workspace. */
  level: 1 | 2 | 3;
  label: string;
  /** In full, and why its requests are of it. */
  title: string;
  tokens: string;
  requests: string;
  cost: string;
  /** Where the prices of its cost come from. */
  costTitle?: string;
  shareLabel: string;
  /** Of all tokens, 0 to 1. */
  share: number;
}

/** An account as a form holds it: everything as it was typed. */
export interface AccountDraft {
  name: string;
  type: AccountType | '';
  agent: string;
  configDir: string;
  login: string;
  provider: string;
  user: string;
  workspace: string;
  limits: LimitDraft[];
}

export interface LimitDraft {
  unit: LimitUnit;
  amount: string;
  period: LimitPeriod;
  /** Empty = as usual. */
  day: string;
  dayOfMonth: string;
  time: string;
  zone: string;
}

/** The simple settings: a budget for everything, and when weeks begin. */
export interface GeneralDraft {
  budget: string;
  day: string;
  dayOfMonth: string;
  time: string;
  zone: string;
}

/** The form that is open, with what was wrong with what it last sent. */
export type LimitsForm = { id: number; problems: string[] } & (
  | { kind: 'account'; index: number | null; draft: AccountDraft }
  | { kind: 'general'; draft: GeneralDraft }
);

/** What the page is shown: the picture of the engine, and the form that this window has open. */
export interface LimitsPageView extends LimitsView {
  form?: LimitsForm;
}
