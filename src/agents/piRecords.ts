import type { JsonValue } from '../transcripts/json.ts';
import type { TranscriptRecord } from '../transcripts/record.ts';
import type { RecordReading, TranscriptReader } from './agent.ts';
import { type AgentEvent, MAIN_THREAD, type RequestEvent, type ThreadId, type TokenUsage } from './event.ts';
import { chars, type Fields, fields, plainName, text, timeMs } from './fields.ts';
import { readJsonLine } from './jsonLine.ts';
import {
  callId,
  contentBlocks,
  type PiBlock,
  piCost,
  piRequestId,
  piUsage,
  replyBlocks,
  systemBlocks,
  tokensOf,
} from './piMessages.ts';
import { piEntry } from './piScan.ts';
import { type PiEvent, subagentEvents } from './piSubagents.ts';
import { wholeTokens } from './tokenCount.ts';

/** What the path says of a file. */
export interface PiFile {
  sessionId: string;
  account: string | undefined;
}

/** All that a reader remembers between records: plain data, small. */
interface PiState {
  shape: 1;
  session?: string;
  /** Time of the file's head: in a fork, what is older was copied. */
  bornAtMs?: number;
  isFork: boolean;
  /** The newest entry: the next one goes on from it, or a branch begins. */
  leaf?: string;
  lastAtMs?: number;
  provider?: string;
  model?: string;
}

/** Entries that neither enter the context nor cost anything. */
const SILENT_ENTRIES = new Set([
  'thinking_level_change',
  'custom',
  'label',
  'context_edit',
  'context_transform',
  'ephemeral',
]);

/** A reader for a session file of pi. */
export function readPiRecords(file: PiFile, saved?: JsonValue): TranscriptReader | undefined {
  const state = (structuredClone(saved) as PiState | undefined) ?? { shape: 1, isFork: false };
  if (state.shape !== 1) return undefined;
  let events: AgentEvent[] = [];

  function read(record: TranscriptRecord): RecordReading {
    events = [];
    return readJsonLine(record, events, readEntry, piEntry);
  }

  /** Returns why the entry was refused (`?` and the kind when unknown), or `undefined`. */
  function readEntry(entry: Fields): string | undefined {
    if (entry.type === 'session') return readHead(entry);
    const atMs = timeMs(entry.timestamp) ?? timeMs(fields(entry.message)?.timestamp) ?? state.lastAtMs;
    if (atMs === undefined) return 'no time';
    state.lastAtMs = atMs;
    follow(entry, atMs);
    switch (entry.type) {
      case 'message':
        return readMessage(entry, atMs);
      case 'model_change':
        state.provider = text(entry.provider) ?? state.provider;
        state.model = text(entry.modelId) ?? state.model;
        return undefined;
      case 'compaction':
        return compact(entry, atMs);
      case 'branch_summary':
        if (chars(entry.summary) > 0)
          push({ type: 'block', role: 'user', part: 'summary', chars: chars(entry.summary) });
        return readAside(entry, 'branch_summary', atMs);
      case 'usage':
        if (fields(entry.usage) === undefined) return 'usage without numbers';
        return readAside(entry, text(entry.kind) ?? 'usage', atMs);
      case 'custom_message':
        enter(contentBlocks(entry.content, { role: 'system', part: 'attachment' }));
        return undefined;
      case 'session_info':
        push({ type: 'session', title: text(entry.name) });
        return undefined;
      default:
        if (typeof entry.type !== 'string') return 'no type';
        return SILENT_ENTRIES.has(entry.type) ? undefined : `?${plainName(entry.type)}`;
    }
  }

  function readHead(head: Fields): string | undefined {
    const id = text(head.id);
    if (!id) return 'head without an id';
    // Versions that named the parent otherwise: `branchedFrom`.
    const parent = text(head.parentSession) ?? text(head.branchedFrom);
    state.session ??= id;
    state.isFork = parent !== undefined;
    state.bornAtMs = timeMs(head.timestamp);
    state.provider ??= text(head.provider);
    state.model ??= text(head.modelId);
    push({
      type: 'session',
      agentName: MAIN_THREAD,
      workspace: text(head.cwd),
      parentSessionId: parent === undefined ? undefined : piSessionId(parent),
      startedAtMs: state.bornAtMs,
      ...(file.account === undefined ? {} : { account: file.account }),
    });
    if (state.isFork && state.bornAtMs !== undefined) push({ type: 'boundary', kind: 'fork', atMs: state.bornAtMs });
    return undefined;
  }

  /** An entry that does not follow the newest one begins a branch: what came between left the context. */
  function follow(entry: Fields, atMs: number): void {
    if (entry.parentId === undefined) return; // version 1 is a plain sequence
    if (state.leaf !== undefined && (entry.parentId ?? '') !== state.leaf)
      push({ type: 'boundary', kind: 'rewind', atMs });
    state.leaf = text(entry.id) ?? state.leaf;
  }

  function readMessage(entry: Fields, atMs: number): string | undefined {
    const message = fields(entry.message);
    if (!message) return 'message without a body';
    switch (message.role) {
      case 'user':
        push({ type: 'task', taskId: `prompt ${timeMs(message.timestamp) ?? atMs}`, atMs });
        enter(contentBlocks(message.content, { role: 'user', part: 'text' }));
        return undefined;
      case 'assistant':
        return readReply(message, atMs);
      case 'toolResult':
        enter(contentBlocks(message.content, { role: 'tool', part: 'toolResult', ...callId(message.toolCallId) }));
        for (const { thread, event } of subagentEvents(message, MAIN_THREAD, atMs))
          push(event.type === 'request' && isCopy(atMs) ? { ...event, isCopy: true } : event, thread);
        return readAside(message, text(message.toolName) ?? 'tool', atMs);
      case 'bashExecution': // the user ran a command; `!!` keeps it from the model
        if (message.excludeFromContext !== true) {
          const size = chars(message.command) + chars(message.output);
          push({ type: 'block', role: 'user', part: 'text', chars: size });
        }
        return undefined;
      case 'custom':
      case 'hookMessage':
        enter(contentBlocks(message.content, { role: 'system', part: 'attachment' }));
        return undefined;
      case 'system':
        enter(systemBlocks(message));
        return undefined;
      case 'branchSummary':
      case 'compactionSummary':
        push({ type: 'block', role: 'user', part: 'summary', chars: chars(message.summary) });
        return undefined;
      default:
        return `?message/${plainName(message.role)}`;
    }
  }

  function readReply(message: Fields, atMs: number): string | undefined {
    const usage = piUsage(message.usage);
    if (!usage) return message.usage === undefined ? 'reply without usage' : 'impossible usage';
    state.provider = text(message.provider) ?? state.provider;
    state.model = text(message.model) ?? state.model;
    const isBroken = message.stopReason === 'error' || message.stopReason === 'aborted';
    const used = tokensOf(usage);
    // A call that failed before the provider answered. Its content, if any, never enters the context.
    if (isBroken && used === 0) return undefined;
    const blocks = replyBlocks(message.content);
    if (used === 0 && blocks.length === 0) return undefined;
    const responseId = text(message.responseId);
    const requestId = piRequestId(timeMs(message.timestamp) ?? atMs, responseId ?? state.model ?? '', usage);
    for (const block of blocks) push({ type: 'block', requestId, ...block });
    pushRequest(MAIN_THREAD, requestId, atMs, usage, {
      messageId: responseId,
      model: text(message.responseModel) ?? state.model ?? 'unknown',
      // Providers that state no usage, and replies that broke off: the output is not known.
      ...(isBroken || used === 0 ? { outputIsPlaceholder: true } : {}),
      ...piCost(message.usage),
    });
    return undefined;
  }

  /** Usage of a call outside of the conversation: a tool that asks a model itself, a branch summary, cache warming. */
  function readAside(record: Fields, kind: string, atMs: number): string | undefined {
    if (record.usage === undefined || record.usage === null) return undefined;
    const usage = piUsage(record.usage);
    if (!usage) return 'impossible usage';
    if (tokensOf(usage) === 0) return undefined;
    const thread = text(record.toolCallId) ?? `aside ${kind}`;
    push({ type: 'session', agentName: kind }, thread);
    const at = timeMs(record.timestamp) ?? atMs;
    pushRequest(thread, piRequestId(at, text(record.toolCallId) ?? kind, usage), atMs, usage, {
      provider: text(record.provider),
      model: text(record.model),
      ...piCost(record.usage),
    });
    return undefined;
  }

  function compact(entry: Fields, atMs: number): string | undefined {
    const tokensBefore = wholeTokens(entry.tokensBefore);
    const usage = piUsage(entry.usage);
    // The usage may be of two calls, so that the sum says nothing of the context's size.
    if (usage && tokensOf(usage) > 0)
      pushRequest(MAIN_THREAD, piRequestId(atMs, 'compaction', usage), atMs, usage, {
        contextTokens: tokensBefore,
        ...piCost(entry.usage),
      });
    push({ type: 'boundary', kind: 'compaction', atMs, ...(tokensBefore === undefined ? {} : { tokensBefore }) });
    const system = fields(entry.systemMessage);
    if (system) enter(systemBlocks(system));
    if (chars(entry.summary) > 0) push({ type: 'block', role: 'user', part: 'summary', chars: chars(entry.summary) });
    return entry.usage !== undefined && entry.usage !== null && !usage ? 'impossible usage' : undefined;
  }

  function pushRequest(
    thread: ThreadId,
    requestId: string,
    atMs: number,
    usage: TokenUsage,
    more: Partial<RequestEvent>,
  ): void {
    const { provider = state.provider, model = state.model, ...rest } = more;
    push(
      {
        type: 'request',
        requestId,
        atMs,
        provider: provider?.toLowerCase() ?? 'unknown',
        model: model ?? 'unknown',
        usage,
        ...(isCopy(atMs) ? { isCopy: true } : {}),
        ...rest,
      },
      thread,
    );
  }

  /** A fork begins with the entries of its parent, as they were written there. */
  function isCopy(atMs: number): boolean {
    return state.isFork && state.bornAtMs !== undefined && atMs < state.bornAtMs;
  }

  function enter(blocks: readonly PiBlock[]): void {
    for (const block of blocks) push({ type: 'block', ...block });
  }

  function push(event: PiEvent, thread: ThreadId = MAIN_THREAD): void {
    events.push({ ...event, sessionId: state.session ?? file.sessionId, thread } as AgentEvent);
  }

  return { read, state: () => structuredClone(state) as unknown as JsonValue };
}

/** The session id that a file's name ends with; the path is as written on whatever system. */
export function piSessionId(path: string): string {
  const name = path.split(/[/\\]/).at(-1) ?? '';
  return name.replace(/\.jsonl$/, '').replace(/^[^_]*_/, '');
}
