import { type ClaudeState, launchedBy, type SessionFacts } from './claudeCodeState.ts';
import { MAIN_THREAD, type SessionEvent, type SessionId, type ThreadId } from './event.ts';
import { type Fields, fields, list, text } from './fields.ts';

/** What the path and the sidecar say of a file. */
export interface ClaudeFile {
  /** The session's id; absent where only the rows tell. */
  session: string | undefined;
  /** Used when neither path nor rows name a session. */
  fallbackSession: string;
  /** The subagent whose file this is. */
  agent: string | undefined;
  agentName: string | undefined;
  /** What is known of that subagent's launch. */
  launch: Pick<SessionEvent, 'parentThread' | 'launchCallId'>;
  /** A helper of the agent itself, which replays another thread's messages. */
  isInner: boolean;
  account: string | undefined;
}

/** Longer titles are cut: they are shown in one line. */
const LONGEST_TITLE = 200;

/** The title in an `ai-title` or `custom-title` row. One that the user gave is not replaced by a made one. */
export function titleFact(state: ClaudeState, row: Fields): SessionFacts | undefined {
  const isCustom = row.type === 'custom-title';
  const title = text(isCustom ? row.customTitle : (row.aiTitle ?? row.title));
  if (!title || (state.hasCustomTitle && !isCustom)) return undefined;
  if (isCustom) state.hasCustomTitle = true;
  return { title: title.slice(0, LONGEST_TITLE) };
}

/**
 * Where and by what a row was written. The session's first folder is its project; branch and version may change. A subagent's file tells
 * no more than the folder, for its worktree and branch are not the session's.
 */
export function placeFacts(
  file: ClaudeFile,
  told: SessionFacts,
  row: Fields,
  atMs: number,
  thread: ThreadId,
  session: SessionId,
): SessionFacts {
  const facts: SessionFacts = { workspace: told.workspace ?? text(row.cwd) };
  if (thread === MAIN_THREAD) facts.agentName = MAIN_THREAD;
  if (file.account !== undefined) facts.account = file.account;
  if (file.agent !== undefined) return facts;
  const parent = text(fields(row.forkedFrom)?.sessionId) ?? text(row.sessionId);
  facts.startedAtMs = told.startedAtMs ?? atMs;
  facts.gitBranch = text(row.gitBranch);
  facts.version = text(row.version);
  if (parent !== session) facts.parentSessionId = parent;
  return facts;
}

/** Those facts that were not told yet, or `undefined`; they count as told from now on. */
export function freshFacts(told: SessionFacts, facts: SessionFacts): SessionFacts | undefined {
  let fresh: Record<string, unknown> | undefined;
  for (const key in facts) {
    const value = facts[key as keyof SessionFacts];
    if (value === undefined || told[key as keyof SessionFacts] === value) continue;
    fresh ??= {};
    fresh[key] = value;
  }
  return fresh && Object.assign(told, fresh) && (fresh as SessionFacts);
}

/** What a subagent's own row or its parent's tells of its launch. */
export type Launch = Pick<SessionEvent, 'thread' | 'agentName' | 'parentThread' | 'launchCallId'>;

/** The launch of a subagent whose result a user row of `parentThread` holds: it stands in the result, or in the call that launched it. */
export function launchedThread(state: ClaudeState, row: Fields, parentThread: ThreadId): Launch | undefined {
  const result = fields(row.toolUseResult);
  const thread = text(result?.agentId);
  if (!thread) return undefined;
  const call = list(fields(row.message)?.content)
    .map((item) => text(fields(item)?.tool_use_id))
    .find((id) => id !== undefined);
  const agentName = text(result?.agentType) ?? launchedBy(state, call);
  if (agentName === undefined || thread === parentThread) return undefined;
  return { thread, agentName, parentThread, ...(call === undefined ? {} : { launchCallId: call }) };
}
