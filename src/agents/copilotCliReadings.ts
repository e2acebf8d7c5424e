import type { PlacedReading } from './agent.ts';
import type { CopilotCall, CopilotCalls } from './copilotCliCalls.ts';
import type { CopilotEvent, CopilotEvents } from './copilotCliEvents.ts';
import { tellLimits, tellWindow } from './copilotCliQuotas.ts';
import { copilotTool } from './copilotCliTools.ts';
import { tokenUsage } from './copilotCliUsage.ts';
import { type AgentEvent, MAIN_THREAD, type ThreadId } from './event.ts';
import { chars, type Fields, fields, jsonChars, list, plainName, text, timeMs } from './fields.ts';
import { modelMaker } from './modelMaker.ts';
import { freshFacts, type SessionFacts } from './sessionFacts.ts';
import { wholeTokens } from './tokenCount.ts';
import type { Unplaced } from './unplaced.ts';

/** What is known of a session before its events. */
export interface CopilotSession {
  sessionId: string;
  account: string | undefined;
}

/** Families of events that tell nothing of tokens, or repeat what others say. */
const SILENT =
  /^(session\.(resume|info|warning|error|idle|mode_|auto_|schedule_|autopilot_|permissions_|plan_|todos_|workspace_|handoff|usage_checkpoint|context_changed|task_complete|completion_|fusion_|remote_|session_limits|managed_|binary_asset|custom_|tools_|background_|skills_|custom_agents|mcp_|extensions_|canvas|start_|shutdown$|usage_record$|model_change$|snapshot_)|assistant\.(turn_|intent|fusion_|server_tool|reasoning|tool_call|streaming|message_|idle|usage$)|tool\.(user_|execution_start|execution_partial|execution_progress)|tool_search\.|skill\.|subagent\.|hook\.|permission\.|user_input\.|elicitation\.|sampling\.|mcp\.|mcp_app\.|ui\.|external_tool\.|command\.|commands\.|capabilities\.|exit_plan_mode\.|auto_mode_switch\.|session_limits_exhausted\.|pending_messages\.|factory\.|model\.|abort$)/;

/** Everything that a session's events and calls say, event by event. */
export function tellCopilotEvents(
  session: CopilotSession,
  events: CopilotEvents,
  found: CopilotCalls,
): PlacedReading[] {
  const state = newState(session);
  const calls = new Map<number, CopilotCall[]>();
  for (const call of found.calls) calls.set(call.at, [...(calls.get(call.at) ?? []), call]);
  const sums = new Map<number, CopilotCalls['unlisted']>();
  for (const sum of found.unlisted) sums.set(sum.at, [...(sums.get(sum.at) ?? []), sum]);
  for (const record of events.records) noteCall(state, record);

  const readings: PlacedReading[] = events.rejected.map(({ offset, detail }) => ({
    events: [],
    outcome: 'rejected',
    detail,
    offset,
  }));
  events.records.forEach((event, index) => {
    const told: AgentEvent[] = [];
    const push = (thread: ThreadId, ...more: Unplaced[]): void => {
      for (const each of more) told.push({ ...each, sessionId: session.sessionId, thread } as AgentEvent);
    };
    if (event.type === 'session.start' || event.type === 'session.resume') push(MAIN_THREAD, ...startOf(event, state));
    for (const call of calls.get(index) ?? []) pushCall(call, event, state, push);
    for (const { model, usage } of sums.get(index) ?? [])
      push(MAIN_THREAD, {
        type: 'unlisted',
        model,
        usage: tokenUsage(usage),
        atMs: event.atMs,
        source: 'session.shutdown',
      });
    const isKnown = tellEvent(event, found.requestOf.get(index), state, push);
    const rejected = found.rejected.get(index);
    readings.push({
      events: told,
      offset: event.offset,
      ...(rejected !== undefined
        ? { outcome: 'rejected', detail: rejected }
        : isKnown
          ? { outcome: 'read' }
          : { outcome: 'unknown', detail: plainName(event.type) }),
    });
  });
  return readings.sort((a, b) => a.offset - b.offset);
}

/** What is remembered while a session is told. */
export interface TellingState {
  session: CopilotSession;
  told: SessionFacts;
  /** Threads whose system prompt was told: it is written again on each resume. */
  prompted: Set<ThreadId>;
  named: Set<ThreadId>;
  windows: Map<ThreadId, number>;
  /** MCP server and tool by call id, as the start of the call states them. */
  servers: Map<string, { server: string; tool: string | undefined }>;
  /** Thread that made a call, by call id. */
  callers: Map<string, ThreadId>;
}

function newState(session: CopilotSession): TellingState {
  return {
    session,
    told: {},
    prompted: new Set(),
    named: new Set(),
    windows: new Map(),
    servers: new Map(),
    callers: new Map(),
  };
}

/** Tells events of a thread. */
export type Push = (thread: ThreadId, ...events: Unplaced[]) => void;

function noteCall(state: TellingState, { type, data, thread }: CopilotEvent): void {
  if (type !== 'tool.execution_start') return;
  const callId = text(data.toolCallId);
  if (callId !== undefined) state.callers.set(callId, thread);
  const server = text(data.mcpServerName);
  if (callId !== undefined && server !== undefined) state.servers.set(callId, { server, tool: text(data.mcpToolName) });
}

function startOf({ data, atMs, type }: CopilotEvent, state: TellingState): Unplaced[] {
  const context = fields(data.context);
  const facts = freshFacts(state.told, {
    agentName: MAIN_THREAD,
    workspace: text(context?.cwd),
    gitBranch: text(context?.branch),
    version: text(data.copilotVersion),
    account: state.session.account,
    startedAtMs: type === 'session.start' ? (timeMs(data.startTime) ?? atMs) : undefined,
  });
  return facts ? [{ type: 'session', ...facts }] : [];
}

function pushCall(call: CopilotCall, event: CopilotEvent, state: TellingState, push: Push): void {
  const { kind, thread, model, requestId, messageId, atMs } = call;
  if (kind === 'aside' && !state.named.has(thread)) {
    state.named.add(thread);
    push(thread, { type: 'session', agentName: 'aside' });
  }
  if (call.copiedFrom !== undefined) {
    const facts = freshFacts(state.told, { parentSessionId: call.copiedFrom });
    if (facts) push(MAIN_THREAD, { type: 'session', ...facts });
  }
  push(thread, {
    type: 'request',
    requestId,
    messageId,
    atMs: Math.min(atMs, event.atMs),
    provider: (call.provider ?? modelMaker(model) ?? 'github-copilot').toLowerCase(),
    model,
    usage: tokenUsage(call.usage),
    ...(call.copiedFrom === undefined ? {} : { isCopy: true }),
    ...(call.contextTokens === undefined ? {} : { contextTokens: call.contextTokens }),
    ...(kind === 'part' || kind === 'outputOnly' ? { outputIsPlaceholder: true, keepPlaceholder: true } : {}),
    ...(kind === 'part' ? { rule: 'sum' } : {}),
    ...(kind === 'nothing' ? { outputIsPlaceholder: true } : {}),
  });
}

/** Tells what an event itself says; `false` when its kind is not known. */
function tellEvent(event: CopilotEvent, requestId: string | undefined, state: TellingState, push: Push): boolean {
  const { type, data, thread, atMs } = event;
  tellWindow(event, state, push);
  tellLimits(event, state, push);
  switch (type) {
    case 'session.start':
      return true;
    case 'session.title_changed': {
      const facts = freshFacts(state.told, { title: text(data.title) });
      if (facts) push(MAIN_THREAD, { type: 'session', ...facts });
      return true;
    }
    case 'user.message':
      tellPrompt(event, push);
      return true;
    case 'system.message':
      if (!state.prompted.has(thread)) {
        state.prompted.add(thread);
        push(thread, { type: 'block', role: 'system', part: 'text', chars: chars(data.content) });
      }
      return true;
    case 'system.notification':
      push(thread, { type: 'block', role: 'system', part: 'attachment', chars: chars(data.content) });
      return true;
    case 'assistant.message':
      push(thread, ...replyBlocks(data, requestId, state));
      return true;
    case 'tool.execution_complete': {
      const callId = text(data.toolCallId);
      const size = chars(fields(data.result)?.content) || chars(fields(data.error)?.message);
      push(thread, { type: 'block', role: 'tool', part: 'toolResult', chars: size, ...(callId ? { callId } : {}) });
      return true;
    }
    case 'subagent.started': {
      const launchCallId = text(data.toolCallId);
      const parentThread = state.callers.get(launchCallId ?? '') ?? MAIN_THREAD;
      push(
        thread,
        { type: 'session', agentName: text(data.agentName) ?? 'subagent', parentThread, launchCallId },
        { type: 'task', taskId: launchCallId ?? thread, atMs },
      );
      return true;
    }
    case 'session.compaction_complete':
      tellCompaction(event, push);
      return true;
    case 'session.compaction_start':
    case 'session.truncation':
    case 'session.usage_info':
      return true;
    case 'session.snapshot_rewind':
      push(thread, { type: 'boundary', kind: 'rewind', atMs });
      return true;
    case 'session.context_cleared':
      push(thread, { type: 'boundary', kind: 'clear', atMs });
      return true;
    default:
      return SILENT.test(type);
  }
}

/** What the user typed, and what Copilot adds to it (time, reminders). Other agents and skills write into the user's place too. */
function tellPrompt({ data, thread, atMs, id }: CopilotEvent, push: Push): void {
  const source = text(data.source);
  const isTyped = (source === undefined || source === 'user') && data.isAutopilotContinuation !== true;
  if (isTyped && thread === MAIN_THREAD)
    push(thread, { type: 'task', taskId: text(data.messageId) ?? id ?? `${atMs}`, atMs });
  const typed = chars(data.content);
  if (isTyped || source?.startsWith('agent-'))
    push(thread, { type: 'block', role: 'user', part: 'text', chars: typed });
  else push(thread, { type: 'block', role: 'system', part: 'attachment', chars: typed });
  const added = chars(data.transformedContent) - typed;
  if (added > 0) push(thread, { type: 'block', role: 'system', part: 'attachment', chars: added });
  for (const attachment of list(data.attachments))
    if (fields(attachment)?.type === 'blob') push(thread, { type: 'block', role: 'user', part: 'image', chars: 0 });
}

function replyBlocks(data: Fields, requestId: string | undefined, state: TellingState): Unplaced[] {
  const blocks: Unplaced[] = [];
  const own = { type: 'block', role: 'model', ...(requestId === undefined ? {} : { requestId }) } as const;
  if (chars(data.reasoningText) > 0) blocks.push({ ...own, part: 'thinking', chars: chars(data.reasoningText) });
  if (chars(data.content) > 0) blocks.push({ ...own, part: 'text', chars: chars(data.content) });
  for (const item of list(data.toolRequests)) {
    const request = fields(item);
    if (!request) continue;
    const name = text(request.name) ?? '(none)';
    const callId = text(request.toolCallId);
    const mcp = callId === undefined ? undefined : state.servers.get(callId);
    const server = text(request.mcpServerName) ?? mcp?.server;
    blocks.push({
      ...own,
      part: 'toolCall',
      chars: name.length + jsonChars(request.arguments),
      tool: copilotTool(name, request.arguments, server, text(request.mcpToolName) ?? mcp?.tool),
      ...(callId ? { callId } : {}),
    });
  }
  return blocks;
}

function tellCompaction({ data, thread, atMs }: CopilotEvent, push: Push): void {
  if (data.success === false) return;
  const tokensBefore = wholeTokens(data.preCompactionTokens);
  const tokensAfter = wholeTokens(data.postCompactionTokens);
  push(thread, {
    type: 'boundary',
    kind: 'compaction',
    atMs,
    ...(tokensBefore ? { tokensBefore } : {}),
    ...(tokensAfter ? { tokensAfter } : {}),
  });
  if (chars(data.summaryContent) > 0)
    push(thread, { type: 'block', role: 'user', part: 'summary', chars: chars(data.summaryContent) });
}
