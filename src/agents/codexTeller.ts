import type { UnplacedBlock } from './blockOf.ts';
import { keptBlocks } from './codexItems.ts';
import type { CodexFile, CodexState } from './codexState.ts';
import { type CodexLimit, codexLimits } from './codexUsage.ts';
import type { AgentEvent, BlockEvent, Untold } from './event.ts';
import { type Fields, text } from './fields.ts';
import { wholeTokens } from './tokenCount.ts';

/** Blocks held back for the usage of their reply; more than any reply has. */
const MOST_PENDING = 500;

/**
 * Tells what a rollout's records say, in the order in which it entered the context: a reply's blocks wait for the usage that names their
 * request, and what a compaction keeps for the size that comes with the next count.
 */
export function codexTeller(state: CodexState, file: CodexFile) {
  let events: AgentEvent[] = [];

  function tellLaunch(thread: unknown, call: unknown): void {
    const launched = text(thread);
    const launchCallId = text(call);
    if (launched === undefined || launchCallId === undefined || launched === own()) return;
    const launch = { thread: launched, parentThread: state.thread, launchCallId };
    events.push({ type: 'session', sessionId: state.session ?? own(), ...launch });
  }

  /** A reply's blocks wait for the usage that names their request, and what entered after them waits behind. */
  function enter(block: UnplacedBlock): void {
    settleBoundary();
    if (state.isUsageFirst) {
      pushBlock(block, block.role === 'model' ? state.request : undefined);
    } else if (block.role === 'model') {
      if (state.after.length > 0 || state.reply.length >= MOST_PENDING) settleReply();
      state.reply.push(block);
    } else if (state.reply.length > 0 && state.after.length < MOST_PENDING) state.after.push(block);
    else pushBlock(block);
  }

  /** Tells the held blocks, though no usage came for them. */
  function settleReply(): void {
    settleHeld();
    if (state.after.length === 0) return;
    for (let at = 0; at < state.after.length; at++) pushBlock(state.after[at] as UnplacedBlock);
    state.after = [];
  }

  /** Tells the held blocks of the model, of a request where one is known. */
  function settleHeld(requestId?: string): void {
    if (state.reply.length === 0) return;
    for (let at = 0; at < state.reply.length; at++) pushBlock(state.reply[at] as UnplacedBlock, requestId);
    state.reply = [];
  }

  function compact(compacted: Fields, atMs: number): void {
    if (state.compacted) return;
    settleReply();
    settleBoundary();
    state.compacted = true;
    state.boundary = { atMs, tokensBefore: state.context, blocks: keptBlocks(compacted) };
    if (state.sizeAfter !== undefined) settleBoundary(state.sizeAfter);
    state.sizeAfter = undefined;
  }

  function sizeAfterCompaction(tokens: number): void {
    if (state.boundary) settleBoundary(tokens);
    else state.sizeAfter = tokens;
  }

  function settleBoundary(tokensAfter?: number): void {
    if (!state.boundary) return;
    const { blocks, ...boundary } = state.boundary;
    state.boundary = undefined;
    push({ type: 'boundary', kind: 'compaction', ...boundary, ...(tokensAfter === undefined ? {} : { tokensAfter }) });
    for (const block of blocks) pushBlock(block);
  }

  function tellWindow(value: unknown, atMs: number): void {
    const tokens = wholeTokens(value);
    if (!tokens || tokens === state.windowTokens) return;
    state.windowTokens = tokens;
    push({ type: 'window', tokens, atMs, source: 'reported' });
  }

  function tellLimits(value: unknown, atMs: number): void {
    // Replayed counts tell the parent's quotas of another time.
    if (state.replayAtMs !== undefined) return;
    const limits = codexLimits(value, atMs);
    // Those that say the same as before, too: the age of a statement is shown beside it.
    for (let at = 0; at < limits.length; at++) {
      const limit = limits[at] as CodexLimit;
      limit.account = file.account;
      push(limit);
    }
  }

  function own(): string {
    return state.own ?? file.name;
  }

  /** The block becomes the event: there are too many to copy them. */
  function pushBlock(block: UnplacedBlock, requestId?: string): void {
    const event = block as UnplacedBlock & Partial<BlockEvent>;
    event.type = 'block';
    if (requestId !== undefined) event.requestId = requestId;
    push(event as BlockEvent);
  }

  /** @param event a new object, which becomes the event */
  function push(event: Untold): void {
    const placed = event as AgentEvent;
    placed.sessionId = state.session ?? own();
    placed.thread = state.thread;
    events.push(placed);
  }

  return {
    /** From now on for another record. @returns where its events will stand */
    begin: (): AgentEvent[] => {
      events = [];
      return events;
    },
    own,
    push,
    enter,
    settleReply,
    settleHeld,
    compact,
    sizeAfterCompaction,
    settleBoundary,
    tellLaunch,
    tellWindow,
    tellLimits,
  };
}
