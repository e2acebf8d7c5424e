import type { JsonValue } from '../transcripts/json.ts';
import type { TranscriptRecord } from '../transcripts/record.ts';
import type { RecordReading, TranscriptReader } from './agent.ts';
import { MAIN_THREAD, type ThreadId, type TokenUsage } from './event.ts';
import { type Fields, fields, plainName, text, timeMs } from './fields.ts';
import { isPrompt, promptBlocks, replyBlocks } from './geminiContent.ts';
import { isNoUsage, metadataUsage, usageKey } from './geminiUsage.ts';
import { readJsonLine } from './jsonLine.ts';
import { qwenThoughts } from './qwenCodeModel.ts';
import { qwenRow } from './qwenCodeScan.ts';
import {
  countUp,
  type QwenFile,
  qwenMemory,
  qwenThread,
  remember,
  savedQwen,
  type ToldRequest,
  take,
} from './qwenCodeState.ts';
import { qwenCall } from './qwenCodeTelemetry.ts';
import { qwenTeller } from './qwenCodeTeller.ts';

/** Kinds of system rows that tell nothing of tokens. */
const SILENT_SYSTEM = new Set(
  'attribution_snapshot slash_command at_command session_notes session_source session_execution_engine omni_recall session_model session_approval_mode agent_launch_prompt agent_retry agent_session_ready file_history_snapshot user_text_elements session_artifact_event session_artifact_snapshot session_sources_snapshot branch_checkpoint goal_state goal_runtime goal_turn_end realtime_message turn_result background_task_completed notification cron parent_session managed_session_header_v1 managed_session_event_v1 managed_session_commit_v1'.split(
    ' ',
  ),
);
/** User rows of these kinds were typed by a person; those of other kinds come from the agent. */
const TYPED = new Set(['mid_turn_user_message']);
/**
 * A reader for a Qwen Code transcript. A call to a model is recorded up to three times: as the row of the reply, as telemetry beside it, and
 * for a subagent as a row in its own file. Telemetry alone knows the calls that have no row (compaction, background helpers).
 */
export function readQwenRecords(file: QwenFile, saved?: JsonValue): TranscriptReader | undefined {
  const memory = qwenMemory(saved);
  if (!memory) return undefined;
  const { state, seen } = memory;
  const teller = qwenTeller(state, file);
  const { push, launch, request, compact, tellHistory, tellPlace, tellTitle, tellWindow } = teller;

  function read(record: TranscriptRecord): RecordReading {
    return readJsonLine(record, teller.begin(), readRow, qwenRow);
  }

  /** Returns why the row was refused (`?` and the type when unknown), or `undefined`. */
  function readRow(row: Fields): string | undefined {
    const type = text(row.type);
    if (!type) return 'no type';
    const atMs = timeMs(row.timestamp) ?? state.lastAtMs;
    if (atMs === undefined) return 'no time';
    const thread = file.agent ?? (row.isSidechain === true ? (text(row.agentId) ?? MAIN_THREAD) : MAIN_THREAD);
    switch (type) {
      case 'user':
      case 'tool_result':
        tellPlace(row, atMs, thread);
        readInput(row, type, atMs, thread);
        break;
      case 'assistant': {
        const usage =
          row.usageMetadata == null ? undefined : metadataUsage(row.usageMetadata, qwenThoughts(modelOf(row)));
        if (row.usageMetadata != null && !usage) return 'impossible usage';
        tellPlace(row, atMs, thread);
        readReply(row, atMs, thread, usage);
        break;
      }
      case 'system':
        tellPlace(row, atMs, thread);
        state.lastAtMs = atMs;
        return readSystem(row, atMs, thread);
      default:
        return `?${plainName(type)}`;
    }
    state.lastAtMs = atMs;
    return undefined;
  }

  function readInput(row: Fields, type: string, atMs: number, thread: ThreadId): void {
    const uuid = text(row.uuid);
    if (uuid !== undefined && !seen.add(uuid)) return;
    const blocks = promptBlocks(fields(row.message)?.parts ?? fields(row.message)?.content);
    const isTyped =
      (row.subtype === undefined || TYPED.has(String(row.subtype))) &&
      (row.provenance === undefined || row.provenance === 'real_user');
    const known = qwenThread(state, thread);
    if (thread !== MAIN_THREAD) launch(thread, known, atMs);
    else if (type === 'user' && isTyped && isPrompt(blocks))
      push(thread, { type: 'task', taskId: uuid ?? `${file.session}@${atMs}`, atMs });
    for (const block of blocks) {
      const isFromAgent = block.role === 'user' && block.part === 'text' && !isTyped;
      push(thread, { type: 'block', ...block, ...(isFromAgent ? { role: 'system', part: 'attachment' } : {}) });
    }
  }

  function readReply(row: Fields, atMs: number, thread: ThreadId, usage: TokenUsage | undefined): void {
    const uuid = text(row.uuid) ?? `${file.session}@${atMs}`;
    if (!seen.add(uuid)) return;
    const known = qwenThread(state, thread);
    const isUsed = usage !== undefined && !isNoUsage(usage);
    if (isUsed) known.requestId = thread === MAIN_THREAD ? mainRequest(row, uuid, usage) : agentRequest(thread, usage);
    // A subagent's row of usage comes before the rows of its calls.
    const requestId = known.requestId;
    for (const block of replyBlocks(fields(row.message)?.parts ?? fields(row.message)?.content))
      push(thread, { type: 'block', ...block, ...(requestId === undefined ? {} : { requestId }) });
    if (isUsed && requestId !== undefined) {
      const model = modelOf(row);
      if (thread === MAIN_THREAD) state.model = model;
      request(thread, requestId, atMs, model, usage, row.forkedFrom !== undefined);
    }
    tellWindow(row, atMs, thread, known);
  }

  /** The request of a row of the main thread: the one that telemetry announced, or its own. */
  function mainRequest(row: Fields, uuid: string, usage: TokenUsage): string {
    const announced = take(state.announced, usageKey(usage), promptOf(usage), row.parentUuid);
    if (announced) return announced.requestId;
    remember(state.recorded, toldRequest(uuid, usage, uuid));
    return uuid;
  }

  /**
   * The identity of a subagent's request in its own file and in its parent's telemetry: only the figures are the same in both. They grow
   * with the subagent's context; where they are equal nonetheless, both files have them as often.
   */
  function agentRequest(agent: ThreadId, usage: TokenUsage): string {
    const key = `${agent}:${usageKey(usage)}`;
    const times = countUp(state, key);
    return times === 1 ? key : `${key}#${times}`;
  }

  function readSystem(row: Fields, atMs: number, thread: ThreadId): string | undefined {
    const payload = fields(row.systemPayload) ?? {};
    const subtype = text(row.subtype) ?? '';
    switch (subtype) {
      case 'ui_telemetry':
        return readTelemetry(row, fields(payload.uiEvent) ?? {}, atMs);
      case 'chat_compression':
        compact(payload, atMs, thread);
        return undefined;
      case 'rewind':
        push(thread, { type: 'boundary', kind: 'rewind', atMs });
        return undefined;
      case 'custom_title':
        tellTitle(payload);
        return undefined;
      case 'agent_bootstrap':
        tellHistory(thread, payload.history);
        return undefined;
      default:
        return SILENT_SYSTEM.has(subtype) ? undefined : `?system/${plainName(subtype)}`;
    }
  }

  function readTelemetry(row: Fields, event: Fields, atMs: number): string | undefined {
    const call = qwenCall(event, qwenThoughts);
    if (typeof call === 'string') return call === '' ? undefined : call;
    const uuid = text(row.uuid) ?? `${file.session}@${atMs}`;
    if (isNoUsage(call.usage) || !seen.add(uuid)) return undefined;
    const model = call.model ?? state.model ?? 'unknown';
    const isForked = row.forkedFrom !== undefined;
    if (call.thread === MAIN_THREAD) {
      if (take(state.recorded, usageKey(call.usage), promptOf(call.usage), row.parentUuid)) return undefined;
      const requestId = call.responseId ?? uuid;
      remember(state.announced, toldRequest(requestId, call.usage, uuid));
      request(MAIN_THREAD, requestId, atMs, model, call.usage, isForked);
      return undefined;
    }
    // Its own file tells the same calls under the subagent's own id.
    if (call.subagent === 'byPrompt' && file.hasFilesOf(call.agentName)) return undefined;
    // The agent's own helpers have no files, and are nobody's task.
    const isHelper = call.thread.startsWith('managed-');
    const isElsewhere = call.subagent === 'byId' && !isHelper;
    const known = qwenThread(state, call.thread);
    if (!known.named) push(call.thread, { type: 'session', agentName: call.agentName });
    known.named = true;
    if (call.subagent && !isHelper && !file.hasFile(call.thread)) launch(call.thread, known, atMs);
    const requestId = call.subagent ? agentRequest(call.thread, call.usage) : (call.responseId ?? uuid);
    request(call.thread, requestId, atMs, model, call.usage, isForked || isElsewhere);
    return undefined;
  }

  function modelOf(row: Fields): string {
    return text(row.model) ?? file.model ?? state.model ?? 'unknown';
  }

  return { read, state: () => savedQwen(memory as NonNullable<typeof memory>) };
}

function toldRequest(requestId: string, usage: TokenUsage, uuid: string): ToldRequest {
  return { requestId, usage: usageKey(usage), promptTokens: promptOf(usage), uuid };
}

function promptOf(usage: TokenUsage): number {
  return usage.input + usage.cacheRead;
}
