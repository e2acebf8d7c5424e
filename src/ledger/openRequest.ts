import type { RequestEvent, TokenUsage } from '../agents/event.ts';
import { apportion } from './apportion.ts';
import { type Arrival, type Composition, type Entry, entry, entryOf, weightsOf } from './composition.ts';
import type { Step } from './holdings.ts';
import type { Kind } from './kind.ts';
import { shareOf } from './promptShares.ts';
import type { CountRule, KindShare, RequestRow } from './rows.ts';

/** A request that later records may still correct. Plain data. */
export interface OpenRequest {
  requestId: string;
  messageId?: string;
  atMs: number;
  provider: string;
  model: string;
  /** As recorded: the maximum of each field over all rows so far. */
  usage: TokenUsage;
  tier?: string;
  webSearches: number;
  /** As recorded by the agent. */
  recordedUsd?: number;
  /** Some row of the request holds its final output. */
  isFinal: boolean;
  /** Without a final output the recorded one stands. */
  keepPlaceholder: boolean;
  isCopy: boolean;
  taskId?: string;
  /** How the agent came by the figures. */
  rule?: RequestEvent['rule'];
  /** Of its first record. */
  offset: number;
  lastOffset: number;
  records: number;
  /** Size of the prompt. */
  promptTokens: number;
  /** What the reply is made of, as far as it is known. */
  reply: Arrival[];
  /** Characters of the reply that became output tokens. */
  replyChars: number;
  /** The reply has reasoning with text, or without. */
  showsThinking: boolean;
  hidesThinking: boolean;
  /** Characters per output token of this model's exact replies before it: for an estimate. */
  charsPerToken: number;
  /** Changed since the rows were taken. */
  isTouched: boolean;
  /** Who owns the prompt; fixed when the request is opened. */
  promptShares: KindShare[];
  /** Its number in the thread's log, and how its prompt differs from the one before. */
  turn: number;
  steps: Step[];
}

/** The maximum of each field. */
export function maxUsage(a: TokenUsage, b: TokenUsage): TokenUsage {
  return {
    input: Math.max(a.input, b.input),
    cacheRead: Math.max(a.cacheRead, b.cacheRead),
    cacheWrite5m: Math.max(a.cacheWrite5m, b.cacheWrite5m),
    cacheWrite1h: Math.max(a.cacheWrite1h, b.cacheWrite1h),
    output: Math.max(a.output, b.output),
    reasoning: Math.max(a.reasoning, b.reasoning),
  };
}

/** Field by field, which is quicker than to spread it. */
const copyOf = ({ input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning }: TokenUsage): TokenUsage => ({
  input,
  cacheRead,
  cacheWrite5m,
  cacheWrite1h,
  output,
  reasoning,
});

/** The larger of two recorded costs, as far as they are known: it grows as a reply streams. */
export function largerCost(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

export function promptSize(usage: TokenUsage): number {
  return usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;
}

export function openRequest(
  event: RequestEvent,
  offset: number,
  taskId: string | undefined,
  charsPerToken: number,
  turn: number,
): OpenRequest {
  return {
    requestId: event.requestId,
    messageId: event.messageId,
    atMs: event.atMs,
    provider: event.provider,
    model: event.model,
    usage: copyOf(event.usage),
    tier: event.tier,
    webSearches: event.webSearches ?? 0,
    recordedUsd: event.costUsd,
    isFinal: !event.outputIsPlaceholder,
    keepPlaceholder: event.keepPlaceholder ?? false,
    isCopy: event.isCopy ?? false,
    taskId,
    rule: event.rule,
    offset,
    lastOffset: offset,
    records: 1,
    promptTokens: event.contextTokens ?? promptSize(event.usage),
    reply: [],
    replyChars: 0,
    showsThinking: false,
    hidesThinking: false,
    charsPerToken,
    isTouched: true,
    promptShares: [],
    turn,
    steps: [],
  };
}

/** Output tokens: as recorded, or estimated from the reply's size where only a placeholder was recorded. */
export function outputOf(request: OpenRequest): { tokens: number; estimated: boolean } {
  if (request.isFinal || request.keepPlaceholder) return { tokens: request.usage.output, estimated: !request.isFinal };
  const estimate = Math.ceil(request.replyChars / request.charsPerToken);
  return { tokens: Math.max(request.usage.output, estimate), estimated: true };
}

/** The reply as a part of the context: its blocks share the output by weight; a reply without blocks is the model's. */
export function replyComposition(request: OpenRequest): Composition {
  const { tokens } = outputOf(request);
  if (request.reply.length === 0) return tokens > 0 ? [entry('model', '', tokens)] : [];
  const parts = apportion(tokens, weightsOf(request.reply));
  const composition: Composition = [];
  for (let at = 0; at < request.reply.length; at++) {
    const tokens = parts[at] ?? 0;
    if (tokens > 0) composition.push(entryOf(request.reply[at] as Arrival, tokens));
  }
  return composition;
}

/** What the output is estimated from, where it is. */
function estimateOf(request: OpenRequest): RequestRow['estimate'] {
  if (request.isFinal || request.keepPlaceholder) return undefined;
  const weights = new Map<Kind, number>();
  for (const part of request.reply) weights.set(part.kind, (weights.get(part.kind) ?? 0) + part.weight);
  return {
    recorded: request.usage.output,
    weights: Object.fromEntries([...weights].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function ruleOf(request: OpenRequest): CountRule {
  if (!request.isFinal && !request.keepPlaceholder) return 'estimated';
  if (request.rule) return request.rule;
  if (!request.isFinal) return 'placeholder';
  return request.records > 1 ? 'maximum' : 'recorded';
}

function copyOfShare({ kind, usage }: KindShare): KindShare {
  const { input, cacheRead, cacheWrite5m, cacheWrite1h, output } = usage;
  return { kind, usage: { input, cacheRead, cacheWrite5m, cacheWrite1h, output } };
}

/** The request as a row, with shares that sum to its usage in each class. */
export function requestRow(
  request: OpenRequest,
  owner: Pick<RequestRow, 'sessionId' | 'thread' | 'agentName'>,
): RequestRow {
  const { tokens: output, estimated } = outputOf(request);
  const { usage, reply, promptShares } = request;
  let opened: Kind[] | undefined;
  for (let at = 0; at < reply.length; at++) {
    const part = reply[at] as Arrival;
    if (!part.isCall) continue;
    opened ??= [];
    opened.push(part.kind);
  }
  const shares: KindShare[] = [];
  for (let at = 0; at < promptShares.length; at++) shares.push(copyOfShare(promptShares[at] as KindShare));
  const replied = replyComposition(request);
  for (let at = 0; at < replied.length; at++) {
    const { kind, tokens } = replied[at] as Entry;
    shareOf(shares, kind).usage.output += tokens;
  }
  // There are very many: all fields at once are several times cheaper than some that are spread.
  return {
    sessionId: owner.sessionId,
    thread: owner.thread,
    agentName: owner.agentName,
    requestId: request.requestId,
    messageId: request.messageId,
    atMs: request.atMs,
    provider: request.provider,
    model: request.model,
    usage: {
      input: usage.input,
      cacheRead: usage.cacheRead,
      cacheWrite5m: usage.cacheWrite5m,
      cacheWrite1h: usage.cacheWrite1h,
      output,
      reasoning: usage.reasoning,
    },
    tier: request.tier,
    webSearches: request.webSearches,
    recordedUsd: request.recordedUsd,
    estimated,
    estimate: estimateOf(request),
    rule: ruleOf(request),
    replyChars: request.replyChars,
    hidesThinking: request.hidesThinking || (usage.reasoning > 0 && !request.showsThinking),
    isCopy: request.isCopy,
    taskId: request.taskId,
    openedKinds: opened,
    offset: request.offset,
    lastOffset: request.lastOffset,
    records: request.records,
    turn: request.turn,
    shares,
  };
}
