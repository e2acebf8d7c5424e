import type { AgentEvent, BlockEvent, RequestEvent, TokenUsage } from '../agents/event.ts';
import { foldBoundary, rememberTask } from './boundaries.ts';
import {
  type Arrival,
  addedComposition,
  type Change,
  changed,
  compositionAfterCompaction,
  type Entry,
  firstComposition,
  nextChange,
  preambleOf,
  weightOf,
} from './composition.ts';
import { charsPerToken, estimateTokens } from './estimate.ts';
import { endTurn, type HoldingsLog, ownerNumber, packEntries, type Step, type Turn } from './holdings.ts';
import type { Kind } from './kind.ts';
import { fitShares } from './mergeRequests.ts';
import { nameHead } from './nameHead.ts';
import { largerCost, maxUsage, type OpenRequest, openRequest, promptSize, replyComposition } from './openRequest.ts';
import { addByKind, sharesOfPrompt, sumOf } from './promptShares.ts';
import { learnTextRate, textFactor } from './textRate.ts';
import { nothingUpcoming, type ThreadState } from './threadState.ts';

/** How many earlier requests a late row may still correct: parallel tool calls and side questions interleave rows of a few replies. */
const CORRECTABLE_REQUESTS = 12;

/** How many tool calls are remembered until their results come. */
const OPEN_CALLS = 128;

/** Folds one event into the thread's state. Events that are not of a thread's context change nothing. */
export function foldEvent(state: ThreadState, event: AgentEvent, offset: number): void {
  switch (event.type) {
    case 'session':
      if (event.agentName !== undefined) state.agentName = event.agentName;
      state.parentThread ??= event.parentThread;
      state.launchCallId ??= event.launchCallId;
      return;
    case 'task':
      state.taskId = event.taskId;
      rememberTask(state);
      state.lastAtMs = Math.max(state.lastAtMs, event.atMs);
      return;
    case 'block':
      foldBlock(state, event);
      return;
    case 'request':
      foldRequest(state, event, offset);
      return;
    case 'boundary':
      foldBoundary(state, event);
      return;
    case 'window':
      if (event.source === 'reported' || state.windowSource !== 'reported') {
        state.windowTokens = event.tokens;
        state.windowSource = event.source;
      }
      return;
  }
}

function foldBlock(state: ThreadState, block: BlockEvent): void {
  if (block.stoodBefore && state.segment === 'running') {
    nameHead(state, block.target ?? '', estimateTokens(block));
    return;
  }
  const owner = ownerOf(state, block);
  const isCall = block.part === 'toolCall';
  const arrival = newArrival(
    owner.kind,
    owner.target,
    block.part === 'toolResult' && block.role !== 'model',
    estimateTokens(block),
    isCall,
  );
  if (isCall && block.callId !== undefined && !state.calls.has(block.callId)) {
    state.calls.set(block.callId, owner);
    if (state.calls.size > OPEN_CALLS) forgetCalls(state.calls);
  }
  if (block.role !== 'model') {
    // The head's parts are told anew after a compaction, at the size at which they were told first; a summary has what is left there.
    if (owner.kind !== 'system' && owner.kind !== 'memory' && owner.kind !== 'summary')
      arrival.weight = Math.max(1, Math.round(arrival.weight * textFactor(state.textRate)));
    const isEarly = block.callId !== undefined && state.upcoming.calls.includes(block.callId);
    (isEarly ? state.upcoming.results : state.arrivals).push(arrival);
    return;
  }
  const request = recentOf(state, block.requestId);
  if (request) {
    request.reply.push(arrival);
    request.replyChars += block.chars;
    request.showsThinking ||= block.part === 'thinking' && block.chars > 0;
    request.hidesThinking ||= block.part === 'thinking' && block.chars === 0;
    request.isTouched = true;
    return;
  }
  state.upcoming.reply.push(arrival);
  state.upcoming.chars += block.chars;
  state.upcoming.thinking.shows ||= block.part === 'thinking' && block.chars > 0;
  state.upcoming.thinking.hides ||= block.part === 'thinking' && block.chars === 0;
  if (block.callId !== undefined) state.upcoming.calls.push(block.callId);
}

/** Arrivals are made in one place, like entries. */
const newArrival = (kind: Kind, target: string, isResult: boolean, weight: number, isCall: boolean): Arrival => ({
  kind,
  target,
  isResult,
  weight,
  isCall,
});

function forgetCalls(calls: ThreadState['calls']): void {
  for (const [oldest] of calls) {
    if (calls.size <= OPEN_CALLS) return;
    calls.delete(oldest);
  }
}

/** The newest request of an id, of those that may still be corrected. */
function recentOf({ recent }: ThreadState, requestId: string | undefined): OpenRequest | undefined {
  for (let at = recent.length - 1; at >= 0; at--) {
    const request = recent[at] as OpenRequest;
    if (request.requestId === requestId) return request;
  }
  return undefined;
}

/** A tool's own blocks belong to the tool, also when a result names only the call. */
function ownerOf(state: ThreadState, block: BlockEvent): { kind: Kind; target: string } {
  if (block.tool) return { kind: block.tool.kind, target: block.tool.target ?? '' };
  const call = block.callId === undefined ? undefined : state.calls.get(block.callId);
  if (call) return call;
  const target = block.target ?? '';
  if (block.part === 'memory') return { kind: 'memory', target };
  if (block.part === 'summary') return { kind: 'summary', target: '' };
  if (block.role === 'model') return { kind: 'model', target: '' };
  if (block.role === 'tool') return { kind: 'other', target: '' };
  return block.role === 'system' ? { kind: 'system', target } : { kind: 'user', target: '' };
}

function foldRequest(state: ThreadState, event: RequestEvent, offset: number): void {
  if (event.atMs > state.lastAtMs) state.lastAtMs = event.atMs;
  const known = recentOf(state, event.requestId);
  if (known) {
    correct(state, known, event, offset);
    return;
  }

  calibrate(state);
  const rate = charsPerToken(state.exactReplies.get(event.model));
  const request = openRequest(event, offset, state.taskId, rate, state.log.requests++);
  state.taskId = undefined;
  state.model = event.model;
  if (!request.isCopy) state.onlyCopies = false;
  const previous = state.recent.at(-1);
  const entered = state.arrivals;
  compose(state, request, previous, entered);

  request.reply = state.upcoming.reply;
  request.replyChars = state.upcoming.chars;
  request.showsThinking = state.upcoming.thinking.shows;
  request.hidesThinking = state.upcoming.thinking.hides;
  state.arrivals = state.upcoming.results;
  state.upcoming = nothingUpcoming();
  state.peakTokens = Math.max(state.peakTokens, request.promptTokens);
  state.recent.push(request);
  request.isTouched = true;
  settleOldRequests(state);
}

/** What the prompt of a new request is made of, and who owns it. */
function compose(
  state: ThreadState,
  request: OpenRequest,
  previous: OpenRequest | undefined,
  entered: Arrival[],
): void {
  const { segment, composition } = state;
  const size = request.promptTokens;
  state.segment = 'running';
  if (segment === 'running') {
    // A reply that was taken back does not enter.
    const isRewound = state.rewound !== undefined;
    state.rewound = undefined;
    const replied = isRewound ? [] : replyArrivals(previous);
    const arrivals = replied.concat(entered);
    const sizeBefore = sumOf(state.byKind);
    const added = addedComposition(size, sizeBefore, arrivals);
    learnTextRate(state.textRate, weightOf(entered), size - sizeBefore - weightOf(replied));
    if (added) {
      for (let at = 0; at < added.length; at++) composition.push(added[at] as Entry);
      request.steps.push([0, packEntries(state.log, added)]);
      addByKind(state.byKind, added);
      own(state, request);
    } else change(state, request, nextChange(size, composition, arrivals, isRewound ? 'newest' : 'results'));
    return;
  }
  state.composition =
    segment === 'first' ? firstComposition(size, entered) : compositionAfterCompaction(size, composition, entered);
  state.preamble = preambleOf(state.composition);
  request.steps.push([-1, packEntries(state.log, state.composition)]);
  state.byKind = addByKind([], state.composition);
  own(state, request);
}

/** The prompt of a request is a changed form of the one that is known. */
function change(state: ThreadState, request: OpenRequest, by: Change): void {
  const left: number[] = [];
  state.composition.forEach((entry, index) => {
    const tokens = by.left?.[index] ?? entry.tokens;
    if (tokens !== entry.tokens) left.push(index, tokens);
  });
  const step: Step = [left.length > 0 ? left : 0, packEntries(state.log, by.added)];
  request.steps.push(step);
  state.composition = changed(state.composition, by);
  state.byKind = addByKind([], state.composition);
  own(state, request);
}

function own(state: ThreadState, request: OpenRequest): void {
  request.promptShares = sharesOfPrompt(state.composition, state.byKind, request.usage);
}

/** The newest reply is complete when the next request is made: if its output is exact, it tells how this model's text becomes tokens. */
function calibrate(state: ThreadState): void {
  const request = state.recent.at(-1);
  if (!request?.isFinal || request.replyChars === 0) return;
  const known = state.exactReplies.get(request.model) ?? { chars: 0, tokens: 0 };
  known.chars += request.replyChars;
  known.tokens += request.usage.output;
  state.exactReplies.set(request.model, known);
}

/** The previous reply as it enters the next prompt: at its exact size, or by estimates where its output was never recorded in full. */
function replyArrivals(request: OpenRequest | undefined): Arrival[] {
  if (!request) return [];
  if (!request.isFinal && request.reply.length > 0) return request.reply;
  const arrivals: Arrival[] = [];
  const composition = replyComposition(request);
  for (let at = 0; at < composition.length; at++) {
    const { kind, target, tokens } = composition[at] as Entry;
    arrivals.push(newArrival(kind, target, false, tokens, false));
  }
  return arrivals;
}

/** Another row of a request that is already counted: the maximum of each field, the earliest time. */
function correct(state: ThreadState, request: OpenRequest, event: RequestEvent, offset: number): void {
  if (offset !== request.lastOffset) request.records++;
  request.lastOffset = offset;
  const before = request.usage;
  const usage = maxUsage(before, event.usage);
  const grown = (event.contextTokens ?? promptSize(usage)) - request.promptTokens;
  request.usage = usage;
  request.atMs = Math.min(request.atMs, event.atMs);
  request.isFinal ||= !event.outputIsPlaceholder;
  request.isCopy &&= event.isCopy ?? false;
  request.webSearches = Math.max(request.webSearches, event.webSearches ?? 0);
  request.recordedUsd = largerCost(request.recordedUsd, event.costUsd);
  if (!request.isCopy) state.onlyCopies = false;
  request.promptTokens += grown;
  state.peakTokens = Math.max(state.peakTokens, request.promptTokens);
  // Only the newest prompt is known as it stands, and only until a boundary.
  if (state.segment !== 'running' || request !== state.recent.at(-1))
    request.promptShares = fitShares(request.promptShares, { ...usage, output: 0 });
  else if (grown !== 0) change(state, request, nextChange(request.promptTokens, state.composition, []));
  else if (!isSamePrompt(usage, before)) own(state, request);
  request.isTouched = true;
}

const isSamePrompt = (a: TokenUsage, b: TokenUsage): boolean =>
  a.input === b.input &&
  a.cacheRead === b.cacheRead &&
  a.cacheWrite5m === b.cacheWrite5m &&
  a.cacheWrite1h === b.cacheWrite1h;

/** Requests beyond the correctable ones become history: their output is added to their owners' for good. */
function settleOldRequests(state: ThreadState): void {
  while (state.recent.length > CORRECTABLE_REQUESTS) {
    const settled = state.recent.shift();
    if (!settled) return;
    endTurn(state.log, turnOf(state.log, settled));
    if (settled.isTouched) state.settled.push(settled);
  }
}

/** A request as the log holds it: its reply's parts with their owners, so that an output can be divided again. */
export function turnOf(log: HoldingsLog, request: OpenRequest): Turn {
  const reply: number[] = [];
  for (let at = 0; at < request.reply.length; at++) {
    const { kind, target, weight, isCall } = request.reply[at] as Arrival;
    reply.push(ownerNumber(log, kind, target), weight, isCall ? 1 : 0);
  }
  return [reply, ...request.steps];
}
