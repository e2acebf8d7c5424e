import type { JsonValue } from '../transcripts/json.ts';
import type { LastMessage } from './claudeCodeIdentity.ts';
import { promptMark } from './claudeCodePrompt.ts';
import { MAIN_THREAD, type SessionEvent, type ThreadId } from './event.ts';
import { type Fields, fields, text } from './fields.ts';

/** Threads, calls and rows remembered at a time; older ones have long ended. */
const MOST_THREADS = 64;
const MOST_CALLS = 32;
const MOST_LINKS = 64;

/** What is remembered of one thread. */
export interface ThreadState {
  launched?: boolean;
  named?: boolean;
  /** A request was made since the thread began or was compacted: what the system prompt holds has been told. */
  asked?: boolean;
  system?: boolean;
  tools?: boolean;
  windowModel?: string;
  last?: LastMessage;
}

/** Facts of a session, by field. */
export type SessionFacts = Partial<Omit<SessionEvent, 'type' | 'sessionId' | 'thread'>>;

/** All that a reader remembers between records: plain data, small. */
export interface ClaudeState {
  shape: 1;
  session?: string;
  bornAtMs?: number;
  lastAtMs?: number;
  /** Session facts already told, by field. */
  told: SessionFacts;
  hasCustomTitle?: boolean;
  threads: Record<ThreadId, ThreadState>;
  /** Of inline sidechains: newest rows and the root each descends from. */
  links: [uuid: string, root: string][];
  /** Subagent launches: call id, mark of the prompt, type. */
  calls: [id: string, mark: string, type: string][];
  /** A slash command that no request has followed yet. */
  command?: { taskId: string; atMs: number };
}

/** A new state, or a copy of the saved one; `undefined` when that has another shape. */
export function claudeState(saved: JsonValue | undefined): ClaudeState | undefined {
  if (saved === undefined) return { shape: 1, told: {}, threads: {}, links: [], calls: [] };
  const state = structuredClone(saved) as unknown as ClaudeState | undefined;
  return state?.shape === 1 ? state : undefined;
}

/** The thread's memory, made when it is new. */
export function threadState(state: ClaudeState, thread: ThreadId): ThreadState {
  const known = state.threads[thread];
  if (known) return known;
  const names = Object.keys(state.threads);
  if (names.length >= MOST_THREADS) delete state.threads[names.find((name) => name !== MAIN_THREAD) ?? ''];
  const fresh = newThread();
  state.threads[thread] = fresh;
  return fresh;
}

/** With all fields from the beginning: all threads have one shape. */
export function newThread(): ThreadState {
  return {
    launched: undefined,
    named: undefined,
    asked: undefined,
    system: undefined,
    tools: undefined,
    windowModel: undefined,
    last: undefined,
  };
}

/** Remembers the call that launches a subagent, to tell the type of the thread that follows from it. */
export function rememberLaunch(state: ClaudeState, callId: string, prompt: unknown, type: string): void {
  state.calls.push([callId, promptMark(prompt), type]);
  if (state.calls.length > MOST_CALLS) state.calls.shift();
}

/** The type that a remembered call launched. */
export function launchedBy(state: ClaudeState, callId: unknown): string | undefined {
  return state.calls.find(([call]) => call === callId)?.[2];
}

/**
 * The thread of an inline sidechain row: 1.x gives it no id, but its rows hang together by `parentUuid` down to a root, which begins with
 * the prompt of the call that launched it. `launched` comes with the root only.
 */
export function sidechainOf(
  state: ClaudeState,
  row: Fields,
): { thread: ThreadId; launched?: { agentName: string; launchCallId: string } } {
  const uuid = text(row.uuid) ?? '';
  const root = state.links.find(([link]) => link === row.parentUuid)?.[1];
  state.links.push([uuid, root ?? uuid]);
  if (state.links.length > MOST_LINKS) state.links.shift();
  if (root !== undefined) return { thread: root };
  const mark = promptMark(fields(row.message)?.content);
  const call = state.calls.find(([, prompt]) => prompt === mark);
  return { thread: uuid, ...(call ? { launched: { agentName: call[2], launchCallId: call[0] } } : {}) };
}
