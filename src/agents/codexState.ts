import type { JsonValue } from '../transcripts/json.ts';
import type { UnplacedBlock } from './blockOf.ts';
import type { CodexUsage } from './codexUsage.ts';
import { MAIN_THREAD, type SessionId, type ThreadId } from './event.ts';
import { type Fields, fields, text } from './fields.ts';

/** What the path says of a file. */
export interface CodexFile {
  /** File name without its ending: the identity when the file's head is missing. */
  name: string;
  account: string | undefined;
}

/** All that a reader remembers between records: plain data, small. */
export interface CodexState {
  shape: 3;
  /** The thread's own id, from the first `session_meta`. */
  own?: string;
  /** When the thread began. */
  bornAtMs?: number;
  /** Whose cumulative counter the thread goes on with: its own, or that of the thread it was forked from. */
  counter?: string;
  session?: SessionId;
  thread: ThreadId;
  agentName: string;
  provider: string;
  model?: string;
  tier?: string;
  turn?: string;
  lastAtMs?: number;
  /** The parent's history is being replayed; time of its newest record. */
  replayAtMs?: number;
  /** The newest cumulative usage, whichever record told it: the baseline of the next. */
  total?: CodexUsage;
  /** `total` came from a `token_usage_record`, as every one of this file should from then on. */
  hasRecords: boolean;
  /** Context tokens of the newest request. */
  context?: number;
  windowTokens?: number;
  /** Blocks of a reply whose usage is still to come, and what entered after them. */
  reply: UnplacedBlock[];
  after: UnplacedBlock[];
  /** Up to 0.65 the usage of a reply was written before its items; known from the first usage on. */
  isUsageFirst?: boolean;
  /** The newest request, whose items follow where the usage comes first. */
  request?: string;
  /** A compaction whose new context size may follow. */
  boundary?: { atMs: number; tokensBefore?: number; blocks: UnplacedBlock[] };
  /** The size of the context after a compaction that is still to be recorded. */
  sizeAfter?: number;
  compacted: boolean;
  /** Size of the system prompt that the head of the file holds: newer versions repeat it as a message. */
  baseChars?: number;
  /** Size of the instructions that the head of the file holds, until a message repeats them or the first request shows that none does. */
  instructionChars?: number;
  prompts: number;
  task?: string;
  launched: boolean;
  /** Newest calls that launch a subagent: their output names its thread. */
  spawns: string[];
}

/** All fields at once: those that came later would give every file's state another shape. */
const newState = (): CodexState => ({
  shape: 3,
  own: undefined,
  bornAtMs: undefined,
  counter: undefined,
  session: undefined,
  thread: MAIN_THREAD,
  agentName: MAIN_THREAD,
  provider: 'openai',
  model: undefined,
  tier: undefined,
  turn: undefined,
  lastAtMs: undefined,
  replayAtMs: undefined,
  total: undefined,
  hasRecords: false,
  context: undefined,
  windowTokens: undefined,
  reply: [],
  after: [],
  isUsageFirst: undefined,
  request: undefined,
  boundary: undefined,
  sizeAfter: undefined,
  compacted: false,
  baseChars: undefined,
  instructionChars: undefined,
  prompts: 0,
  task: undefined,
  launched: false,
  spawns: [],
});

/** A new state, or a copy of the saved one; `undefined` when that has another shape. */
export function codexState(saved: JsonValue | undefined): CodexState | undefined {
  if (saved === undefined) return newState();
  const state = structuredClone(saved) as unknown as Partial<CodexState> | null;
  return state?.shape === 3 ? { ...newState(), ...state } : undefined;
}

/** What the first `session_meta` of a file says of its thread. */
export interface CodexHead {
  id: string;
  /** The session that a subagent's thread belongs to; absent for a thread of its own. */
  owner?: SessionId;
  agentName: string;
  /** Of a subagent: the thread that launched it, where the head names it. */
  parentThread?: ThreadId;
  /** The thread whose history this one goes on with. */
  forkedFrom?: SessionId;
  /** Forked or launched: the file may begin with a copy of another thread's history. */
  isOffspring: boolean;
}

/** Reads a head, or `undefined` when it names no thread. */
export function codexHead(meta: Fields): CodexHead | undefined {
  // Other front ends write only the newer name.
  const id = text(meta.id) ?? text(meta.session_id);
  if (!id) return undefined;
  const source = fields(meta.source)?.subagent;
  const spawn = fields(fields(source)?.thread_spawn);
  // Newer heads name the root of the tree of agents; before, only the parent is known.
  const root = text(meta.session_id);
  const isNested = root !== undefined && root !== id;
  const parent = text(spawn?.parent_thread_id) ?? text(meta.parent_thread_id);
  const owner = isNested ? root : parent;
  // The nickname is drawn anew for each launch; who is launched without a role has the one that is called `default`.
  const role = text(meta.agent_role) ?? text(spawn?.agent_role) ?? text(source) ?? (spawn ? 'default' : 'subagent');
  const forkedFrom = owner === undefined ? text(meta.forked_from_id) : undefined;
  return {
    id,
    isOffspring: spawn !== undefined || text(meta.forked_from_id) !== undefined,
    agentName: source !== undefined || isNested ? role : MAIN_THREAD,
    ...(owner === undefined ? {} : { owner }),
    ...(parent === undefined ? {} : { parentThread: parent === owner ? MAIN_THREAD : parent }),
    ...(forkedFrom === undefined ? {} : { forkedFrom }),
  };
}
