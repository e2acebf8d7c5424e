import type { PlacedReading } from './agent.ts';
import type { AgentEvent, BlockEvent, RequestEvent, ToolRef } from './event.ts';
import { chars, type Fields, fields, jsonChars, list, plainName, text, timeMs } from './fields.ts';
import type { OpenCodeSession } from './openCodeSession.ts';
import { openCodeTool } from './openCodeTools.ts';
import { isRecorded, openCodeUsage } from './openCodeUsage.ts';
import { recordedCost } from './recordedCost.ts';

/** A message with its parts in order, as rows or files hold them. */
export interface OpenCodeMessage {
  id: string;
  data: Fields;
  parts: Fields[];
  /** Where it stands: row number, or its place among the session's messages. */
  offset: number;
}

/** A block that still lacks its place. */
type Block = Omit<BlockEvent, 'type' | 'sessionId' | 'thread'>;

const SILENT_PARTS = new Set('step-start step-finish patch compaction subtask retry agent snapshot'.split(' '));

/** The readings of one message: its own, and one for each part that cannot be used. */
export function messageReadings(session: OpenCodeSession, message: OpenCodeMessage): PlacedReading[] {
  const { offset } = message;
  const unknown = message.parts.flatMap((part): PlacedReading[] => {
    const type = text(part.type);
    const isKnown = type !== undefined && (SILENT_PARTS.has(type) || /^(text|reasoning|tool|file)$/.test(type));
    return isKnown ? [] : [{ offset, events: [], outcome: 'unknown', detail: `part ${plainName(part.type)}` }];
  });
  const own = ((): Omit<PlacedReading, 'offset'> => {
    const createdMs = timeMs(fields(message.data.time)?.created);
    if (createdMs === undefined) return { events: [], outcome: 'rejected', detail: 'message without time' };
    if (message.data.role === 'user') return { events: userEvents(session, message, createdMs), outcome: 'read' };
    if (message.data.role === 'assistant') return assistantReading(session, message, createdMs);
    return { events: [], outcome: 'unknown', detail: `message role ${plainName(message.data.role)}` };
  })();
  return [{ offset, ...own }, ...unknown];
}

/** A prompt of the user, or what opencode puts into the conversation in the user's place (`synthetic`). */
function userEvents(session: OpenCodeSession, message: OpenCodeMessage, atMs: number): AgentEvent[] {
  const place = { sessionId: session.sessionId, thread: session.thread };
  let isPrompt = false;
  const blocks = message.parts.flatMap((part): Block[] => {
    if (part.ignored === true) return [];
    if (part.type === 'text') {
      if (part.synthetic === true) return [{ role: 'system', part: 'attachment', chars: chars(part.text) }];
      isPrompt = true;
      return [{ role: 'user', part: 'text', chars: chars(part.text) }];
    }
    if (part.type === 'file' && part.synthetic !== true) {
      isPrompt = true;
      // The text of other files stands in a synthetic part.
      return /^image\//.test(text(part.mime) ?? '') ? [{ role: 'user', part: 'image', chars: 0 }] : [];
    }
    return [];
  });
  const events: AgentEvent[] = blocks.map((block) => ({ type: 'block', ...place, ...block }));
  // Copies of a message in a forked session bear new ids and the old time.
  if (isPrompt) events.unshift({ type: 'task', ...place, taskId: `prompt ${atMs}`, atMs });
  return events;
}

/** One call of the model: a reply, and what its tools gave back. */
interface Step {
  /** Child sessions that its calls launched. */
  launches: Launch[];
  tokens: unknown;
  cost: unknown;
  atMs: number;
  reply: Block[];
  results: Block[];
}

function assistantReading(
  session: OpenCodeSession,
  message: OpenCodeMessage,
  createdMs: number,
): Pick<PlacedReading, 'events' | 'outcome' | 'detail'> {
  const { data } = message;
  const place = { sessionId: session.sessionId, thread: session.thread };
  const provider = (text(data.providerID) ?? 'unknown').toLowerCase();
  const model = text(data.modelID) ?? 'unknown';
  const events: AgentEvent[] = [];
  let rejected: string | undefined;
  const told = new Map<string, number>();
  for (const step of stepsOf(message, createdMs)) {
    for (const launch of step.launches) events.push(launchEvent(session, launch));
    const usage = openCodeUsage(step.tokens ?? {}, { version: session.version, provider });
    if (!usage) rejected = 'message with impossible tokens';
    if (!usage || !isRecorded(usage)) {
      // An interrupted reply: what its tools gave back stays in the context, its cost was never recorded.
      for (const block of step.results) events.push({ type: 'block', ...place, ...block });
      continue;
    }
    const { input, cacheRead, cacheWrite5m, output } = usage;
    const stated = `${model} ${input}/${cacheRead}/${cacheWrite5m}/${output}`;
    const alike = told.get(stated) ?? 0;
    told.set(stated, alike + 1);
    const request: RequestEvent = {
      type: 'request',
      ...place,
      // Forks copy messages under new ids: time and usage are what all copies share, also files left from before the database. Which of
      // the message's calls it is, is no part of it: a revert removes parts, and then the last call may be the only one that is left.
      requestId: `${createdMs}.${alike} ${stated}`,
      messageId: message.id,
      atMs: step.atMs,
      provider,
      model,
      usage,
      ...recordedCost(step.cost),
      ...(isCopied(message.id, createdMs) ? { isCopy: true } : {}),
    };
    const { requestId } = request;
    for (const block of step.reply) events.push({ type: 'block', ...place, ...block, requestId });
    events.push(request);
    for (const block of step.results) events.push({ type: 'block', ...place, ...block });
  }
  if (data.summary === true && data.error === undefined && events.length > 0) {
    const summary = message.parts.reduce((sum, part) => sum + (part.type === 'text' ? chars(part.text) : 0), 0);
    const atMs = timeMs(fields(data.time)?.completed) ?? createdMs;
    events.push({ type: 'boundary', ...place, kind: 'compaction', atMs });
    events.push({ type: 'block', ...place, role: 'user', part: 'summary', chars: summary });
  }
  return rejected === undefined ? { events, outcome: 'read' } : { events, outcome: 'rejected', detail: rejected };
}

/**
 * A message is one call; in old versions it is several, each ended by a `step-finish` with its tokens, and the message's own tokens are
 * those of the last one.
 */
function stepsOf(message: OpenCodeMessage, createdMs: number): Step[] {
  const finished = message.parts.filter((part) => part.type === 'step-finish' && fields(part.tokens) !== undefined);
  const isSingle = finished.length < 2;
  const steps: Step[] = [];
  let step: Step = { launches: [], tokens: undefined, cost: undefined, atMs: createdMs, reply: [], results: [] };
  let isTimed = true;
  for (const part of message.parts) {
    if (!isTimed) {
      const startMs = timeMs(fields(part.time ?? fields(part.state)?.time)?.start);
      if (startMs !== undefined) step.atMs = Math.max(createdMs, startMs);
      isTimed = startMs !== undefined;
    }
    addPart(step, part);
    if (part.type !== 'step-finish' || isSingle) continue;
    step.tokens = part.tokens;
    step.cost = part.cost;
    steps.push(step);
    step = { launches: [], tokens: undefined, cost: undefined, atMs: step.atMs, reply: [], results: [] };
    isTimed = false;
  }
  if (isSingle) {
    const stated = isEmpty(message.data.tokens) ? (finished[0] ?? {}) : message.data;
    step.tokens = stated.tokens;
    step.cost = stated.cost;
  }
  if (isSingle || step.results.length > 0) steps.push(step);
  return steps;
}

function isEmpty(tokens: unknown): boolean {
  const stated = fields(tokens);
  const cache = fields(stated?.cache);
  return [stated?.input, stated?.output, cache?.read, cache?.write].every((count) => !count);
}

function addPart(step: Step, part: Fields): void {
  if (part.type === 'text') step.reply.push({ role: 'model', part: 'text', chars: chars(part.text) });
  else if (part.type === 'reasoning') step.reply.push({ role: 'model', part: 'thinking', chars: chars(part.text) });
  else if (part.type === 'tool') {
    const name = text(part.tool) ?? 'unknown';
    const state = fields(part.state) ?? {};
    const tool = openCodeTool(name, fields(state.input));
    const callId = text(part.callID);
    step.launches.push(...launched(part, callId));
    const output = state.status === 'error' ? (state.error ?? state.output) : state.output;
    step.reply.push(toolCall(tool, callId, name.length + jsonChars(state.input)));
    if (state.status === 'completed' || state.status === 'error')
      step.results.push(...toolResult(tool, callId, jsonChars(output), list(state.attachments)));
  }
}

/** A child session, and the call that launched it. */
interface Launch {
  child: string;
  callId: string;
}

/** The child session that a call launched: versions name it in one place or the other. */
export function launched(part: Fields, callId: string | undefined): Launch[] {
  const state = fields(part.state);
  const about = [state?.metadata, state?.structured, part.metadata].map(fields).find((each) => each !== undefined);
  const child = text(about?.sessionId) ?? text(about?.sessionID);
  return child !== undefined && /^ses_\w{1,120}$/.test(child) && callId !== undefined ? [{ child, callId }] : [];
}

/** Tells of a child session who launched it. */
export function launchEvent(session: OpenCodeSession, { child, callId }: Launch): AgentEvent {
  const { sessionId, thread: parentThread } = session;
  return { type: 'session', sessionId, thread: child, parentThread, launchCallId: callId };
}

/** A tool call of a reply. */
export function toolCall(tool: ToolRef, callId: string | undefined, size: number): Block {
  return { role: 'model', part: 'toolCall', chars: size, tool, ...(callId === undefined ? {} : { callId }) };
}

/** What a tool gave back, with its images. */
export function toolResult(
  tool: ToolRef,
  callId: string | undefined,
  size: number,
  attachments: readonly unknown[],
): Block[] {
  const link = callId === undefined ? {} : { callId };
  const images = attachments.filter((file) => /^image\//.test(text(fields(file)?.mime) ?? ''));
  return [
    { role: 'tool', part: 'toolResult', chars: size, tool, ...link },
    ...images.map((): Block => ({ role: 'tool', part: 'image', chars: 0, tool, ...link })),
  ];
}

/** Ids hold the time at which they were made, in 36 bits of milliseconds: a copy's id is younger than the message. */
export function isCopied(id: string, createdMs: number): boolean {
  const digits = /^msg_([0-9a-f]{9})[0-9a-f]{3}/.exec(id)?.[1];
  if (digits === undefined) return false;
  const span = 2 ** 36;
  const ageMs = (((Number.parseInt(digits, 16) - createdMs) % span) + span) % span;
  return ageMs > 1000 && ageMs < span / 2;
}
