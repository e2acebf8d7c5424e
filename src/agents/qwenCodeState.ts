import type { JsonValue } from '../transcripts/json.ts';
import type { ThreadId } from './event.ts';
import { type SeenMarks, seenMarks } from './seenMarks.ts';
import type { SessionFacts } from './sessionFacts.ts';

/** What path and surroundings say of a file. */
export interface QwenFile {
  /** The session's id. */
  session: string;
  /** The subagent whose file this is. */
  agent: string | undefined;
  agentName: string | undefined;
  /** Of a subagent: who launched it, and by which tool call. */
  parentThread: ThreadId | undefined;
  launchCallId: string | undefined;
  /** The model of a subagent's rows, which do not name it. */
  model: string | undefined;
  account: string | undefined;
  /** Whether a subagent of this session has a file of its own. */
  hasFile(agent: ThreadId): boolean;
  /** Whether any subagent of this type has one. */
  hasFilesOf(agentName: string): boolean;
}

/** A request of the main thread that one of its two records has told of. */
export interface ToldRequest {
  requestId: string;
  /** The usage as one string. */
  usage: string;
  promptTokens: number;
  /** The record's own id. */
  uuid: string;
}

/** What is remembered of one thread. */
export interface QwenThread {
  named?: boolean;
  launched?: boolean;
  /** The newest request: the calls in the rows after it are its. */
  requestId?: string;
  windowTokens?: number;
}

/** All that a reader remembers between records: plain data, small. */
export interface QwenState {
  shape: 1;
  told: SessionFacts;
  hasOwnTitle?: boolean;
  forked?: boolean;
  model?: string;
  lastAtMs?: number;
  threads: Record<ThreadId, QwenThread>;
  /** Requests that telemetry told of, whose rows are still to come. */
  announced: ToldRequest[];
  /** Requests that rows told of, whose telemetry may still come. */
  recorded: ToldRequest[];
  /** How often a subagent's usage was seen, to tell requests of the same figures apart. */
  counts: [key: string, times: number][];
  /** Marks of the rows that were told. */
  seen: string[];
}

/** A reader's memory: its state, and the marks in a form to look them up. */
export interface QwenMemory {
  state: QwenState;
  seen: SeenMarks;
}

/** Requests that wait for their other record; it follows within a few rows. */
const MOST_WAITING = 12;
const MOST_COUNTS = 600;
const MOST_THREADS = 200;

/** A new memory, or one that continues from a saved state; `undefined` when that has another shape. */
export function qwenMemory(saved: JsonValue | undefined): QwenMemory | undefined {
  const state: QwenState =
    saved === undefined
      ? { shape: 1, told: {}, threads: {}, announced: [], recorded: [], counts: [], seen: [] }
      : (structuredClone(saved) as unknown as QwenState);
  return state?.shape === 1 ? { state, seen: seenMarks(state.seen) } : undefined;
}

/** The state to save. */
export function savedQwen({ state, seen }: QwenMemory): JsonValue {
  return structuredClone({ ...state, seen: seen.list() }) as unknown as JsonValue;
}

/** The thread's memory, made when it is new. */
export function qwenThread(state: QwenState, thread: ThreadId): QwenThread {
  const known = Object.hasOwn(state.threads, thread) ? state.threads[thread] : undefined;
  if (known) return known;
  const names = Object.keys(state.threads);
  if (names.length >= MOST_THREADS) delete state.threads[names[0] ?? ''];
  const fresh: QwenThread = {};
  Object.defineProperty(state.threads, thread, { value: fresh, enumerable: true, configurable: true, writable: true });
  return fresh;
}

/** Remembers a request that one record told of. */
export function remember(requests: ToldRequest[], request: ToldRequest): void {
  requests.push(request);
  if (requests.length > MOST_WAITING) requests.shift();
}

/** Takes the remembered request of the same usage, or else the one that a row descends from, if the prompt is the same. */
export function take(
  requests: ToldRequest[],
  usage: string,
  promptTokens: number,
  parent: unknown,
): ToldRequest | undefined {
  let index = requests.findIndex((request) => request.usage === usage);
  if (index < 0)
    index = requests.findIndex((request) => request.uuid === parent && request.promptTokens === promptTokens);
  return index < 0 ? undefined : requests.splice(index, 1)[0];
}

/** How often a key came, this time included. */
export function countUp(state: QwenState, key: string): number {
  const known = state.counts.find(([counted]) => counted === key);
  if (known) return ++known[1];
  state.counts.push([key, 1]);
  if (state.counts.length > MOST_COUNTS) state.counts.shift();
  return 1;
}
