import type { PlacedReading } from './agent.ts';
import { type AmpCall, ledgerCalls, messageUsage } from './ampUsage.ts';
import { uriPath } from './editorFolders.ts';
import {
  MAIN_THREAD,
  type RequestEvent,
  type SessionEvent,
  type ThreadId,
  type ToolKind,
  type ToolRef,
} from './event.ts';
import { chars, type Fields, fields, list, plainName, text, timeMs } from './fields.ts';
import { messageBlocks } from './messageBlocks.ts';
import { modelMaker } from './modelMaker.ts';
import { kindIn, mcpTool } from './toolKind.ts';
import { toolTarget } from './toolTarget.ts';
import { placedReading, type Unplaced } from './unplaced.ts';

/** Where a thread was found. */
export interface AmpPlace {
  bytes: Uint8Array;
  /** The file's name without its ending: the thread's id. */
  stem: string;
  account: string | undefined;
}

/** Names whose common kind would be wrong or is missing. */
const KINDS: Readonly<Record<string, ToolKind>> = {
  finder: 'search',
  codebase_search_agent: 'search',
  look_at: 'read',
  read_web_page: 'web',
  oracle: 'task',
  librarian: 'task',
  todo_read: 'todo',
  todo_write: 'todo',
};

/** Roles of messages. `info` holds what the program puts in, such as a summary. */
const ROLES: readonly unknown[] = ['user', 'assistant', 'info', 'system'];

/** The thread of calls that the ledger lists and no message shows. */
const UNSHOWN_THREAD = 'not-shown';

/** A thread's messages and calls as events, one reading for each message and one for each call that only the ledger knows. */
export function readAmpThread(thread: Fields, place: AmpPlace): PlacedReading[] {
  const sessionId = /^T-/.test(place.stem) ? place.stem : (text(thread.id) ?? place.stem);
  const createdAtMs = timeMs(thread.created);
  const readings: PlacedReading[] = [];
  const ledger = ledgerCalls(thread, sessionId);
  for (const detail of ledger.rejected) readings.push({ events: [], outcome: 'rejected', detail, offset: 0 });
  const push = (events: Unplaced[], offset: number, among: ThreadId = MAIN_THREAD): void => {
    readings.push(placedReading(events, sessionId, among, offset));
  };
  push([{ type: 'session', agentName: MAIN_THREAD, ...threadFacts(thread, place, createdAtMs) }], 0);

  const counted = new Set<string>();
  let atMs = createdAtMs;
  list(thread.messages).forEach((item, index) => {
    const message = fields(item);
    const offset = offsetOf(place.bytes, message);
    if (!message || !ROLES.includes(message.role)) {
      const detail = `message ${plainName(message?.role)}`;
      readings.push({ events: [], outcome: message ? 'unknown' : 'rejected', detail, offset });
      return;
    }
    const usage = message.role === 'assistant' ? messageUsage(message.usage, message) : undefined;
    const fromLedger = message.role === 'assistant' ? ledger.byMessage.get(messageId(message, index)) : undefined;
    atMs = usage?.atMs ?? fromLedger?.atMs ?? timeMs(fields(message.meta)?.sentAt) ?? timeMs(message.timestamp) ?? atMs;
    if (usage === null) {
      readings.push({ events: [], outcome: 'rejected', detail: 'impossible token count', offset });
      return;
    }
    const events = messageEvents(message, `${sessionId}/${messageId(message, index)}`, atMs);
    // Where the ledger is kept without saying which message a call belongs to, it is the whole account by itself.
    const call = ledger.isLinked || ledger.calls.length === 0 ? (usage?.call ?? fromLedger?.call) : undefined;
    if (call && atMs !== undefined) {
      counted.add(messageId(message, index));
      events.unshift(...requestEvents(call, `${sessionId}/${messageId(message, index)}`, atMs));
      // The reply's blocks name the request; it has to be known before them.
      if (usage?.windowTokens) events.push({ type: 'window', tokens: usage.windowTokens, atMs, source: 'reported' });
    }
    push(events, offset);
  });

  // Calls that no message shows are those of subagents and of the program itself: none of them is in the conversation's context.
  const among = ledger.isLinked ? UNSHOWN_THREAD : MAIN_THREAD;
  const unshown = ledger.calls.filter(({ toMessage }) => toMessage === undefined || !counted.has(toMessage));
  if (unshown.length > 0 && ledger.isLinked) push([{ type: 'session', agentName: 'not shown' }], 0, among);
  const rule = ledger.isLinked ? 'ledger' : undefined;
  for (const { id, call, atMs: calledAtMs } of unshown) push(requestEvents(call, id, calledAtMs, rule), 0, among);
  return readings;
}

/** What the thread tells of itself. */
type SessionFacts = Omit<SessionEvent, 'type' | 'sessionId' | 'thread'>;

function messageId(message: Fields, index: number): string {
  const id = message.messageId;
  return typeof id === 'number' || typeof id === 'string' ? String(id).slice(0, 100) : `#${index}`;
}

function requestEvents(call: AmpCall, requestId: string, atMs: number, rule?: RequestEvent['rule']): Unplaced[] {
  const { model, usage, isSum } = call;
  const marks = { ...(isSum ? { outputIsPlaceholder: true, keepPlaceholder: true } : {}), ...(rule ? { rule } : {}) };
  return [{ type: 'request', requestId, atMs, provider: modelMaker(model) ?? 'other', model, usage, ...marks }];
}

function messageEvents(message: Fields, id: string, atMs: number | undefined): Unplaced[] {
  if (message.role === 'assistant')
    return messageBlocks('assistant', message.content, ampTool).map((block) => ({
      type: 'block',
      ...block,
      requestId: id,
    }));
  const events: Unplaced[] = [];
  const summary = list(message.content).reduce<number>((sum, part) => sum + summaryChars(fields(part)), 0);
  if (summary > 0) {
    if (atMs !== undefined) events.push({ type: 'boundary', kind: 'compaction', atMs });
    events.push({ type: 'block', role: 'system', part: 'summary', chars: summary });
  }
  const blocks = messageBlocks('user', message.content, ampTool);
  const isPrompt =
    message.role === 'user' && blocks.some((block) => block.role === 'user' && block.part !== 'thinking');
  if (isPrompt && atMs !== undefined) events.push({ type: 'task', taskId: id, atMs });
  for (const block of blocks) {
    const role = message.role === 'user' || block.role === 'tool' ? block.role : 'system';
    events.push({ type: 'block', ...block, role });
  }
  return events;
}

function summaryChars(part: Fields | undefined): number {
  if (part?.type !== 'summary') return 0;
  return chars(part.summary) || chars(fields(part.summary)?.summary) || chars(fields(part.summary)?.text);
}

/** A tool call's name, kind and target. */
export function ampTool(name: string, input: Fields): ToolRef {
  const mcp = mcpTool(name);
  if (mcp) return { name, kind: `mcp:${mcp.server}`, target: mcp.tool };
  const kind = kindIn(KINDS, name);
  const target = toolTarget(kind, input);
  return { name, kind, ...(target === undefined ? {} : { target }) };
}

function threadFacts(thread: Fields, place: AmpPlace, startedAtMs: number | undefined): SessionFacts {
  const tree = fields(list(fields(fields(thread.env)?.initial)?.trees)[0]);
  const workspace = uriPath(tree?.uri);
  const branch = text(fields(tree?.repository)?.ref)?.replace(/^refs\/heads\//, '');
  const version = text(fields(fields(fields(thread.env)?.initial)?.platform)?.clientVersion);
  const title = text(thread.title);
  return {
    ...(title ? { title: title.slice(0, 200) } : {}),
    ...(workspace ? { workspace } : {}),
    ...(branch ? { gitBranch: branch } : {}),
    ...(version ? { version } : {}),
    ...(place.account ? { account: place.account } : {}),
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
  };
}

/** Where the message stands in the file: its first tool call's id is the only text in it that is sure to be unique. */
function offsetOf(bytes: Uint8Array, message: Fields | undefined): number {
  const ids = list(message?.content).map((part) => text(fields(part)?.id));
  const mark = ids.find((id) => id !== undefined) ?? text(fields(message?.usage)?.timestamp);
  if (mark === undefined) return 0;
  return Math.max(0, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(JSON.stringify(mark)));
}
