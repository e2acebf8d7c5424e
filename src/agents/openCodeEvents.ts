import type { PlacedReading } from './agent.ts';
import type { AgentEvent, BlockEvent, RequestEvent } from './event.ts';
import { chars, type Fields, fields, jsonChars, list, plainName, text, timeMs } from './fields.ts';
import { isCopied, launchEvent, launched, toolCall, toolResult } from './openCodeMessages.ts';
import type { OpenCodeSession } from './openCodeSession.ts';
import { openCodeTool } from './openCodeTools.ts';
import { isRecorded, openCodeUsage } from './openCodeUsage.ts';
import { recordedCost } from './recordedCost.ts';

/** A row of `session_message`, where version 2 keeps a session: one row per message with all it holds. */
export interface OpenCodeEntry {
  id: string;
  type: string;
  data: Fields;
  offset: number;
}

/** Kinds that neither cost nor enter the context. */
const SILENT = new Set('agent-switched model-switched location-switched idle'.split(' '));

/** The reading of one entry of a version 2 session. */
export function entryReading(session: OpenCodeSession, entry: OpenCodeEntry): PlacedReading {
  const { data, offset } = entry;
  const place = { sessionId: session.sessionId, thread: session.thread };
  const createdMs = timeMs(fields(data.time)?.created);
  const read = (...events: AgentEvent[]): PlacedReading => ({ offset, events, outcome: 'read' });
  const block = (role: BlockEvent['role'], part: BlockEvent['part'], size: number): AgentEvent => ({
    type: 'block',
    ...place,
    role,
    part,
    chars: size,
  });
  if (SILENT.has(entry.type)) return read();
  if (createdMs === undefined) return { offset, events: [], outcome: 'rejected', detail: 'message without time' };
  switch (entry.type) {
    case 'user':
      return read(
        { type: 'task', ...place, taskId: `prompt ${createdMs}`, atMs: createdMs },
        block('user', 'text', chars(data.text)),
        ...list(data.files).map((file) =>
          /^image\//.test(text(fields(file)?.mime) ?? '')
            ? block('user', 'image', 0)
            : block('system', 'attachment', chars(fields(file)?.text)),
        ),
      );
    case 'synthetic':
    case 'skill':
      return read(block('system', 'attachment', chars(data.text)));
    case 'system':
      return read(block('system', 'text', chars(data.text)));
    case 'shell':
      return read(block('user', 'text', chars(data.command) + jsonChars(fields(data.output)?.text ?? data.output)));
    case 'assistant':
      return assistantReading(session, entry, createdMs);
    case 'compaction':
      return compactionReading(session, entry, createdMs);
    default:
      return { offset, events: [], outcome: 'unknown', detail: `entry ${plainName(entry.type)}` };
  }
}

/** The call that an entry states, or `undefined` when it states none; `rejected` when its figures are impossible. */
function requestOf(
  session: OpenCodeSession,
  entry: OpenCodeEntry,
  atMs: number,
): RequestEvent | 'rejected' | undefined {
  const { data } = entry;
  if (data.tokens === undefined) return undefined;
  const modelRef = fields(data.model);
  const provider = (text(modelRef?.providerID) ?? 'unknown').toLowerCase();
  const model = text(modelRef?.id) ?? text(modelRef?.modelID) ?? 'unknown';
  // Reasoning is apart in all of version 2, whatever version began the session.
  const usage = openCodeUsage(data.tokens, { version: '2.0.0', provider });
  if (!usage) return 'rejected';
  if (!isRecorded(usage)) return undefined;
  const { input, cacheRead, cacheWrite5m, output } = usage;
  return {
    type: 'request',
    sessionId: session.sessionId,
    thread: session.thread,
    requestId: `${atMs}.0 ${model} ${input}/${cacheRead}/${cacheWrite5m}/${output}`,
    messageId: entry.id,
    atMs,
    provider,
    model,
    usage,
    ...recordedCost(data.cost),
    ...(isCopied(entry.id, atMs) ? { isCopy: true } : {}),
  };
}

function assistantReading(session: OpenCodeSession, entry: OpenCodeEntry, atMs: number): PlacedReading {
  const { offset, data } = entry;
  const place = { sessionId: session.sessionId, thread: session.thread };
  const request = requestOf(session, entry, atMs);
  if (request === 'rejected')
    return { offset, events: [], outcome: 'rejected', detail: 'message with impossible tokens' };
  const reply: AgentEvent[] = [];
  const results: AgentEvent[] = [];
  const link = request ? { requestId: request.requestId } : {};
  for (const part of list(data.content).map(fields)) {
    if (part?.type === 'text' || part?.type === 'reasoning') {
      const kind = part.type === 'text' ? 'text' : 'thinking';
      reply.push({ type: 'block', ...place, role: 'model', part: kind, chars: chars(part.text), ...link });
    } else if (part?.type === 'tool') {
      const state = fields(part.state) ?? {};
      const name = text(part.name) ?? 'unknown';
      const tool = openCodeTool(name, fields(state.input));
      const callId = text(part.id);
      for (const launch of launched(part, callId)) reply.push(launchEvent(session, launch));
      reply.push({ type: 'block', ...place, ...toolCall(tool, callId, name.length + jsonChars(state.input)), ...link });
      if (state.status !== 'completed' && state.status !== 'error') continue;
      const content = list(state.content);
      const size = content.reduce<number>((sum, piece) => sum + chars(fields(piece)?.text), 0) + jsonChars(state.error);
      for (const block of toolResult(tool, callId, size, content)) results.push({ type: 'block', ...place, ...block });
    }
  }
  return { offset, outcome: 'read', events: request ? [...reply, request, ...results] : results };
}

/** A compaction: what its own call cost, and what it leaves of the conversation. */
function compactionReading(session: OpenCodeSession, entry: OpenCodeEntry, atMs: number): PlacedReading {
  const { offset, data } = entry;
  const place = { sessionId: session.sessionId, thread: session.thread };
  const request = requestOf(session, entry, atMs);
  if (request === 'rejected')
    return { offset, events: [], outcome: 'rejected', detail: 'compaction with impossible tokens' };
  const events: AgentEvent[] = request ? [request] : [];
  if (data.status === undefined || data.status === 'completed') {
    events.push({ type: 'boundary', ...place, kind: 'compaction', atMs });
    const size = chars(data.summary) + chars(data.recent);
    events.push({ type: 'block', ...place, role: 'user', part: 'summary', chars: size });
  }
  return { offset, outcome: 'read', events };
}
