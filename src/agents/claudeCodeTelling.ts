import { type ClaudeFile, freshFacts, placeFacts } from './claudeCodeSession.ts';
import { type ClaudeState, type SessionFacts, sidechainOf, threadState } from './claudeCodeState.ts';
import { type AgentEvent, type BlockEvent, MAIN_THREAD, type ThreadId, type Untold } from './event.ts';
import { type Fields, text } from './fields.ts';

/** The events that a record becomes, and what every row tells beside its own: session and thread. */
export interface ClaudeTelling {
  /** Begins the events of a record. @returns the list to which they are added */
  begin(): AgentEvent[];
  sessionId(): string;
  /** @param event a new object, which becomes the event */
  push(event: Untold<'sessionId'>): void;
  /** The block becomes the event: there are too many to copy them. */
  pushBlock(thread: ThreadId, block: BlockEvent, requestId?: string): void;
  /** Tells those facts that are new. */
  tell(thread: ThreadId, facts: SessionFacts | undefined): void;
  /** Tells what a row says of the session and its threads. */
  tellPlace(row: Fields, atMs: number, thread: ThreadId): void;
  /** The file's subagent, or by the row: inline sidechains of 1.x have no id of their own but hang together by `parentUuid`. */
  threadOf(row: Fields): ThreadId;
  /** Whether a row was copied from another session or thread. */
  isCopy(row: Fields, atMs: number): boolean;
}

/** Rows this much older than the file's birth were copied into it. */
const COPY_SLACK_MS = 100;

export function claudeTelling(file: ClaudeFile, state: ClaudeState): ClaudeTelling {
  let events: AgentEvent[] = [];
  /** Of the newest row that told one. */
  let place: Record<'thread' | 'cwd' | 'gitBranch' | 'version' | 'session', unknown> = {
    thread: undefined,
    cwd: undefined,
    gitBranch: undefined,
    version: undefined,
    session: undefined,
  };

  function sessionId(): string {
    return file.session ?? state.session ?? file.fallbackSession;
  }

  function push(event: Untold<'sessionId'>): void {
    const placed = event as AgentEvent;
    placed.sessionId = sessionId();
    events.push(placed);
  }

  function pushBlock(thread: ThreadId, block: BlockEvent, requestId?: string): void {
    block.sessionId = sessionId();
    block.thread = thread;
    block.requestId = requestId;
    events.push(block);
  }

  function tell(thread: ThreadId, facts: SessionFacts | undefined): void {
    const fresh = facts && freshFacts(state.told, facts);
    if (fresh) push({ type: 'session', thread, ...fresh });
  }

  function tellPlace(row: Fields, atMs: number, thread: ThreadId): void {
    if (!isSamePlace(row, thread))
      tell(thread, placeFacts(file, state.told, row, state.bornAtMs ?? atMs, thread, sessionId()));
    const known = threadState(state, thread);
    if (file.agentName === undefined || thread === MAIN_THREAD || known.named) return;
    known.named = true;
    push({ type: 'session', thread, agentName: file.agentName, ...file.launch });
  }

  /** The row stands where the one before did: it has nothing new to tell of it. */
  function isSamePlace(row: Fields, thread: ThreadId): boolean {
    const { cwd, gitBranch, version, sessionId: session, forkedFrom } = row;
    const isSame =
      place.thread === thread &&
      place.cwd === cwd &&
      place.gitBranch === gitBranch &&
      place.version === version &&
      place.session === session &&
      forkedFrom === undefined;
    if (!isSame) place = { thread: forkedFrom === undefined ? thread : undefined, cwd, gitBranch, version, session };
    return isSame;
  }

  function isCopy(row: Fields, atMs: number): boolean {
    if (file.isInner || row.forkedFrom !== undefined) return true;
    const session = text(row.sessionId);
    if (session !== undefined && session !== sessionId()) return true;
    return state.bornAtMs !== undefined && atMs < state.bornAtMs - COPY_SLACK_MS;
  }

  function threadOf(row: Fields): ThreadId {
    if (file.agent !== undefined) return file.agent;
    if (row.isSidechain !== true) return MAIN_THREAD;
    const agent = text(row.agentId);
    if (agent) return agent;
    const { thread, launched } = sidechainOf(state, row);
    if (launched) push({ type: 'session', thread, parentThread: MAIN_THREAD, ...launched });
    return thread;
  }

  return {
    begin() {
      events = [];
      return events;
    },
    sessionId,
    push,
    pushBlock,
    tell,
    tellPlace,
    threadOf,
    isCopy,
  };
}
