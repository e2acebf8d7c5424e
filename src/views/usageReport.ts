import type { CountRule } from '../ledger/rows.ts';
import type { AdviceAction } from './advice.ts';
import type { CostShown } from './costShown.ts';

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

/** What one agent used of one model. */
export interface AgentModelReport extends TokenTotals {
  agent: string;
  model: string;
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

/** One session as `sessions` lists it. */
export interface SessionReport extends TokenTotals {
  session: string;
  agent: string;
  title: string | null;
  workspace: string | null;
  git_branch: string | null;
  account: string | null;
  model: string | null;
  started_at: string | null;
  last_at: string | null;
  context_tokens: number | null;
}

/** One request as `requests` lists it, with its provenance: by which rule it counts, and where it stands. */
export interface RequestReport {
  /** The same in every copy of the record. */
  request: string;
  agent: string;
  session: string;
  /** `main`, or the agent's id of a subagent; `name` is its type. */
  thread: string;
  name: string;
  workspace: string | null;
  account: string | null;
  /** Login name on this machine. */
  user: string;
  at: string;
  provider: string;
  model: string;
  input_tokens: number;
  output_tokens: number;
  cache_read: number;
  cache_creation: number;
  cache_creation_1h: number;
  reasoning_tokens: number;
  total_tokens: number;
  /** `null`: unpriced. */
  cost_usd: number | null;
  /** How the cost of its account is shown. `off`: it has none, and is in no sum. */
  cost_shown: CostShown;
  price_source: string | null;
  estimated: boolean;
  /** What was recorded before the reply was complete, where the output is estimated from the reply's size; else `null`. */
  recorded_output_tokens: number | null;
  /** recorded, maximum, delta, sum, estimated, placeholder: as `CountRule` says. */
  rule: CountRule;
  /**
   * The transcript that it is counted in, and the byte offsets (row numbers of a database) of the first and the last of its records there,
   * with how many there are.
   */
  source: { path: string; offset: number; last_offset: number; records: number };
  /** Other transcripts in which it stands and is not counted again. */
  copies: { path: string; offset: number }[];
  /** Why it is counted as it is, in sentences. */
  why: string[];
  /** For `--after`: the next page begins behind this request. */
  cursor: string;
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

/** What goes on now: the session that was written to last, and what is left of budget and quotas. */
export interface LiveReport {
  /**
   * `empty`: no transcripts. `indexing`: the first read is under way. `live`: written to within the last minutes; `idle`: not.
   * `compacted`: just compacted, and no request has told the new size yet.
   */
  state: 'empty' | 'indexing' | 'live' | 'idle' | 'compacted';
  session: LiveSessionReport | null;
  today_tokens: number;
  week_tokens: number;
  week_resets_at: string | null;
  /** The user's own; `null` = none. */
  budget: { tokens_per_week: number; used_percent: number } | null;
  /** What agents state of their quotas, as far as it still holds. */
  limits: LimitReport[];
}

export interface LiveSessionReport {
  session: string;
  agent: string;
  model: string | null;
  workspace: string | null;
  last_at: string | null;
  /** Of the main thread. `estimated`: no request has told the figure since the last break. */
  context: ContextReport & { estimated: boolean };
  /** What the session's tokens were spent on, subagents included, most first. Sums to its requests in each class. */
  usage_by_tool: Record<string, Omit<ToolTotals, 'kind'>>;
}

export interface LimitReport {
  agent: string;
  account: string;
  limit: string;
  window_minutes: number;
  used_percent: number;
  /** The agent says that nothing is left: `limit`, `credits` or `workspace`. */
  reached: string | null;
  resets_at: string | null;
  stated_at: string | null;
}
