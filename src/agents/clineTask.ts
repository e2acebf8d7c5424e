import { basename, dirname, join } from 'node:path';
import type { TranscriptFile } from '../transcripts/record.ts';
import type { Disk, PlacedReading } from './agent.ts';
import { type ClineHistory, clineHistory } from './clineHistory.ts';
import { type Row, turnsByRequest, UNKNOWN_WRITER, type Writer, writersOf } from './clineRequests.ts';
import { clineTimeMs } from './clineTime.ts';
import { type ClineProduct, type ClineRequest, clineRequest, clineUsage, providerOfModel } from './clineUsage.ts';
import { type AgentEvent, MAIN_THREAD, type ThreadId, type TokenUsage } from './event.ts';
import { type Fields, fields, list, parseJson, plainName, text } from './fields.ts';
import { elementOffsets } from './jsonElements.ts';
import { wholeTokens } from './tokenCount.ts';

/** Kinds of messages that only the view of the task needs. */
const VIEW_KINDS = new Set(
  `api_req_finished api_req_failed api_req_retried api_req_retry_delayed api_req_deleted api_req_rate_limit_wait text reasoning
  completion_result user_feedback_diff command command_output tool use_mcp_server mcp_server_request_started mcp_server_response
  mcp_notification shell_integration_warning shell_integration_warning_with_suggestion browser_action browser_action_launch
  browser_action_result browser_session_status error error_retry info diff_error clineignore_error rooignore_error
  checkpoint_created checkpoint_saved load_mcp_documentation generate_explanation task_progress hook_status hook_output_stream
  subagent subagent_result use_subagents conditional_rules_applied subtask_result new_task_started new_task condense
  condense_context_error codebase_search_result user_edit_todos image too_many_tools_warning auto_approval_max_req_reached
  followup plan_mode_respond act_mode_respond resume_task resume_completed_task mistake_limit_reached new_rule summarize_task
  report_bug payment_required_prompt invalid_model interactive_app finishTask condense_confirmation compaction tool_error
  rooignore skill`.split(/\s+/),
);

interface Place {
  sessionId: string;
  thread: string;
}

/** What a task is read with. */
export function taskCompanions(file: TranscriptFile): string[] {
  const folder = dirname(file.path);
  return ['api_conversation_history.json', 'history_item.json', 'task_metadata.json'].map((name) => join(folder, name));
}

/** One task of an extension: its messages, the conversation with the model beside them, and what else is known of it. */
export function readTask(product: ClineProduct, file: TranscriptFile, disk: Disk): PlacedReading[] | undefined {
  const bytes = disk.read(file.path);
  const messages = bytes && parseJson(bytes);
  if (!bytes || !Array.isArray(messages)) {
    if (!bytes || !/[\]}]\s*$/.test(Buffer.from(bytes.slice(-16)).toString('utf8'))) return undefined;
    return [{ offset: 0, events: [], outcome: 'rejected', detail: 'task is no JSON array' }];
  }
  const [history, item, metadata] = taskCompanions(file).map((path) => {
    const companion = disk.read(path);
    return companion && parseJson(companion);
  });
  const about = fields(item) ?? {};
  const taskId = basename(dirname(file.path));
  const root = text(about.rootTaskId) ?? text(about.parentTaskId) ?? taskId;
  const place: Place = { sessionId: root, thread: root === taskId ? MAIN_THREAD : taskId };
  const conversation = clineHistory(list(history));
  const { rows, readings } = rowsOf(messages, elementOffsets(bytes));
  const first: PlacedReading = {
    offset: 0,
    outcome: 'read',
    events: [
      {
        type: 'session',
        ...place,
        agentName: place.thread === MAIN_THREAD ? MAIN_THREAD : (text(about.mode) ?? 'subagent'),
        ...withoutUndefined({
          parentThread: parentThread(place, text(about.parentTaskId)),
          workspace:
            place.thread === MAIN_THREAD
              ? (text(about.workspace) ?? text(about.cwdOnTaskInitialization) ?? conversation.workspace)
              : undefined,
          account: file.account,
          startedAtMs: place.thread === MAIN_THREAD ? rows[0]?.atMs : undefined,
        }),
      },
    ],
  };
  return [
    first,
    ...taskReadings(rows, { product, taskId, place, conversation, metadata: fields(metadata) ?? {} }),
    ...readings,
  ];
}

/** The thread that launched a task of another task. */
function parentThread({ sessionId, thread }: Place, parent: string | undefined): ThreadId | undefined {
  if (thread === MAIN_THREAD) return undefined;
  return parent === undefined || parent === sessionId ? MAIN_THREAD : parent;
}

function rowsOf(messages: readonly unknown[], offsets: readonly number[]): { rows: Row[]; readings: PlacedReading[] } {
  const rows: Row[] = [];
  const readings: PlacedReading[] = [];
  messages.forEach((value, index) => {
    const data = fields(value);
    const atMs = clineTimeMs(data?.ts);
    const kind = text(data?.type === 'ask' ? data.ask : data?.say);
    const offset = offsets[index] ?? 0;
    if (!data || atMs === undefined || kind === undefined)
      readings.push({ offset, events: [], outcome: 'rejected', detail: 'message without time or kind' });
    else rows.push({ kind, atMs, data, offset });
  });
  return { rows, readings };
}

interface Task {
  product: ClineProduct;
  taskId: string;
  place: Place;
  conversation: ClineHistory;
  metadata: Fields;
}

function taskReadings(rows: readonly Row[], task: Task): PlacedReading[] {
  const { place } = task;
  const stated = new Map(
    rows.filter((row) => row.kind === 'api_req_started').map((row) => [row, clineRequest(row.data.text)] as const),
  );
  const turns = turnsByRequest(task.conversation.turns, stated);
  const writers = writersOf([...stated.keys()], turns, task.metadata);
  const sums = new Map<string, TokenUsage>();
  let windowTokens: number | undefined;
  let deletedRange = '';
  return rows.map((row, index): PlacedReading => {
    const { atMs, offset, data } = row;
    const events: AgentEvent[] = [];
    const reading = (outcome: PlacedReading['outcome'], detail?: string): PlacedReading => ({
      offset,
      events,
      outcome,
      ...(detail === undefined ? {} : { detail }),
    });
    // Cline tells a compaction by the range of messages that it no longer sends; a request's own message was written just before.
    const range = rangeOf(row.kind === 'api_req_started' ? (rows[index + 1] ?? row) : row);
    if (range !== undefined && range !== deletedRange) {
      if (task.product === 'cline') events.push({ type: 'boundary', ...place, kind: 'compaction', atMs });
      deletedRange = range;
    }
    if (row.kind === 'task' || row.kind === 'user_feedback' || (index === 0 && row.kind === 'text')) {
      events.push({ type: 'task', ...place, taskId: `${task.taskId} ${atMs}`, atMs });
      return reading('read');
    }
    if (row.kind === 'condense_context' || row.kind === 'sliding_window_truncation') {
      // What a request finds too long is condensed after its message was written: it was told there.
      if (!isPreparation(rows, index)) events.push(boundaryOf(row, place));
      return reading('read');
    }
    if (row.kind === 'deleted_api_reqs' || row.kind === 'subagent_usage') {
      const sum = clineRequest(data.text);
      if (sum === 'rejected') return reading('rejected', 'sum with impossible tokens');
      if (sum) events.push(unlisted(row, sum, task, sums, [...writers.values()].at(-1) ?? UNKNOWN_WRITER));
      return reading('read');
    }
    if (row.kind !== 'api_req_started')
      return VIEW_KINDS.has(row.kind) ? reading('read') : reading('unknown', `message ${plainName(row.kind)}`);

    const request = stated.get(row);
    if (request === 'rejected') return reading('rejected', 'request with impossible tokens');
    const turn = turns.get(row);
    for (let next = index + 1; isPreparation(rows, next); next++) events.push(boundaryOf(rows[next] as Row, place));
    if (turn?.windowTokens !== undefined && turn.windowTokens !== windowTokens) {
      windowTokens = turn.windowTokens;
      events.push({ type: 'window', ...place, tokens: windowTokens, atMs, source: 'reported' });
    }
    for (const block of turn?.before ?? []) events.push({ type: 'block', ...place, ...block });
    if (!request) return reading('read');
    const requestId = `${task.taskId}/${atMs}`;
    for (const block of turn?.reply ?? []) events.push({ type: 'block', ...place, ...block, requestId });
    const { model, provider } = writers.get(row) ?? UNKNOWN_WRITER;
    events.push({
      type: 'request',
      ...place,
      requestId,
      atMs,
      provider: provider?.toLowerCase() ?? providerOfModel(model),
      model,
      usage: clineUsage(request, { product: task.product, provider, atMs }),
      ...(request.isBroken ? { outputIsPlaceholder: true, keepPlaceholder: true } : {}),
      ...(request.costUsd === undefined ? {} : { costUsd: request.costUsd }),
    });
    return reading('read');
  });
}

function rangeOf(row: Row): string | undefined {
  const range = row.data.conversationHistoryDeletedRange;
  return Array.isArray(range) ? range.slice(0, 2).join('-') : undefined;
}

function isPreparation(rows: readonly Row[], index: number): boolean {
  const isCondensing = (row: Row | undefined): boolean =>
    row?.kind === 'condense_context' || row?.kind === 'sliding_window_truncation';
  if (!isCondensing(rows[index])) return false;
  let before = index - 1;
  while (isCondensing(rows[before])) before--;
  return rows[before]?.kind === 'api_req_started';
}

function boundaryOf(row: Row, place: Place): AgentEvent {
  const sizes = fields(row.data.contextCondense) ?? fields(row.data.contextTruncation) ?? {};
  return {
    type: 'boundary',
    ...place,
    kind: 'compaction',
    atMs: row.atMs,
    ...withoutUndefined({
      tokensBefore: wholeTokens(sizes.prevContextTokens),
      tokensAfter: wholeTokens(sizes.newContextTokens),
    }),
  };
}

/** Requests of subagents, and those that a restored checkpoint took out of the task, are left only as sums. */
function unlisted(row: Row, sum: ClineRequest, task: Task, sums: Map<string, TokenUsage>, writer: Writer): AgentEvent {
  const usage = clineUsage(sum, { product: task.product, provider: undefined, atMs: row.atMs });
  const before = sums.get(row.kind);
  const whole = { ...usage };
  for (const key of Object.keys(whole) as (keyof TokenUsage)[]) whole[key] += before?.[key] ?? 0;
  sums.set(row.kind, whole);
  return { type: 'unlisted', ...task.place, model: writer.model, usage: whole, atMs: row.atMs, source: row.kind };
}

function withoutUndefined<T extends object>(value: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };
}
