import type { JsonValue } from '../transcripts/json.ts';
import { type SeenMarks, seenMarks } from './seenMarks.ts';
import type { SessionFacts } from './sessionFacts.ts';

/** What path and surroundings say of a chat file. */
export interface GeminiChatFile {
  /** The session that a subagent's file belongs to; absent where the file itself names its session. */
  session: string | undefined;
  /** The subagent whose file this is. */
  thread: string | undefined;
  /** File name without its ending: the identity when the file's head is missing. */
  stem: string;
  workspace: string | undefined;
  account: string | undefined;
  /** The conversation goes on in a newer file, which owns its requests. */
  isCopy: boolean;
}

/** All that a reader remembers between records: plain data. */
export interface GeminiChatState {
  shape: 1;
  session?: string;
  /** A subagent's file that only its head tells to be one. */
  isSubagent?: boolean;
  told: SessionFacts;
  /** What is known of the session was told. */
  begun?: boolean;
  model?: string;
  lastAtMs?: number;
  launched?: boolean;
  /** A compaction was told, and no request since. */
  compacted?: boolean;
  /** Marks of the messages that make up the conversation now. */
  live: string[];
  /** Marks of the messages, calls, results and usages that were told. */
  seen: string[];
}

/** A reader's memory: its state, and the marks in a form to look them up. */
export interface GeminiChatMemory {
  state: GeminiChatState;
  seen: SeenMarks;
}

/** Messages of a conversation that are remembered. */
const MOST_LIVE = 4000;

/** A new memory, or one that continues from a saved state; `undefined` when that has another shape. */
export function geminiChatMemory(saved: JsonValue | undefined): GeminiChatMemory | undefined {
  const state: GeminiChatState =
    saved === undefined
      ? { shape: 1, told: {}, live: [], seen: [] }
      : (structuredClone(saved) as unknown as GeminiChatState);
  return state?.shape === 1 ? { state, seen: seenMarks(state.seen) } : undefined;
}

/** Whether a saved state knows the session's workspace. */
export function hasGeminiWorkspace(saved: JsonValue | undefined): boolean {
  return (saved as GeminiChatState | undefined)?.told?.workspace !== undefined;
}

/** The state to save. */
export function savedGeminiChat({ state, seen }: GeminiChatMemory): JsonValue {
  return structuredClone({ ...state, live: state.live.slice(-MOST_LIVE), seen: seen.list() }) as unknown as JsonValue;
}
