import type { PlacedReading } from './agent.ts';
import { MAIN_THREAD, type SessionId, type ThreadId } from './event.ts';
import { type Fields, fields, text, timeMs } from './fields.ts';

/** One session as opencode keeps it, in whichever form. A subagent's is a child of the session that launched it. */
export interface OpenCodeSession {
  /** The outermost parent: what counts as the session here. */
  sessionId: SessionId;
  /** `main`, or the child's own id. */
  thread: ThreadId;
  agentName: string;
  /** Of a child: the thread that launched it. */
  parentThread?: ThreadId;
  title?: string;
  workspace?: string;
  version?: string;
  startedAtMs?: number;
  account?: string;
}

/** What a session says of itself: the columns of its row, or the fields of its file. */
export interface OpenCodeSessionFacts {
  id: string;
  parentId?: string;
  title?: string;
  agent?: string;
  workspace?: string;
  version?: string;
  startedAtMs?: number;
}

/** Facts of a `session` row. */
export function factsOfRow(row: Fields): OpenCodeSessionFacts | undefined {
  return facts(row, row.parent_id, row.time_created);
}

/** Facts of a session's file. */
export function factsOfFile(file: Fields): OpenCodeSessionFacts | undefined {
  return facts(file, file.parentID, fields(file.time)?.created);
}

function facts(from: Fields, parent: unknown, created: unknown): OpenCodeSessionFacts | undefined {
  const id = text(from.id);
  if (id === undefined) return undefined;
  return {
    id,
    // An id names a file in the storage of before.
    parentId: /^[\w-]{1,120}$/.test(text(parent) ?? '') ? text(parent) : undefined,
    title: text(from.title),
    agent: text(from.agent),
    workspace: text(from.directory),
    version: text(from.version),
    startedAtMs: timeMs(created),
  };
}

/** More generations than these are a circle. */
const MAX_GENERATIONS = 20;

/**
 * The session with its place among others.
 *
 * @param parentOf facts of another session, as far as they are there
 * @param agentOfMessages the agent that its messages name
 */
export function placeSession(
  own: OpenCodeSessionFacts,
  parentOf: (id: string) => OpenCodeSessionFacts | undefined,
  agentOfMessages: string | undefined,
  account: string | undefined,
): OpenCodeSession {
  let root = own.id;
  let parent = own.parentId;
  for (let generation = 0; parent !== undefined && generation < MAX_GENERATIONS; generation++) {
    root = parent;
    parent = parentOf(parent)?.parentId;
  }
  const isMain = root === own.id;
  const named = own.agent ?? /\(@([\w./-]{1,60}) subagent\)$/.exec(own.title ?? '')?.[1] ?? agentOfMessages;
  return {
    sessionId: root,
    thread: isMain ? MAIN_THREAD : own.id,
    agentName: isMain ? MAIN_THREAD : (named ?? 'subagent'),
    parentThread: isMain ? undefined : own.parentId === root ? MAIN_THREAD : own.parentId,
    // Until a title is made, the session bears the time it began.
    title: isMain && !/^(New|Child) session - \d{4}-/.test(own.title ?? '') ? own.title : undefined,
    workspace: isMain ? own.workspace : undefined,
    version: own.version,
    startedAtMs: isMain ? own.startedAtMs : undefined,
    account,
  };
}

/** The reading that tells what is known of the session. */
export function sessionReading(session: OpenCodeSession, offset: number): PlacedReading {
  const known = Object.fromEntries(Object.entries(session).filter(([, value]) => value !== undefined));
  return { offset, outcome: 'read', events: [{ type: 'session', ...(known as unknown as OpenCodeSession) }] };
}
