import type { JsonValue } from '../transcripts/json.ts';
import type { TranscriptRecord } from '../transcripts/record.ts';
import type { RecordReading, TranscriptReader } from './agent.ts';
import { type AgentEvent, MAIN_THREAD, type ThreadId, type ToolRef, type Untold } from './event.ts';
import { chars, type Fields, fields, finite, jsonChars, plainName, text, timeMs } from './fields.ts';
import { readJsonLine } from './jsonLine.ts';
import { kimiTool } from './kimiTools.ts';
import { contentChars, isNothing, type KimiFile, kimiUsage, mediaCount, threadOf, usageKey } from './kimiUsage.ts';
import { wholeTokens } from './tokenCount.ts';

/** What is remembered of one thread. */
interface CliThread {
  /** Statements of usage so far: their order is the same in a subagent's own file and in its mirror. */
  usages: number;
  name?: string;
  windowTokens?: number;
  /** The newest tool call: pieces of its arguments may follow. */
  call?: { callId?: string; tool: ToolRef };
  launched?: boolean;
  /** It is read from what another thread's file repeats of it. */
  isMirror?: boolean;
}

/** All that a reader remembers between records: plain data, small. */
interface KimiCliState {
  shape: 1;
  generation: 'cli';
  lastAtMs?: number;
  begun: boolean;
  threads: [ThreadId, CliThread][];
}

/** Threads remembered at a time; older ones have long ended. */
const MOST_THREADS = 128;

const SILENT = new Set([
  'TurnEnd',
  'StepBegin',
  'StepInterrupted',
  'StepRetry',
  'CompactionBegin',
  'HookTriggered',
  'HookResolved',
  'HookRequest',
  'MCPLoadingBegin',
  'MCPLoadingEnd',
  'Notification',
  'PlanDisplay',
  'BtwBegin',
  'BtwEnd',
  'ApprovalRequest',
  'ApprovalResponse',
  'ApprovalRequestResolved',
  'QuestionRequest',
  'QuestionResponse',
  'ToolCallRequest',
]);

/**
 * A reader for the `wire.jsonl` of a Kimi CLI session or of one of its subagents. The session's file mirrors what its subagents do; what
 * stands in both has the same identity. The records name no model.
 */
export function readKimiCliRecords(file: KimiFile, saved?: JsonValue): TranscriptReader | undefined {
  const state = (structuredClone(saved) as KimiCliState | undefined) ?? {
    shape: 1,
    generation: 'cli',
    begun: false,
    threads: [],
  };
  if (state.shape !== 1 || state.generation !== 'cli') return undefined;
  const own = threadOf(file.agentId);
  let events: AgentEvent[] = [];

  function read(record: TranscriptRecord): RecordReading {
    events = [];
    return readJsonLine(record, events, readLine);
  }

  /** Returns why the record was refused (`?` and the kind when unknown), or `undefined`. */
  function readLine(line: Fields): string | undefined {
    if (line.type === 'metadata') return undefined;
    const seconds = finite(line.timestamp);
    const atMs = seconds === undefined ? timeMs(line.timestamp) : timeMs(seconds * 1000);
    state.lastAtMs = atMs ?? state.lastAtMs;
    if (state.lastAtMs === undefined) return 'no time';
    const message = fields(line.message);
    if (!message) return 'no message';
    if (!state.begun) {
      state.begun = true;
      push(own, {
        type: 'session',
        ...(own === MAIN_THREAD ? { agentName: MAIN_THREAD, startedAtMs: state.lastAtMs } : {}),
        ...(file.account === undefined ? {} : { account: file.account }),
      });
    }
    return readMessage(message, own, state.lastAtMs);
  }

  function readMessage(message: Fields, thread: ThreadId, atMs: number): string | undefined {
    const payload = fields(message.payload) ?? {};
    switch (message.type) {
      case 'TurnBegin':
      case 'SteerInput':
        beginTurn(payload, thread, atMs);
        return undefined;
      case 'ContentPart': {
        const isThinking = payload.type === 'think';
        const size = chars(isThinking ? payload.think : payload.text);
        push(thread, { type: 'block', role: 'model', part: isThinking ? 'thinking' : 'text', chars: size });
        return undefined;
      }
      case 'ToolCall':
        readCall(payload, thread);
        return undefined;
      case 'ToolCallPart': {
        const size = chars(payload.arguments_part);
        push(thread, { type: 'block', role: 'model', part: 'toolCall', chars: size, ...memory(thread).call });
        return undefined;
      }
      case 'ToolResult': {
        const callId = text(payload.tool_call_id);
        const linked = callId ? { callId } : {};
        const value = fields(payload.return_value) ?? fields(payload.result);
        const size = contentChars(value?.output) + chars(value?.message);
        push(thread, { type: 'block', role: 'tool', part: 'toolResult', chars: size, ...linked });
        for (let left = mediaCount(value?.output); left > 0; left--)
          push(thread, { type: 'block', role: 'tool', part: 'image', chars: 0, ...linked });
        return undefined;
      }
      case 'StatusUpdate':
        return readStatus(payload, thread, atMs);
      case 'CompactionEnd':
        push(thread, { type: 'boundary', kind: 'compaction', atMs });
        return undefined;
      case 'SubagentEvent':
        return readMirror(payload, atMs);
      default:
        if (typeof message.type !== 'string') return 'message without a type';
        return SILENT.has(message.type) ? undefined : `?${plainName(message.type)}`;
    }
  }

  function beginTurn(payload: Fields, thread: ThreadId, atMs: number): void {
    const known = memory(thread);
    // A subagent that answers too shortly is asked again: the same launch.
    if (thread === MAIN_THREAD || !known.launched) {
      known.launched = true;
      push(thread, { type: 'task', taskId: thread === MAIN_THREAD ? `prompt ${atMs}` : `launch ${thread}`, atMs });
    }
    push(thread, { type: 'block', role: 'user', part: 'text', chars: contentChars(payload.user_input) });
    for (let left = mediaCount(payload.user_input); left > 0; left--)
      push(thread, { type: 'block', role: 'user', part: 'image', chars: 0 });
  }

  function readCall(payload: Fields, thread: ThreadId): void {
    const call = fields(payload.function) ?? {};
    const name = text(call.name) ?? '(none)';
    const callId = text(payload.id);
    const made = { tool: kimiTool(name, call.arguments), ...(callId ? { callId } : {}) };
    memory(thread).call = made;
    const size = name.length + jsonChars(call.arguments);
    push(thread, { type: 'block', role: 'model', part: 'toolCall', chars: size, ...made });
  }

  function readStatus(payload: Fields, thread: ThreadId, atMs: number): string | undefined {
    const known = memory(thread);
    const window = wholeTokens(payload.max_context_tokens);
    if (window && window !== known.windowTokens) {
      known.windowTokens = window;
      push(thread, { type: 'window', tokens: window, atMs, source: 'reported' });
    }
    if (payload.token_usage === undefined || payload.token_usage === null) return undefined;
    const usage = kimiUsage(payload.token_usage);
    if (!usage) return 'impossible usage';
    if (isNothing(usage)) return undefined;
    const messageId = text(payload.message_id);
    // Forks copy the lines as they are; a mirror is written at another time than the subagent's own line.
    const place = thread === MAIN_THREAD ? atMs : `${thread}/${known.usages}`;
    known.usages++;
    push(thread, {
      type: 'request',
      requestId: `${place}/${messageId ?? ''}/${usageKey(usage)}`,
      messageId,
      atMs,
      provider: 'moonshotai',
      model: 'unknown',
      usage,
      // A fork copies the mirror of a subagent, but not what the subagent wrote itself.
      ...(known.isMirror ? { isCopy: true } : {}),
    });
    return undefined;
  }

  function readMirror(payload: Fields, atMs: number, parentThread: ThreadId = own): string | undefined {
    const event = fields(payload.event);
    const agent = text(payload.agent_id);
    const launchCallId = text(payload.parent_tool_call_id) ?? text(payload.task_tool_call_id);
    const thread = agent ?? launchCallId;
    if (!event || thread === undefined) return 'subagent event without a body';
    if (event.type === 'SubagentEvent') return readMirror(fields(event.payload) ?? {}, atMs, thread);
    const known = memory(thread);
    // One with an id has a file of its own.
    if (agent !== undefined && thread !== own) known.isMirror = true;
    const name = text(payload.subagent_type) ?? known.name ?? thread;
    if (name !== known.name) {
      known.name = name;
      const launch = launchCallId === undefined ? {} : { parentThread, launchCallId };
      push(thread, { type: 'session', agentName: name, ...launch });
    }
    return readMessage(event, thread, atMs);
  }

  function memory(thread: ThreadId): CliThread {
    const known = state.threads.find(([name]) => name === thread)?.[1];
    if (known) return known;
    if (state.threads.length >= MOST_THREADS)
      state.threads.splice(
        state.threads.findIndex(([name]) => name !== MAIN_THREAD),
        1,
      );
    const fresh: CliThread = { usages: 0 };
    state.threads.push([thread, fresh]);
    return fresh;
  }

  function push(thread: ThreadId, event: Untold): void {
    events.push({ ...event, sessionId: file.sessionId, thread } as AgentEvent);
  }

  return { read, state: () => structuredClone(state) as unknown as JsonValue };
}
