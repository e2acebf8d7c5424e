import type { JsonValue } from '../transcripts/json.ts';
import type { TranscriptRecord } from '../transcripts/record.ts';
import type { RecordReading, TranscriptReader } from './agent.ts';
import type { UnplacedBlock } from './blockOf.ts';
import { codexItem } from './codexItems.ts';
import { noteTime, noteTurn } from './codexReplay.ts';
import { codexRequests } from './codexRequests.ts';
import { codexLine } from './codexScan.ts';
import { type CodexFile, codexHead, codexState } from './codexState.ts';
import { codexTeller } from './codexTeller.ts';
import { serviceTier } from './codexUsage.ts';
import { MAIN_THREAD } from './event.ts';
import { chars, type Fields, fields, parseJson, plainName, text, timeMs } from './fields.ts';

/** Event messages that repeat what response items say, or tell nothing of tokens. */
const SILENT_EVENTS =
  /^(agent_|user_message|item_|exec_|patch_|mcp_|web_search_|image_generation_|view_image|plan_|turn_diff|entered_|exited_|thread_|sub_agent_|collab_|dynamic_tool_|hook_|guardian_|undo_|background_event|stream_error|error|warning|model_|deprecation_|request_|elicitation_|apply_patch_|terminal_|raw_|session_configured|shutdown_complete|realtime_|skills_|stream_|list_|get_|remote_|review_|turn_moderation)/;
const SILENT_RECORDS = new Set([
  'world_state',
  'inter_agent_communication',
  'inter_agent_communication_metadata',
  'state',
]);
/** Launches whose outputs are still to come. */
const MOST_SPAWNS = 32;

/** A reader for a Codex rollout. */
export function readCodexRecords(file: CodexFile, saved?: JsonValue): TranscriptReader | undefined {
  const remembered = codexState(saved);
  if (!remembered) return undefined;
  const state = remembered;
  const teller = codexTeller(state, file);
  const { own, push, enter, settleReply, compact, settleBoundary, tellLaunch, tellWindow } = teller;
  let newFields: string[] = [];
  const requests = codexRequests(state, teller, (names) => {
    newFields = names;
  });

  function read(record: TranscriptRecord): RecordReading {
    const line = codexLine(record, state);
    if (!line) return { events: [], outcome: 'rejected', detail: 'not a JSON object' };
    const events = teller.begin();
    newFields = [];
    const detail = readLine(line);
    if (detail === undefined)
      return newFields.length > 0 ? { events, outcome: 'read', unknownFields: newFields } : { events, outcome: 'read' };
    return { events, outcome: detail.startsWith('?') ? 'unknown' : 'rejected', detail: detail.replace(/^\?/, '') };
  }

  /** Returns why the record was refused (`?` and the kind when unknown), or `undefined`. */
  function readLine(line: Fields): string | undefined {
    // The oldest files have no envelope: a bare head, bare items, and state records.
    if (line.payload === undefined) {
      if (typeof line.record_type === 'string') return undefined;
      if (line.type === undefined && text(line.id)) return readMeta(line, timeMs(line.timestamp) ?? 0);
      if (typeof line.type !== 'string') return 'no type';
      return readItem(line);
    }
    const payload = fields(line.payload);
    if (!payload || typeof line.type !== 'string') return payload ? 'no type' : 'no payload';
    const atMs = timeMs(line.timestamp) ?? state.lastAtMs;
    if (atMs === undefined) return 'no time';
    state.lastAtMs = atMs;
    noteTime(state, atMs);
    switch (line.type) {
      case 'session_meta':
        return readMeta(payload, atMs);
      case 'turn_context':
        readContext(payload, atMs);
        return undefined;
      case 'response_item':
        return readItem(payload);
      case 'event_msg':
        return readEvent(payload, atMs);
      case 'compacted':
        compact(payload, atMs);
        return undefined;
      case 'token_usage_record':
        return requests.readRecord(payload, atMs);
      default:
        return SILENT_RECORDS.has(line.type) ? undefined : `?${plainName(line.type)}`;
    }
  }

  function readMeta(meta: Fields, atMs: number): string | undefined {
    const head = codexHead(meta);
    if (!head) return 'head without an id';
    state.lastAtMs ??= atMs;
    if (state.own !== undefined) {
      // Whoever goes on with the file may be of another version.
      state.isUsageFirst = undefined;
      // Every resume appends the head again. Another thread's head before the first own request opens its replayed history.
      if (head.id !== state.own && state.total === undefined) state.replayAtMs = atMs;
      return undefined;
    }
    const { owner, parentThread, forkedFrom } = head;
    state.own = head.id;
    state.counter = head.forkedFrom ?? head.id;
    state.bornAtMs = Math.min(timeMs(meta.timestamp) ?? atMs, atMs);
    // The history of another thread may follow without its head.
    if (head.isOffspring) state.replayAtMs = atMs;
    state.model = text(meta.model);
    state.agentName = head.agentName;
    state.session = owner ?? head.id;
    if (owner !== undefined) state.thread = head.id;
    state.provider = text(meta.model_provider) ?? state.provider;
    push({
      type: 'session',
      agentName: state.agentName,
      ...(parentThread === undefined ? {} : { parentThread }),
      workspace: text(meta.cwd),
      ...(file.account === undefined ? {} : { account: file.account }),
      ...(owner === undefined
        ? {
            gitBranch: text(fields(meta.git)?.branch),
            version: text(meta.cli_version),
            startedAtMs: timeMs(meta.timestamp) ?? atMs,
            parentSessionId: forkedFrom,
          }
        : {}),
    });
    if (forkedFrom !== undefined) push({ type: 'boundary', kind: 'fork', atMs });
    const base = fields(meta.base_instructions)?.text ?? meta.base_instructions;
    if (chars(base) > 0) {
      state.baseChars = chars(base);
      enter({ role: 'system', part: 'text', chars: chars(base), target: 'system prompt' });
    }
    if (chars(meta.instructions) > 0) state.instructionChars = chars(meta.instructions);
    return undefined;
  }

  function readContext(context: Fields, atMs: number): void {
    state.model = text(context.model) ?? state.model;
    if (context.service_tier !== undefined) state.tier = serviceTier(context.service_tier);
    noteTurn(state, text(context.turn_id) ?? state.turn, atMs);
  }

  function readItem(item: Fields): string | undefined {
    const known = codexItem(item);
    noteSpawn(item);
    if (!known) return `?response_item/${plainName(item.type)}`;
    if (known.isPrompt) {
      settleReply();
      beginTask(text(fields(item.internal_chat_message_metadata_passthrough)?.turn_id) ?? state.turn);
    }
    for (let at = 0; at < known.blocks.length; at++) {
      const block = known.blocks[at] as UnplacedBlock;
      if (block.role === 'system' && block.chars === state.baseChars) continue;
      if (block.part === 'memory') state.instructionChars = undefined;
      enter(block);
    }
    return undefined;
  }

  /** The call that launches a subagent, and its output, which names the thread. In a replay they are the parent's. */
  function noteSpawn(item: Fields): void {
    const call = text(item.call_id);
    if (call === undefined || state.replayAtMs !== undefined) return;
    if (item.name === 'spawn_agent') state.spawns = [...state.spawns, call].slice(-MOST_SPAWNS);
    else if (typeof item.output === 'string' && state.spawns.includes(call)) {
      state.spawns = state.spawns.filter((spawn) => spawn !== call);
      tellLaunch(fields(parseJson(Buffer.from(item.output)))?.agent_id, call);
    }
  }

  /** Where the output only names a task, an event tells the call and the thread. */
  function noteActivity(activity: Fields | undefined, call: unknown): void {
    if (activity?.kind === 'started' && state.replayAtMs === undefined) tellLaunch(activity.agent_thread_id, call);
  }

  function beginTask(turn: string | undefined): void {
    // A subagent's launch is its one task; it begins with its first own request.
    if (state.thread !== MAIN_THREAD || (turn === undefined && state.replayAtMs !== undefined)) return;
    if (turn !== undefined && turn === state.task) return;
    state.task = turn ?? `${own()}#${++state.prompts}`;
    settleBoundary();
    push({ type: 'task', taskId: state.task, atMs: state.lastAtMs ?? 0 });
  }

  function readEvent(event: Fields, atMs: number): string | undefined {
    switch (event.type) {
      case 'token_count':
        return requests.readCount(event, atMs);
      case 'task_started':
      case 'turn_started':
        noteTurn(state, text(event.turn_id) ?? state.turn, atMs);
        tellWindow(event.model_context_window, atMs);
        return undefined;
      case 'task_complete':
      case 'turn_complete':
      case 'turn_aborted':
        settleReply();
        settleBoundary();
        return undefined;
      case 'context_compacted':
        if (!state.compacted) compact({}, atMs);
        return undefined;
      case 'thread_rolled_back':
        settleReply();
        push({ type: 'boundary', kind: 'rewind', atMs, ...tasksBack(event.num_turns) });
        return undefined;
      case 'thread_name_updated': {
        const title = text(event.thread_name);
        if (title && state.thread === MAIN_THREAD) push({ type: 'session', title: title.slice(0, 200) });
        return undefined;
      }
      case 'item_completed': {
        const item = fields(event.item);
        if (item?.type === 'SubAgentActivity') noteActivity(item, item.id);
        return undefined;
      }
      case 'sub_agent_activity':
        noteActivity(event, event.event_id);
        return undefined;
      case 'collab_agent_spawn_end':
        if (state.replayAtMs === undefined) tellLaunch(event.new_thread_id, event.call_id);
        return undefined;
      case 'thread_settings_applied':
        state.model = text(fields(event.thread_settings)?.model) ?? state.model;
        state.tier = serviceTier(fields(event.thread_settings)?.service_tier);
        return undefined;
      default:
        return SILENT_EVENTS.test(String(event.type)) ? undefined : `?event_msg/${plainName(event.type)}`;
    }
  }

  return { read, state: () => structuredClone(state) as unknown as JsonValue };
}

/** A user's turn is a task. */
function tasksBack(turns: unknown): { tasksBack?: number } {
  return typeof turns === 'number' && Number.isSafeInteger(turns) && turns > 0 ? { tasksBack: turns } : {};
}
