import type { JsonValue } from '../transcripts/json.ts';
import type { RecordReading } from './agent.ts';
import type { TokenUsage } from './event.ts';
import { chars, type Fields, fields, list, plainName, text, timeMs } from './fields.ts';
import { listChange } from './geminiChatList.ts';
import { type GeminiChatFile, geminiChatMemory, savedGeminiChat } from './geminiChatState.ts';
import { type GeminiChatWriter, geminiChatTeller } from './geminiChatTeller.ts';
import {
  type ContentBlock,
  callBlock,
  contentParts,
  contentText,
  isPrompt,
  promptBlocks,
  replyBlocks,
  resultBlocks,
} from './geminiContent.ts';
import { launchedAgent } from './geminiTools.ts';
import { summaryUsage, usageKey } from './geminiUsage.ts';
import { readingOf } from './jsonLine.ts';
import { markOf } from './seenMarks.ts';
import { wholeTokens } from './tokenCount.ts';

/** Reads the records of a chat in order: a head, messages, changes. */
export interface GeminiChatReader {
  /** Never throws: trouble is an outcome. */
  read(record: unknown): RecordReading;
  state(): JsonValue;
}

/** Types of a reply: Google's name, and that of a copy. */
const REPLIES = new Set(['gemini', 'qwen', 'model', 'assistant']);
/** What is shown to the user and never sent. */
const NOTICES = new Set(['info', 'error', 'warning']);
/** The notice of a compaction, and the figures that some versions state. */
const COMPACTED = /compressed from:? (\S+) to (\S+) tokens|^Context compressed from /i;

/**
 * A reader for a chat in Gemini CLI's format. A message is written anew whenever it grows (its tool calls, their results), lists of all
 * messages repeat those that are known, and a resumed conversation repeats all of it with new times: whatever was told is not told again.
 */
export function readGeminiChat(
  file: GeminiChatFile,
  writer: GeminiChatWriter,
  saved?: JsonValue,
): GeminiChatReader | undefined {
  const memory = geminiChatMemory(saved);
  if (!memory) return undefined;
  const { state, seen } = memory;
  const teller = geminiChatTeller(memory, file, writer);
  const { isSubagent, place, push, tellFacts, tellWorkspace, isNewResult, isNewCall, request, requestIdOf, compact } =
    teller;

  function read(record: unknown): RecordReading {
    return readingOf(teller.begin(), readRecord(record));
  }

  /** Returns why the record was refused (`?` and the kind when unknown), or `undefined`. */
  function readRecord(record: unknown): string | undefined {
    const line = fields(record);
    if (!line) return 'not a JSON object';
    if (line.$rewindTo !== undefined) return rewind(line.$rewindTo);
    if (line.$set !== undefined) return readChange(line.$set);
    if (line.id !== undefined || line.type !== undefined) return readMessage(line);
    if (line.sessionId !== undefined) return readHead(line);
    return `?${plainName(Object.keys(line)[0])}`;
  }

  function readHead(head: Fields): string | undefined {
    const session = text(head.sessionId);
    if (!session) return 'head without a session';
    state.session ??= session;
    if (head.kind === 'subagent') state.isSubagent = true;
    const startedAtMs = timeMs(head.startTime);
    state.lastAtMs ??= startedAtMs;
    tellFacts(head, state.told.startedAtMs ?? startedAtMs);
    return undefined;
  }

  function readChange(change: unknown): string | undefined {
    const set = fields(change);
    if (!set) return 'a change that is no object';
    if (set.summary !== undefined || set.directories !== undefined) tellFacts(set);
    return set.messages === undefined ? undefined : readList(set.messages, timeMs(set.lastUpdated));
  }

  function readMessage(message: Fields): string | undefined {
    const id = text(message.id);
    if (!id) return 'message without an id';
    const type = text(message.type);
    if (!type) return 'no type';
    const isReply = REPLIES.has(type);
    if (!isReply && type !== 'user') {
      if (!NOTICES.has(type)) return `?${plainName(type)}`;
      readNotice(message);
      return undefined;
    }
    const atMs = timeMs(message.timestamp) ?? state.lastAtMs;
    if (atMs === undefined) return 'no time';
    const usage = message.tokens == null ? undefined : summaryUsage(message.tokens, writer.thoughts);
    if (message.tokens != null && !usage) return 'impossible usage';
    state.lastAtMs = atMs;
    if (!state.begun) tellFacts({}, atMs);
    const mark = markOf(id);
    if (!state.live.includes(mark)) state.live.push(mark);
    if (isReply) readReply(id, message, atMs, usage);
    else readPrompt(id, message, atMs);
    return undefined;
  }

  function readPrompt(id: string, message: Fields, atMs: number): void {
    const blocks = promptBlocks(message.content);
    const isNew = seen.add(`message ${id}`);
    if (isNew) {
      tellWorkspace(message.content);
      if (isSubagent() ? !state.launched : isPrompt(blocks)) {
        push({ type: 'task', taskId: isSubagent() ? place().thread : id, atMs });
        state.launched = true;
      }
    }
    for (const block of blocks)
      if (block.role === 'tool' ? isNewResult(block) : isNew) push({ type: 'block', ...block });
  }

  function readReply(id: string, message: Fields, atMs: number, usage: TokenUsage | undefined): void {
    const requestId = requestIdOf(id);
    const reply = (block: ContentBlock): void => push({ type: 'block', ...block, requestId });
    // Text and thoughts are written with the first record that has any; a repeated list holds them in another form.
    const content = replyBlocks(message.content);
    const thoughts = content.some((block) => block.part === 'thinking') ? [] : list(message.thoughts);
    const said = [...thoughts.flatMap(thoughtBlock), ...content.filter((block) => block.part !== 'toolCall')];
    if (said.length > 0 && seen.add(`message ${id}`)) for (const block of said) reply(block);
    for (const block of content) if (block.part === 'toolCall' && isNewCall(block)) reply(block);
    const calls = list(message.toolCalls)
      .map(fields)
      .filter((call) => call !== undefined);
    for (const call of calls) {
      const block = callBlock(call.name, call.args, call.id);
      if (isNewCall(block)) reply(block);
    }
    if (usage) request(requestId, id, message, atMs, usage);
    for (const call of calls) readResult(call);
  }

  function readResult(call: Fields): void {
    const agent = text(call.agentId);
    const name = agent && launchedAgent(text(call.name) ?? '', fields(call.args) ?? {});
    if (agent && name && seen.add(`agent ${agent}`)) {
      const launchCallId = text(call.id);
      const launch = { parentThread: place().thread, ...(launchCallId === undefined ? {} : { launchCallId }) };
      push({ type: 'session', thread: agent, agentName: name, ...launch });
    }
    for (const part of contentParts(call.result)) {
      const response = fields(fields(part)?.functionResponse);
      const blocks: ContentBlock[] = response
        ? resultBlocks({ ...response, id: text(response.id) ?? call.id })
        : [{ role: 'tool', part: 'toolResult', chars: chars(fields(part)?.text), ...idOf(call.id) }];
      for (const block of blocks) if (isNewResult(block)) push({ type: 'block', ...block });
    }
  }

  function readNotice(message: Fields): void {
    const notice = message.type === 'info' ? contentText(message.content).trim() : undefined;
    const figures = notice === undefined ? null : COMPACTED.exec(notice);
    // A compaction on demand is written as a notice without a text.
    if (notice !== '' && !figures) return;
    const atMs = timeMs(message.timestamp) ?? state.lastAtMs;
    if (atMs !== undefined) compact(atMs, wholeTokens(Number(figures?.[1])), wholeTokens(Number(figures?.[2])));
  }

  /**
   * The list of all messages as they are from now on. It repeats what is known, so it tells only usages that stand nowhere else, and
   * whether a compaction put something in the place of a part. A start and a resume write it too, with nothing missing.
   */
  function readList(value: unknown, updatedAtMs: number | undefined): string | undefined {
    const change = listChange(value, state.live);
    if (!change) return 'messages that are no list';
    const { messages, added, isStart } = change;
    const atMs = updatedAtMs ?? state.lastAtMs;
    let trouble: string | undefined;
    if (change.isCompaction && atMs !== undefined) compact(atMs);
    for (const message of messages) {
      if (message.tokens == null || !REPLIES.has(String(message.type))) continue;
      const usage = summaryUsage(message.tokens, writer.thoughts);
      const messageAtMs = timeMs(message.timestamp) ?? state.lastAtMs;
      if (!usage) trouble = 'impossible usage';
      else if (messageAtMs !== undefined && !seen.has(`usage ${message.id} ${usageKey(usage)}`))
        readReply(message.id, message, messageAtMs, usage);
    }
    const isCompacted = state.compacted === true && !isStart;
    for (const message of added) {
      if (isStart) tellWorkspace(message.content);
      if (!seen.add(`message ${message.id}`)) continue;
      for (const block of promptBlocks(message.content)) {
        // A resumed conversation sends results twice: as they were, and once more in messages that are named after the calls.
        const isSentAgain = message.id.endsWith('_response');
        if (block.role === 'tool' ? isNewResult(block) || isSentAgain : isStart) push({ type: 'block', ...block });
        else if (isCompacted && block.role !== 'tool') push({ type: 'block', ...block, role: 'user', part: 'summary' });
      }
    }
    if (!isStart) state.live = change.marks;
    return trouble;
  }

  function rewind(to: unknown): string | undefined {
    const id = text(to);
    if (!id) return 'a rewind without a message';
    const index = state.live.indexOf(markOf(id));
    state.live = index < 0 ? [] : state.live.slice(0, index);
    push({ type: 'boundary', kind: 'rewind', atMs: state.lastAtMs ?? 0 });
    return undefined;
  }

  return { read, state: () => savedGeminiChat(memory) };
}

function thoughtBlock(value: unknown): ContentBlock[] {
  const thought = fields(value);
  const length = chars(thought?.subject) + chars(thought?.description);
  return length === 0 ? [] : [{ role: 'model', part: 'thinking', chars: length }];
}

function idOf(id: unknown): { callId?: string } {
  const known = text(id);
  return known === undefined ? {} : { callId: known };
}
