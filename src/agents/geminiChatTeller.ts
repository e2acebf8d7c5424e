import { type AgentEvent, MAIN_THREAD, type TokenUsage, type Untold } from './event.ts';
import { type Fields, list, text } from './fields.ts';
import type { GeminiChatFile, GeminiChatMemory } from './geminiChatState.ts';
import { type ContentBlock, contentText, workspaceIn } from './geminiContent.ts';
import { isNoUsage, type ThoughtsPlace, usageKey } from './geminiUsage.ts';
import { freshFacts, type SessionFacts } from './sessionFacts.ts';

/** What differs between the agents that write this format. */
export interface GeminiChatWriter {
  thoughts: ThoughtsPlace;
  provider(model: string): string;
}

/** Longer titles are cut: they are shown in one line. */
const LONGEST_TITLE = 200;

/** Tells what the records of a chat say, each once: its place, blocks, requests, compactions. */
export function geminiChatTeller({ state, seen }: GeminiChatMemory, file: GeminiChatFile, writer: GeminiChatWriter) {
  let events: AgentEvent[] = [];

  const isSubagent = (): boolean => file.thread !== undefined || state.isSubagent === true;
  const place = () => ({
    sessionId: file.session ?? state.session ?? file.stem,
    thread: file.thread ?? (state.isSubagent ? file.stem : MAIN_THREAD),
  });

  /** A subagent's name stands in its launcher's chat, in the call that it was launched by, when that has ended. */
  function tellFacts(head: Fields, startedAtMs?: number): void {
    state.begun = true;
    const told: SessionFacts = {
      workspace: state.told.workspace ?? file.workspace ?? text(list(head.directories)[0]),
      account: file.account,
    };
    if (!isSubagent()) {
      told.agentName = MAIN_THREAD;
      told.startedAtMs = startedAtMs;
      told.title = text(head.summary)?.slice(0, LONGEST_TITLE);
    }
    const fresh = freshFacts(state.told, told);
    if (fresh) push({ type: 'session', ...fresh });
  }

  /** Older versions keep the workspace nowhere but in what they tell the model. */
  function tellWorkspace(content: unknown): void {
    if (state.told.workspace !== undefined) return;
    const workspace = file.workspace ?? workspaceIn(contentText(content));
    const fresh = workspace === undefined ? undefined : freshFacts(state.told, { workspace });
    if (fresh) push({ type: 'session', ...fresh });
  }

  /** A result stands in its call and again in the message that was sent. Media of a result stand beside it, with its call's id. */
  function isNewResult(block: ContentBlock): boolean {
    if (block.callId === undefined) return true;
    return seen.add(`${block.part} ${block.callId}`);
  }

  function isNewCall(block: ContentBlock): boolean {
    return block.callId === undefined || seen.add(`toolCall ${block.callId}`);
  }

  function request(requestId: string, messageId: string, message: Fields, atMs: number, usage: TokenUsage): void {
    state.model = text(message.model) ?? state.model;
    if (isNoUsage(usage) || !seen.add(`usage ${messageId} ${usageKey(usage)}`)) return;
    const model = state.model ?? 'unknown';
    state.compacted = false;
    push({
      type: 'request',
      requestId,
      messageId,
      atMs,
      provider: writer.provider(model),
      model,
      usage,
      ...(file.isCopy ? { isCopy: true } : {}),
    });
  }

  /** Ids are random; one that is too short for that is told apart by its session. */
  function requestIdOf(id: string): string {
    return id.length >= 16 ? id : `${place().sessionId}/${id}`;
  }

  function compact(atMs: number, tokensBefore?: number, tokensAfter?: number): void {
    if (state.compacted) return;
    state.compacted = true;
    push({
      type: 'boundary',
      kind: 'compaction',
      atMs,
      ...(tokensBefore === undefined ? {} : { tokensBefore }),
      ...(tokensAfter === undefined ? {} : { tokensAfter }),
    });
  }

  function push(event: Untold & { thread?: string }): void {
    events.push({ ...place(), ...event } as AgentEvent);
  }

  return {
    /** From now on for another record. @returns where its events will stand */
    begin: (): AgentEvent[] => {
      events = [];
      return events;
    },
    isSubagent,
    place,
    push,
    tellFacts,
    tellWorkspace,
    isNewResult,
    isNewCall,
    request,
    requestIdOf,
    compact,
  };
}
