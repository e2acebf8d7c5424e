/**
 * The one language between an agent module and the rest of the house.
 *
 * Tokens are integers >= 0. Times are epoch milliseconds UTC. No event carries text of a conversation: sizes and names only.
 */

/** The agent's own id of a conversation, unique within one agent. */
export type SessionId = string;

/** `main`, or the agent's id of one subagent. Each thread has a context window of its own. */
export type ThreadId = string;

/** Name of the thread that talks with the user. */
export const MAIN_THREAD: ThreadId = 'main';

/**
 * What a tool does, over all agents. `mcp:<server>` stands for the tools of one MCP server.
 * Source: the common tool-kind table of the format notes.
 */
export type ToolKind =
  | 'read'
  | 'edit'
  | 'write'
  | 'bash'
  | 'search'
  | 'web'
  | 'task'
  | 'todo'
  | 'other'
  | `mcp:${string}`;

/** One call of a tool, or its result. */
export interface ToolRef {
  /** The tool's name as the agent writes it. */
  name: string;
  kind: ToolKind;
  /**
   * What the call worked on: a file path, a host name, a program ("git diff") or a subagent type.
   * Never a command line, a prompt or a URL with a query: secrets live there.
   */
  target?: string;
}

/** The token classes of one model request. Disjoint, but `reasoning`, which is a part of `output`. */
export interface TokenUsage {
  /** Uncached prompt tokens. */
  input: number;
  cacheRead: number;
  /** Prompt tokens written to the five-minute cache, or to a cache whose lifetime the agent does not state. */
  cacheWrite5m: number;
  cacheWrite1h: number;
  /** Generated tokens, reasoning included. */
  output: number;
  /** The part of `output` that was reasoning; 0 when the agent does not state it. */
  reasoning: number;
}

/** Which thread of which session an event belongs to. */
interface InThread {
  sessionId: SessionId;
  thread: ThreadId;
}

/**
 * What is known of a session and of one of its threads. May come again whenever a field becomes known; a field that is absent keeps
 * its earlier value.
 */
export interface SessionEvent extends InThread {
  type: 'session';
  /** The session this one was forked or resumed from, or `undefined`. Subagents are threads, not sessions. */
  parentSessionId?: SessionId;
  /** `main` for the main thread, the subagent's type (`Explore`, `general-purpose`) otherwise. */
  agentName?: string;
  /** Of a subagent: the thread that launched it. */
  parentThread?: ThreadId;
  /** Of a subagent: the tool call that launched it, as `BlockEvent.callId` names it. */
  launchCallId?: string;
  /** A title that the agent itself recorded as such. Never the first prompt. */
  title?: string;
  /** Working directory of the session, absolute. */
  workspace?: string;
  gitBranch?: string;
  /** Who pays: a login or a configuration folder; never a secret. */
  account?: string;
  /** Version of the agent that wrote the records. */
  version?: string;
  startedAtMs?: number;
}

/** A unit of work begins: one user prompt (main thread) or one launch of a subagent. The next request of the thread starts it. */
export interface TaskEvent extends InThread {
  type: 'task';
  /** The same in every copy of the record. */
  taskId: string;
  atMs: number;
}

export type BlockRole = 'user' | 'model' | 'tool' | 'system';
export type BlockPart = 'text' | 'thinking' | 'toolCall' | 'toolResult' | 'image' | 'attachment' | 'memory' | 'summary';

/** One piece of content that entered a thread's context, or (role `model`) that a reply is made of. Its size, never its text. */
export interface BlockEvent extends InThread {
  type: 'block';
  role: BlockRole;
  part: BlockPart;
  /** Size in UTF-16 code units of the text as the model sees it; for an image 0. */
  chars: number;
  /** `requestId` of the reply that this block is a part of; only with role `model`. */
  requestId?: string;
  /**
   * What part of a prompt's head this is, with role `system`: `system prompt`, `tool definitions`, `mcp:<server> definitions`, `skills` ...;
   * with part `memory` the file it came from. After a compaction a block takes the place of those of the same name that stood there before.
   */
  target?: string;
  /** The newest prompt already held it, without a name: the agent tells it late. It takes its tokens from what is nobody's in `system`. */
  stoodBefore?: true;
  tool?: ToolRef;
  /** Links a tool call with its result. A result may carry only this; the ledger looks the tool up. */
  callId?: string;
}

/**
 * One model request and what it used. May come again with the same `requestId` as the reply streams: the ledger keeps the maximum of
 * each field and the earliest time.
 */
export interface RequestEvent extends InThread {
  type: 'request';
  /** Identity over all copies of the record in all files of this agent. */
  requestId: string;
  /** The provider's message id, for looking a request up. */
  messageId?: string;
  atMs: number;
  /** `anthropic`, `openai`, `google`, `amazon-bedrock` ... */
  provider: string;
  model: string;
  usage: TokenUsage;
  /** Service or speed tier, where it changes the price (`priority`, `fast`). */
  tier?: string;
  /** `output` is a lower bound that the agent wrote before the reply was complete. The ledger estimates it from the reply's blocks. */
  outputIsPlaceholder?: boolean;
  /**
   * With `outputIsPlaceholder`: the recorded output is kept, marked as estimated, as the writer recorded the final figure of most replies
   * though it did not say of which.
   */
  keepPlaceholder?: boolean;
  /** Web searches that the provider billed with this request. */
  webSearches?: number;
  /**
   * What the agent recorded as the request's cost in US dollars, always > 0. A recorded 0 says nothing (`recordedCost`): it is left out, so
   * that the price list applies.
   */
  costUsd?: number;
  /**
   * How the figures were come by, where they do not stand in the record as they are. `delta`: what a cumulative counter grew by since its
   * last reading. `sum`: the agent states one figure for several calls. `ledger`: only
   * an account beside the conversation names the call, until the conversation does.
   */
  rule?: 'delta' | 'sum' | 'ledger';
  /** This record is known to be a copy (fork, side question, progress row): if the original is seen, that one owns the request. */
  isCopy?: boolean;
  /** Byte offset of the record in its file. Set by the reader of records, not by agents. */
  offset?: number;
  /**
   * Tokens of the whole prompt where they are not input + cacheRead + cacheWrite; e.g. when the agent states the context separately.
   */
  contextTokens?: number;
}

/** The context of a thread begins anew, or loses a part. */
export interface BoundaryEvent extends InThread {
  type: 'boundary';
  kind: 'compaction' | 'clear' | 'rewind' | 'fork';
  atMs: number;
  /** The agent compacted by itself: the size before tells where it does. Absent when it does not say who wanted it. */
  isAutomatic?: boolean;
  /** Context tokens before, where the agent states them. */
  tokensBefore?: number;
  /** Rewind: so many of the newest tasks are taken back, where the agent says how many. */
  tasksBack?: number;
  /** Estimated context tokens after, where the agent states them: right until the next request tells. */
  tokensAfter?: number;
}

/** The agent states how large the model's context window is. */
export interface WindowEvent extends InThread {
  type: 'window';
  tokens: number;
  atMs: number;
  /** `reported`: the agent's record; `settings`: the agent's configuration, such as a `[1m]` model suffix. */
  source: 'reported' | 'settings';
}

/** What an agent says is used up. */
const LIMITS_REACHED = ['limit', 'credits', 'workspace'] as const;
export type LimitReached = (typeof LIMITS_REACHED)[number];

/** The agent states how much of a quota is used. */
export interface LimitEvent extends InThread {
  type: 'limit';
  account?: string;
  /** Which quota, when an account has several (Codex: `codex`, a model's name). */
  limitId?: string;
  /** Length of the quota's window: 300 = five hours, 10080 = a week; 0 = it has none, or the agent does not tell. */
  windowMinutes: number;
  usedPercent: number;
  /** The agent says that nothing is left: of the quota itself, of the credits, or of what the workspace's owner allows. */
  reached?: LimitReached;
  resetsAtMs?: number;
  atMs: number;
  /** `plus`, `pro`, `max` ... as the agent names it. */
  plan?: string;
}

/** Calls that an agent states only as a sum: reported beside the totals, never in them. The newest statement of a session+model counts. */
export interface UnlistedEvent extends InThread {
  type: 'unlisted';
  model: string;
  usage: TokenUsage;
  atMs: number;
  /** Which record says so, for the reader of the report (`cost-state`). */
  source: string;
  /**
   * The sum also holds the calls that are listed as requests: those of the session and model are to be subtracted (down to 0) to get what
   * is unlisted.
   */
  includesListed?: boolean;
  /** Sessions that continue one and the same sum (a fork goes on with its parent's) bear the same value: only the newest statement counts. */
  counter?: string;
}

export type AgentEvent =
  | SessionEvent
  | TaskEvent
  | BlockEvent
  | RequestEvent
  | BoundaryEvent
  | WindowEvent
  | LimitEvent
  | UnlistedEvent;

/** An event that does not name its place yet: whoever tells it adds what is missing. */
export type Untold<Missing extends string = 'sessionId' | 'thread'> = AgentEvent extends infer Event
  ? Event extends AgentEvent
    ? Omit<Event, Missing>
    : never
  : never;
