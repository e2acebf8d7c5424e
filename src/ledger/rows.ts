import type { LimitReached, SessionId, ThreadId, TokenUsage } from '../agents/event.ts';
import type { OutputEstimate } from './estimatedOutput.ts';
import type { HoldingsPart } from './holdings.ts';
import type { Kind } from './kind.ts';

/** What the ledger makes of one file's new records: rows for the store to add or to correct. Plain data. */
export interface LedgerRows {
  sessions: SessionRow[];
  threads: ThreadRow[];
  requests: RequestRow[];
  limits: LimitRow[];
  unlisted: UnlistedRow[];
  boundaries: BoundaryRow[];
  holdings: HoldingsRow[];
}

export const noRows = (): LedgerRows => ({
  sessions: [],
  threads: [],
  requests: [],
  limits: [],
  unlisted: [],
  boundaries: [],
  holdings: [],
});

/** Facts of a session; an absent field leaves the stored one as it is. */
export interface SessionRow {
  sessionId: SessionId;
  parentSessionId?: SessionId;
  title?: string;
  workspace?: string;
  gitBranch?: string;
  account?: string;
  version?: string;
  startedAtMs?: number;
  /** Time of the newest record of any kind. */
  lastAtMs?: number;
}

/** Who a thread is. What is absent leaves the stored fact as it is. */
export interface ThreadLaunch {
  sessionId: SessionId;
  thread: ThreadId;
  /** The thread's own id while no name is known. */
  agentName: string;
  /** Of a subagent: the thread that launched it. */
  parentThread?: ThreadId;
  /** Of a subagent: the tool call that launched it. */
  launchCallId?: string;
}

/** The state of one thread's context after its last record. Replaces the stored one. */
export interface ThreadRow extends ThreadLaunch {
  model?: string;
  /** 0: no record of the thread itself was seen, only its launch. Such a row fills what is empty and replaces nothing. */
  lastAtMs: number;
  /** Tokens that the next request will carry: prompt and reply of the last one. Equals the sum of `windowKinds`. */
  contextTokens: number;
  /** No request has told the figure since the last boundary: it is estimated. */
  contextEstimated: boolean;
  /** The largest context window usage ever seen in this thread: evidence for the size of the window. */
  peakTokens: number;
  /** What the agent states of its window's size. */
  windowTokens?: number;
  windowSource?: 'reported' | 'settings';
  /** Time of the last compaction, or `undefined`. */
  compactedAtMs?: number;
  /** Context tokens just before the last compaction that the agent made by itself: at about this size it compacts. */
  compactedAtTokens?: number;
  /** What fills the window now, by kind. */
  windowKinds: KindTokens[];
}

export type KindTokens = [kind: Kind, tokens: number];

/** What changed in the log of a thread's prompts, as one file tells it. Parts beyond the last one given do not exist any more. */
export interface HoldingsRow {
  sessionId: SessionId;
  thread: ThreadId;
  parts: HoldingsPart[];
}

/**
 * Why a request counts as it does. `recorded`: as one record states it. `maximum`: the largest figure of each class in several records of
 * the same reply. `delta`, `sum`, `ledger`: as `RequestEvent.rule` says. `estimated`: its output is estimated from the reply's size. `placeholder`:
 * its output is kept as it was recorded before the reply was complete.
 */
export type CountRule = (typeof COUNT_RULES)[number];

/** In the order of the numbers by which they are stored: a new one goes to the end. */
export const COUNT_RULES = ['recorded', 'maximum', 'delta', 'sum', 'estimated', 'placeholder', 'ledger'] as const;

/** One model request. The same `requestId` may come again: the maximum of each field counts, and the earliest time of one that is no copy. */
export interface RequestRow {
  requestId: string;
  sessionId: SessionId;
  thread: ThreadId;
  agentName: string;
  messageId?: string;
  atMs: number;
  provider: string;
  model: string;
  usage: TokenUsage;
  tier?: string;
  webSearches: number;
  /** US dollars that the agent itself recorded; > 0. */
  recordedUsd?: number;
  /** `usage.output` is not the final figure: it is estimated, or a lower bound. */
  estimated: boolean;
  /** What it is estimated from; only where it is estimated from the reply's size. */
  estimate?: OutputEstimate;
  rule: CountRule;
  /** Characters of the reply, as far as they are recorded. */
  replyChars: number;
  /** A part of the reply was reasoning whose text is not recorded. */
  hidesThinking: boolean;
  isCopy: boolean;
  /** This request began a task (user prompt or subagent launch) with this id. */
  taskId?: string;
  /** Kinds of the tool calls that its reply made, one entry per call. */
  openedKinds?: Kind[];
  /** Its number in the file's log of its thread's prompts. */
  turn?: number;
  /** Byte offset of its first record in the file being read. */
  offset: number;
  /** Of its last one there, and how many there are. */
  lastOffset: number;
  records: number;
  /** Who owns its tokens. The sum over kinds equals `usage` in each class. */
  shares: KindShare[];
}

/** The part of one request's tokens that one kind owns, by token class; `reasoning` is a part of `output`. */
export interface KindShare {
  kind: Kind;
  usage: Omit<TokenUsage, 'reasoning'>;
}

/** A quota as an agent stated it. The newest statement of an account, limit id and window length counts. */
export interface LimitRow {
  sessionId: SessionId;
  account?: string;
  limitId: string;
  windowMinutes: number;
  usedPercent: number;
  /** What the agent says is used up. */
  reached?: LimitReached;
  resetsAtMs?: number;
  plan?: string;
  atMs: number;
}

/** Tokens that an agent stated only as a sum for a session and model. The newest statement of a session (or counter) counts. */
export interface UnlistedRow {
  sessionId: SessionId;
  model: string;
  source: string;
  usage: TokenUsage;
  atMs: number;
  /** The sum also holds the requests that are listed: theirs are to be subtracted, down to 0. */
  includesListed?: boolean;
  /** Sessions that continue one and the same sum bear the same value. */
  counter?: string;
}

/** A break in a thread's context, for the timeline. */
export interface BoundaryRow {
  sessionId: SessionId;
  thread: ThreadId;
  kind: 'compaction' | 'clear' | 'rewind' | 'fork';
  atMs: number;
  /** The agent compacted by itself. */
  isAutomatic?: boolean;
  tokensBefore?: number;
  tokensAfter?: number;
}
