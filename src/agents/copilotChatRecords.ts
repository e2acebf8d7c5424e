import type { PlacedReading } from './agent.ts';
import type { ChatSession, ChatTurn } from './copilotChatLog.ts';
import { type ChatBlock, type TurnContent, turnContent } from './copilotChatTurn.ts';
import { chatModel, type ModelUse, summaryUsage, tokens, turnUsage } from './copilotChatUsage.ts';
import { uriPath } from './editorFolders.ts';
import { MAIN_THREAD, type SessionEvent } from './event.ts';
import { chars, type Fields, fields, list, plainName, text, timeMs } from './fields.ts';
import { wholeTokens } from './tokenCount.ts';
import { placedReading, type Unplaced } from './unplaced.ts';

/** Where a session was found. */
export interface ChatPlace {
  bytes: Uint8Array;
  /** The file's name without its ending: the session's id, should the file not say it. */
  stem: string;
  workspace: string | undefined;
  account: string | undefined;
}

/** The thread of what a turn used of models other than its own. */
const OTHER_MODELS = 'other-models';

/** Characters per token of prompts that no record counts. Marked as estimated wherever it is used. */
const CHARS_PER_TOKEN = 4;
const LONGEST_TITLE = 200;

/** States of a response after which nothing of it changes: complete, cancelled, failed. */
const FINAL_STATES: readonly unknown[] = [1, 2, 3];

/** All turns of a session as events, one reading for each. */
export function readChatSession(chat: ChatSession, place: ChatPlace): PlacedReading[] {
  const { session, turns } = chat;
  const sessionId = text(session.sessionId) ?? place.stem;
  const readings: PlacedReading[] = [];
  for (let at = 0; at < chat.rejected; at++)
    readings.push({ events: [], outcome: 'rejected', detail: 'operation that does not fit', offset: 0 });
  for (const kind of chat.unknownKinds)
    readings.push({ events: [], outcome: 'unknown', detail: `operation ${plainName(kind)}`, offset: 0 });
  if (turns.length === 0) return readings;

  const createdAtMs = timeMs(session.creationDate);
  readings.push(reading([{ type: 'session', ...sessionFacts(chat, place, createdAtMs) }], 0));
  let contextChars = 0;
  let lastModel: string | undefined;
  turns.forEach((turn, index) => {
    const offset = offsetOf(place.bytes, turn.request);
    const content = turnContent(turn.request);
    for (const part of content.unknownParts)
      readings.push({ events: [], outcome: 'unknown', detail: `response part ${plainName(part)}`, offset });
    contextChars += sizeOf(content.prompt) + sizeOf(content.results);
    const told = turnEvents(turn, content, {
      sessionId,
      atMs: timeMs(turn.request.timestamp) ?? createdAtMs,
      isLast: index === turns.length - 1,
      contextChars,
    });
    contextChars += sizeOf(content.reply);
    readings.push(
      typeof told === 'string' ? { events: [], outcome: 'rejected', detail: told, offset } : reading(told, offset),
    );
    lastModel = text(turn.request.modelId) ?? lastModel;
  });
  const window = selectedWindow(session, lastModel);
  const atMs = timeMs(turns.at(-1)?.request.timestamp) ?? createdAtMs;
  if (window !== undefined && atMs !== undefined)
    readings.push(reading([{ type: 'window', tokens: window, atMs, source: 'reported' }], 0));
  return readings;

  function reading(events: Unplaced[], offset: number): PlacedReading {
    return placedReading(events, sessionId, MAIN_THREAD, offset);
  }
}

interface TurnPlace {
  sessionId: string;
  atMs: number | undefined;
  isLast: boolean;
  /** Characters of the conversation up to the turn's last prompt. */
  contextChars: number;
}

/** The events of one turn, or why it is refused. */
function turnEvents(turn: ChatTurn, content: TurnContent, place: TurnPlace): Unplaced[] | string {
  const { request } = turn;
  const { atMs } = place;
  const uses = turnUsage(request, content.calls);
  if (!uses) return 'impossible token count';
  if (atMs === undefined) return 'turn without time';
  const id = turnId(request, place);
  if (id === undefined) return 'turn without id';
  const result = fields(request.result);
  const metadata = fields(result?.metadata);
  const named = chatModel(request.modelId ?? metadata?.resolvedModelName, metadata?.resolvedModel);

  const events: Unplaced[] = [];
  if (request.isSystemInitiated !== true) events.push({ type: 'task', taskId: id, atMs });
  for (const block of content.prompt) events.push({ type: 'block', ...block });
  events.push(...summaryEvents(metadata, id, atMs, named));
  for (const block of content.results) events.push({ type: 'block', ...block });

  const isFinal = FINAL_STATES.includes(fields(request.modelState)?.value) || result !== undefined || !place.isLast;
  const counted =
    uses.length > 0 ? uses : isFinal && sizeOf(content.reply) > 0 ? [estimatedUse(place.contextChars)] : [];
  // Sums by model hold subagents, which run on other models: the turn's own model is the one whose context is the conversation's.
  const main = Math.max(
    0,
    counted.findIndex((use) => chatModel(use.model, undefined).model === named.model),
  );
  counted.forEach((use, index) => {
    const served = use.model === undefined ? named : chatModel(use.model, undefined);
    const isMain = index === main;
    if (!isMain) events.push({ type: 'session', thread: OTHER_MODELS, agentName: 'other models' });
    events.push({
      type: 'request',
      thread: isMain ? MAIN_THREAD : OTHER_MODELS,
      requestId: isMain ? id : `${id}/${plainName(use.model)}`,
      messageId: text(request.responseId),
      atMs,
      ...served,
      usage: use.usage,
      ...(use.contextTokens === undefined || !isMain ? {} : { contextTokens: use.contextTokens }),
      ...(use.known === 'exact' ? {} : { outputIsPlaceholder: true }),
      ...(use.known === 'partialInput' ? { keepPlaceholder: true } : {}),
    });
  });
  for (const block of content.reply) {
    events.push({ type: 'block', ...block, ...(counted.length > 0 ? { requestId: id } : {}) });
  }
  if (turn.isRemoved) events.push({ type: 'boundary', kind: 'rewind', atMs });
  return events;
}

/** A turn that no record counts: its prompt by the size of the conversation; its reply is estimated by the ledger. */
function estimatedUse(contextChars: number): ModelUse {
  return { usage: tokens(Math.ceil(contextChars / CHARS_PER_TOKEN), 0), known: 'partial' };
}

/** The turn's identity over all copies of the session. Early versions numbered the turns of each session. */
function turnId(request: Fields, place: TurnPlace): string | undefined {
  const id = text(request.requestId);
  return id === undefined || /[0-9a-f]{8}-[0-9a-f]{4}-/i.test(id) ? id : `${place.sessionId}/${id}`;
}

/** Compactions within a turn: the call that wrote the summary, where it is counted, and what the context begins with from then on. */
function summaryEvents(
  metadata: Fields | undefined,
  turn: string,
  atMs: number,
  named: { provider: string; model: string },
): Unplaced[] {
  const summaries = list(metadata?.summaries ?? (metadata?.summary === undefined ? [] : [metadata.summary]));
  return summaries.flatMap((item): Unplaced[] => {
    const summary = fields(item);
    if (!summary || chars(summary.text) === 0) return [];
    const usage = summaryUsage(summary);
    const requestId = `${turn}/summary/${plainName(summary.toolCallRoundId)}`;
    const served = text(summary.model) === undefined ? named : chatModel(summary.model, undefined);
    return [
      ...(usage ? [{ type: 'request' as const, requestId, atMs, ...served, usage }] : []),
      { type: 'boundary', kind: 'compaction', atMs, ...tokensBefore(summary) },
      { type: 'block', role: 'system', part: 'summary', chars: chars(summary.text) } satisfies {
        type: 'block';
      } & ChatBlock,
    ];
  });
}

function tokensBefore(summary: Fields): { tokensBefore?: number } {
  const before = wholeTokens(summary.contextLengthBefore);
  return before === undefined ? {} : { tokensBefore: before };
}

function sessionFacts(
  { session, turns }: ChatSession,
  place: ChatPlace,
  startedAtMs: number | undefined,
): Omit<SessionEvent, 'type' | 'sessionId' | 'thread'> {
  const title = text(session.customTitle) ?? text(session.computedTitle);
  const workspace = uriPath(session.workingDirectory) ?? place.workspace;
  const gitBranch = text(fields(session.repoData)?.localBranch);
  const version = turns.map(({ request }) => text(fields(request.agent)?.extensionVersion)).findLast(Boolean);
  return {
    agentName: MAIN_THREAD,
    ...(title ? { title: title.slice(0, LONGEST_TITLE) } : {}),
    ...(workspace ? { workspace } : {}),
    ...(gitBranch ? { gitBranch } : {}),
    ...(version ? { version } : {}),
    ...(place.account ? { account: place.account } : {}),
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
  };
}

/** The context window of the chosen model, if it is the one that the last turn ran on: prompt and reply together. */
function selectedWindow(session: Fields, lastModel: string | undefined): number | undefined {
  const selected = fields(fields(session.inputState)?.selectedModel);
  const metadata = fields(selected?.metadata);
  const input = wholeTokens(metadata?.maxInputTokens);
  if (!input || text(selected?.identifier) !== lastModel) return undefined;
  return input + (wholeTokens(metadata?.maxOutputTokens) ?? 0);
}

function sizeOf(blocks: readonly ChatBlock[]): number {
  return blocks.reduce((sum, block) => sum + block.chars, 0);
}

/** Where the turn first stands in the file. */
function offsetOf(bytes: Uint8Array, request: Fields): number {
  const id = text(request.requestId);
  if (id === undefined) return 0;
  return Math.max(0, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(JSON.stringify(id)));
}
