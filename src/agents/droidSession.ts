import * as v from 'valibot';
import type { PlacedReading } from './agent.ts';
import { MAIN_THREAD, type SessionEvent, type TokenUsage, type ToolKind, type ToolRef } from './event.ts';
import { chars, type Fields, fields, list, parseJson, plainName, text, timeMs } from './fields.ts';
import { blockChars, messageBlocks } from './messageBlocks.ts';
import { modelMaker } from './modelMaker.ts';
import { withSum } from './sessionSum.ts';
import { shellProgram } from './shellProgram.ts';
import { optionalCount } from './tokenCount.ts';
import { hostOf, kindIn, mcpTool, pathTarget } from './toolKind.ts';
import { placedReading, type Unplaced } from './unplaced.ts';

/** Where a session was found. */
export interface DroidPlace {
  stem: string;
  account: string | undefined;
}

/** `tokenUsage` of the sidecar: sums over the whole session. Thinking is counted beside the output. */
const usageSchema = v.object({
  inputTokens: optionalCount,
  outputTokens: optionalCount,
  cacheCreationTokens: optionalCount,
  cacheReadTokens: optionalCount,
  thinkingTokens: optionalCount,
});

const KINDS: Readonly<Record<string, ToolKind>> = { Execute: 'bash', FetchUrl: 'web', Create: 'write' };

/** Records that hold nothing of the context. */
const SILENT_RECORDS = new Set('todo_state session_end message_feedback'.split(' '));

/**
 * A session's messages as events, and its tokens as one request at the time of its first reply: Droid does not say which call used them, nor
 * when.
 */
export function readDroidSession(bytes: Uint8Array, settings: Fields, place: DroidPlace): PlacedReading[] {
  const readings: PlacedReading[] = [];
  let sessionId = place.stem;
  let repliedAtMs: number | undefined;
  let replyOffset = 0;
  const push = (events: Unplaced[], offset: number): void => {
    readings.push(placedReading(events, sessionId, MAIN_THREAD, offset));
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
    if (record.type === 'session_start') {
      sessionId = text(record.id) ?? sessionId;
      push([{ type: 'session', agentName: MAIN_THREAD, ...sessionFacts(record, place) }], offset);
    } else if (record.type === 'message') {
      const message = fields(record.message);
      const atMs = timeMs(record.timestamp);
      if (message?.role !== 'user' && message?.role !== 'assistant') {
        readings.push({ events: [], outcome: 'rejected', detail: `message of ${plainName(message?.role)}`, offset });
        continue;
      }
      const events = messageEvents(message, message.role, text(record.id) ?? `#${offset}`, atMs, sessionId);
      if (message.role === 'assistant' && repliedAtMs === undefined) {
        repliedAtMs = atMs;
        replyOffset = offset;
      }
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
  const atMs = repliedAtMs ?? timeMs(settings.providerLockTimestamp);
  if (!usage) readings.push({ events: [], outcome: 'rejected', detail: 'impossible token count', offset: 0 });
  else if (atMs !== undefined && Object.values(usage).some((count) => count > 0)) {
    const identity = { sessionId, thread: MAIN_THREAD, requestId: `${sessionId}/sum` };
    return withSum(readings, { type: 'request', ...identity, atMs, ...droidModel(settings), usage }, replyOffset);
  }
  return readings;
}

/** What a record tells of the session. */
type SessionFacts = Omit<SessionEvent, 'type' | 'sessionId' | 'thread'>;

function messageEvents(
  message: Fields,
  role: 'user' | 'assistant',
  id: string,
  atMs: number | undefined,
  sessionId: string,
): Unplaced[] {
  const blocks = messageBlocks(role, message.content, droidTool);
  const isPrompt = role === 'user' && typedChars(message.content) > 0;
  return [
    ...(isPrompt && atMs !== undefined ? [{ type: 'task' as const, taskId: `${sessionId}/${id}`, atMs }] : []),
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
    output: usage.outputTokens + usage.thinkingTokens,
    reasoning: usage.thinkingTokens,
  };
}

/** `custom:GLM-5.1-[Proxy]-0` is the user's own entry for `GLM-5.1`. */
function droidModel(settings: Fields): { provider: string; model: string } {
  const named = text(settings.model) ?? 'unknown';
  const model = named.startsWith('custom:')
    ? named.slice('custom:'.length).replace(/-?\[[^\]]*\](-\d+)?$/, '') || 'unknown'
    : named;
  const locked = text(settings.providerLock)?.toLowerCase();
  const provider = modelMaker(model) ?? (locked && /^[a-z0-9._-]+$/.test(locked) ? locked : 'other');
  return { provider, model };
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
