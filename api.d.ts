// Made by `npm run build` of src/editor/publicApi.ts: the types that other extensions use.

/**
 * What `vscode.extensions.getExtension('agent-token-meter.agent-token-meter')?.activate()` resolves to; `undefined` when the extension could
 * not start. Grows by addition; `version` counts breaking changes.
 */
export interface AgentTokenMeter {
  readonly version: 1;
  /** The status-bar meter's text now, with codicons: `$(pulse) 41% · 82k`. */
  readonly meterText: string;
  /** Tokens, cost and requests: the same as the command line and `GET /usage` give. Rejects with a sentence for a request that is none. */
  usage(request?: UsageRequest): Promise<UsageReport>;
  /** What consumed the tokens of a session, or of the one that was written to last; `null` when there is none. */
  attribution(request?: { session?: string }): Promise<AttributionReport | null>;
  /** Fires when stored figures changed: the first time at once, then at most four times a second. */
  onDidChangeUsage(listener: () => void): { dispose(): void };
}

/** Which requests are meant; all that is given must hold. */
export interface UsageRequest extends UsageWords {
  /** Default: `week`. */
  window?: 'day' | 'week' | 'month' | 'all';
  /** The agent's own id of a session, or `<agent>:<id>`. */
  session?: string;
}

/** Which requests are meant, in the words that a command line or a query string is made of; all that is given must hold. */
export interface UsageWords {
  /** Default: `week`. */
  window?: string;
  /** ISO 8601; these win over the edges of the window. */
  since?: string;
  until?: string;
  /** Ids of agents: `claude-code`, `codex` ... */
  agent?: string[];
  /** A folder: sessions in it or below it. Empty = sessions without one. */
  workspace?: string;
  /** `main`, or the type of a subagent. */
  subagent?: string;
  provider?: string;
  model?: string;
  account?: string;
  user?: string;
  /** Sessions in which this kind of tool owned tokens; with `item` those that carried this item of it. */
  used?: string;
  item?: string;
  /** IANA time zone in which days begin; that of this machine without it. */
  tz?: string;
}

export interface UsageReport {
  window: { name: WindowName; since: string | null; until: string | null; reset_at: string | null };
  totals: TokenTotals & { sessions: number };
  cache: CacheTotals;
  by_agent: AgentTotals[];
  by_day: ({ day: string } & TokenTotals)[];
  by_model: ModelTotals[];
  by_provider: ({ provider: string } & TokenTotals)[];
  by_workspace: ({ workspace: string } & TokenTotals)[];
  by_account: ({ account: string } & TokenTotals)[];
  by_user: ({ user: string } & TokenTotals)[];
  by_tool: ToolTotals[];
  unlisted: UnlistedTotals[];
  coverage: Coverage;
}

/**
 * The JSON that the CLI, the extension's API and `GET /usage` give alike. Field names are the contract's; tokens are integers,
 * times ISO 8601 UTC, money US dollars.
 */
export type WindowName = 'day' | 'week' | 'month' | 'all' | 'custom';

export interface TokenTotals {
  /** User prompts and subagent launches that led to a request. */
  tasks: number;
  /** Model requests. */
  turns: number;
  /** Uncached input. */
  input_tokens: number;
  /** Reasoning included. */
  output_tokens: number;
  cache_read: number;
  /** Cache writes of both lifetimes. */
  cache_creation: number;
  /** The part of `cache_creation` with a one-hour lifetime. */
  cache_creation_1h: number;
  reasoning_tokens: number;
  /** input + output + cache_read + cache_creation */
  total_tokens: number;
  /** Sum over the turns that have a price. */
  cost_usd: number;
  unpriced_turns: number;
  /** Turns whose output the agent recorded only as a placeholder. */
  estimated_turns: number;
}

/** What caching did. */
export interface CacheTotals {
  /** Cache reads by all prompt tokens, 0 to 1; `null` without a prompt. */
  hit_rate: number | null;
  /**
   * What the cached tokens would have cost as plain input, less what reading and writing them cost; `null` = no price is known of them. Of
   * cache reads without a price nothing is in it: `unpriced_cache_read`.
   */
  saved_usd: number | null;
  /** Prices changed in the window or depend on a prompt's size: computed for the average prompt. */
  estimated: boolean;
  unpriced_cache_read: number;
}

/** What one agent, or one type of its subagents, used. */
export interface AgentTotals extends TokenTotals {
  /** `main`, or the type of a subagent. */
  name: string;
  /** Id of the agent: `claude-code`. */
  type: string;
  /** The model with most tokens. */
  model: string;
  /** All of them, most tokens first; they sum to the row. */
  models: ModelTotals[];
}

export interface ModelTotals extends TokenTotals {
  model: string;
}

/** What one kind of owner was sent and made to generate. Sums over kinds equal `totals`. */
export interface ToolTotals {
  kind: string;
  input_tokens: number;
  output_tokens: number;
  cache_read: number;
  cache_creation: number;
  total_tokens: number;
}

export interface UnlistedTotals {
  model: string;
  input_tokens: number;
  output_tokens: number;
  cache_read: number;
  cache_creation: number;
  cache_creation_1h: number;
  reasoning_tokens: number;
  total_tokens: number;
  source: string;
}

export interface Coverage {
  files: number;
  records: number;
  unknown_records: number;
  rejected_records: number;
  first_at: string | null;
  last_at: string | null;
}

/** What consumed the tokens of one session, in three lenses that each sum exactly. */
export interface AttributionReport {
  session: string;
  agent: string;
  thread: string;
  model: string | null;
  context: ContextReport;
  /** Kind → tokens in the main thread's window now. Sums to `context.tokens`. */
  in_window: Record<string, number>;
  /** Who was sent and generated, over all requests. Sums to `totals` in each class. */
  spent: Record<string, KindSpent>;
  /** The usage of each request given whole to the tool calls it opened. Sums to `totals` in each class. */
  in_flight: Record<string, KindSpent>;
  /** Of the whole session, subagents included. */
  totals: Omit<KindSpent, 'share'> & { cache_creation_1h: number; reasoning_tokens: number };
  items: { kind: string; target: string; calls: number; tokens_in_window: number; tokens_spent: number }[];
  /** The main thread, in order of time. `context_tokens` of a break is what the agent states to be left, or `null`. */
  timeline: { at: string; turn: number; context_tokens: number | null; event: string }[];
  /** Most worth first, at most three. */
  advice: AdviceReport[];
}

/** How full a context window is. */
export interface ContextReport {
  tokens: number;
  window: number;
  /** reported, observed, settings, catalogue, default */
  window_source: string;
  percent: number;
  /** Context size at the last compaction: at about this size the agent compacts. `null` = none seen. */
  compacts_at: number | null;
  tokens_until_compaction: number | null;
}

/** The tokens that one kind owns, and its share of all, 0 to 1. */
export interface KindSpent {
  input_tokens: number;
  output_tokens: number;
  cache_read: number;
  cache_creation: number;
  total_tokens: number;
  share: number;
}

/** Something that would save tokens in the main thread. */
export interface AdviceReport {
  rule: string;
  title: string;
  /** How the saving was computed. */
  detail: string;
  saves_tokens: number;
  /** `per_turn`: with each further request. `once`: they need not have entered. `price`: they could have been read from the cache. */
  saving: 'per_turn' | 'once' | 'price';
  estimated: boolean;
  /** `price`: what would not have been spent; else what was spent on it so far. `null` = unpriced, or not known. */
  usd: number | null;
  action?: AdviceAction;
}

export type AdviceAction =
  | { kind: 'openFile'; path: string }
  | { kind: 'copyText'; text: string; label: string }
  | { kind: 'openPage'; page: 'dashboard' };
