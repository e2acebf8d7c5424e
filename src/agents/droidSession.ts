import * as v from 'valibot';
import type { PlacedReading } from './agent.ts';
import {
  MAIN_THREAD,
  type SessionEvent,
  type ThreadId,
  type TokenUsage,
  type ToolKind,
  type ToolRef,
} from './event.ts';
import { chars, type Fields, fields, list, parseJson, plainName, text, timeMs } from './fields.ts';
import { blockChars, messageBlocks } from './messageBlocks.ts';
import { modelMaker } from './modelMaker.ts';
import { withSum } from './sessionSum.ts';
import { shellProgram } from './shellProgram.ts';
import { optionalCount } from './tokenCount.ts';
import { hostOf, kindIn, mcpTool, pathTarget } from './toolKind.ts';
import { placedReading, type Unplaced } from './unplaced.ts';

/** Where a session was found, and what other files say of it. */
export interface DroidPlace {
  stem: string;
  account: string | undefined;
  /** The model behind the name that the user gave to a connection of their own. */
  customModel(id: string): string | undefined;
  /** The session that a person began, from which a subagent's session was launched, and the subagent's type. */
  launcher(callingSessionId: string, callingToolUseId: string | undefined): DroidLauncher;
}

export interface DroidLauncher {
  sessionId: string;
  parentThread: ThreadId;
  agentName?: string;
}

/** `tokenUsage` of the sidecar: sums over the whole session without its subagents. The output holds the thinking, whoever the provider is. */
const usageSchema = v.object({
  inputTokens: optionalCount,
  outputTokens: optionalCount,
  cacheCreationTokens: optionalCount,
  cacheReadTokens: optionalCount,
  thinkingTokens: optionalCount,
});

const KINDS: Readonly<Record<string, ToolKind>> = { Execute: 'bash', FetchUrl: 'web', Create: 'write' };

/** Records that hold nothing of the context. */
const SILENT_RECORDS = new Set('todo_state session_end message_feedback agent_turn_outcome'.split(' '));

/**
 * A session's messages as events, and its tokens as one request at the time of its first record: Droid does not say which call used them,
 * nor when. A subagent is a session of its own that names its caller: a thread of that session.
 */
export function readDroidSession(bytes: Uint8Array, settings: Fields, place: DroidPlace): PlacedReading[] {
  const readings: PlacedReading[] = [];
  let own = place.stem;
  let sessionId = own;
  let thread = MAIN_THREAD;
  let isLaunched = false;
  let begunAtMs: number | undefined;
  let replyOffset: number | undefined;
  const push = (events: Unplaced[], offset: number): void => {
    readings.push(placedReading(events, sessionId, thread, offset));
  };

  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(0x0a, start);
    const offset = start;
    const line = bytes.subarray(start, newline < 0 ? bytes.length : newline);
    start = newline < 0 ? bytes.length : newline + 1;
    if (line.length === 0 || (line.length === 1 && line[0] === 0x0d)) continue;
    const record = fields(parseJson(line));
    if (!record) {
      // The last line may not be whole yet.
      if (newline >= 0) readings.push({ events: [], outcome: 'rejected', detail: 'not JSON', offset });
      continue;
    }
    begunAtMs ??= timeMs(record.timestamp);
    if (record.type === 'session_start') {
      own = text(record.id) ?? own;
      const caller = text(record.callingSessionId);
      const launchCallId = text(record.callingToolUseId);
      const launcher = caller === undefined ? undefined : place.launcher(caller, launchCallId);
      sessionId = launcher?.sessionId ?? own;
      thread = launcher ? own : MAIN_THREAD;
      const facts = sessionFacts(record, place);
      if (launcher) push([{ type: 'session', ...subagentFacts(facts, launcher, launchCallId) }], offset);
      else push([{ type: 'session', agentName: MAIN_THREAD, ...facts }], offset);
    } else if (record.type === 'message') {
      const message = fields(record.message);
      const atMs = timeMs(record.timestamp);
      if (message?.role !== 'user' && message?.role !== 'assistant') {
        readings.push({ events: [], outcome: 'rejected', detail: `message of ${plainName(message?.role)}`, offset });
        continue;
      }
      const id = thread === MAIN_THREAD ? `${sessionId}/${text(record.id) ?? `#${offset}`}` : own;
      const events = messageEvents(message, message.role, isLaunched ? undefined : id, atMs);
      // A subagent has one task, whatever it is told later.
      isLaunched ||= thread !== MAIN_THREAD && events.some((event) => event.type === 'task');
      if (message.role === 'assistant') replyOffset ??= offset;
      push(events, offset);
    } else if (record.type === 'compaction_state') {
      const atMs = timeMs(record.timestamp);
      const summary = chars(record.summaryText);
      push(
        [
          ...(atMs === undefined ? [] : [{ type: 'boundary' as const, kind: 'compaction' as const, atMs }]),
          { type: 'block', role: 'system', part: 'summary', chars: summary },
        ],
        offset,
      );
    } else if (typeof record.type === 'string' && SILENT_RECORDS.has(record.type)) push([], offset);
    else readings.push({ events: [], outcome: 'unknown', detail: plainName(record.type), offset });
  }

  if (settings.tokenUsage === undefined || settings.tokenUsage === null) return readings;
  const usage = sessionUsage(settings.tokenUsage);
  // The first message's time is known before any token is used: it does not change as the session goes on.
  const atMs = begunAtMs ?? (replyOffset === undefined ? undefined : timeMs(settings.providerLockTimestamp));
  if (!usage) readings.push({ events: [], outcome: 'rejected', detail: 'impossible token count', offset: 0 });
  else if (atMs !== undefined && Object.values(usage).some((count) => count > 0)) {
    const identity = { sessionId, thread, requestId: `${own}/sum` };
    return withSum(
      readings,
      { type: 'request', ...identity, atMs, ...droidModel(settings, place), usage },
      replyOffset ?? 0,
    );
  }
  return readings;
}

/** What a record tells of the session. */
type SessionFacts = Omit<SessionEvent, 'type' | 'sessionId' | 'thread'>;

/** @param taskId of the task that the message begins if the user wrote it */
function messageEvents(
  message: Fields,
  role: 'user' | 'assistant',
  taskId: string | undefined,
  atMs: number | undefined,
): Unplaced[] {
  const blocks = messageBlocks(role, message.content, droidTool);
  const isPrompt = role === 'user' && typedChars(message.content) > 0;
  return [
    ...(isPrompt && atMs !== undefined && taskId !== undefined ? [{ type: 'task' as const, taskId, atMs }] : []),
    ...blocks.map((block) => ({ type: 'block' as const, ...block })),
  ];
}

/** Characters that the user typed: not what the program put in as a reminder. */
function typedChars(content: unknown): number {
  const texts = typeof content === 'string' ? [content] : list(content).map((part) => text(fields(part)?.text) ?? '');
  return blockChars(
    texts.filter((typed) => !typed.startsWith('<system-reminder>')).map((typed) => ({ chars: typed.length })),
  );
}

function sessionUsage(value: unknown): TokenUsage | undefined {
  const parsed = v.safeParse(usageSchema, value);
  if (!parsed.success) return undefined;
  const usage = parsed.output;
  return {
    input: usage.inputTokens,
    cacheRead: usage.cacheReadTokens,
    cacheWrite5m: usage.cacheCreationTokens,
    cacheWrite1h: 0,
    output: usage.outputTokens,
    reasoning: Math.min(usage.thinkingTokens, usage.outputTokens),
  };
}

/** `custom:GLM-5.1-[Proxy]-0` is the user's own entry for `GLM-5.1`. */
function droidModel(settings: Fields, place: DroidPlace): { provider: string; model: string } {
  const named = text(settings.model) ?? 'unknown';
  const model = named.startsWith('custom:') ? (place.customModel(named) ?? plainCustomName(named)) : named;
  const locked = text(settings.providerLock)?.toLowerCase();
  const provider = modelMaker(model) ?? (locked && /^[a-z0-9._-]+$/.test(locked) ? locked : 'other');
  return { provider, model };
}

function plainCustomName(named: string): string {
  return named.slice('custom:'.length).replace(/-?\[[^\]]*\](-\d+)?$/, '') || 'unknown';
}

/** A tool call's name, kind and target. */
export function droidTool(name: string, input: Fields): ToolRef {
  const mcp = mcpTool(name) ?? ownMcp(name);
  if (mcp) return { name, kind: `mcp:${mcp.server}`, target: mcp.tool };
  const kind = kindIn(KINDS, name);
  const target = targetOf(kind, input);
  return { name, kind, ...(target === undefined ? {} : { target }) };
}

/** MCP tools are also written `server___tool`. */
function ownMcp(name: string): { server: string; tool: string } | undefined {
  const [, server, tool] = /^(.+?)___(.+)$/s.exec(name) ?? [];
  return server && tool ? { server, tool } : undefined;
}

function targetOf(kind: ToolKind, input: Fields): string | undefined {
  switch (kind) {
    case 'read':
    case 'edit':
    case 'write':
      return pathTarget(input.file_path ?? input.directory_path ?? input.path);
    case 'search':
      return pathTarget(input.path ?? input.folder);
    case 'bash':
      return typeof input.command === 'string' ? shellProgram(input.command)?.name : undefined;
    case 'web':
      return hostOf(input.url);
    case 'task':
      return pathTarget(input.subagent_type);
    default:
      return undefined;
  }
}

/** A subagent's session is a thread of its launcher's: what it says of its title and beginning is not that session's. */
function subagentFacts(facts: SessionFacts, launcher: DroidLauncher, launchCallId: string | undefined): SessionFacts {
  const { title: _, startedAtMs: __, ...kept } = facts;
  const { parentThread, agentName } = launcher;
  return {
    ...kept,
    parentThread,
    ...(agentName === undefined ? {} : { agentName }),
    ...(launchCallId === undefined ? {} : { launchCallId }),
  };
}

function sessionFacts(record: Fields, place: DroidPlace): SessionFacts {
  // `title` is the beginning of the first prompt.
  const title = text(record.sessionTitle);
  const workspace = text(record.cwd);
  const startedAtMs = timeMs(record.timestamp);
  return {
    ...(title ? { title: title.slice(0, 200) } : {}),
    ...(workspace ? { workspace } : {}),
    ...(place.account ? { account: place.account } : {}),
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
  };
}
