import { MAIN_THREAD, type ThreadId } from './event.ts';
import { type Fields, fields, parseJson, text, timeMs } from './fields.ts';

/** One event of a session, its envelope checked. */
export interface CopilotEvent {
  /** Byte offset of its line. */
  offset: number;
  type: string;
  id: string | undefined;
  atMs: number;
  data: Fields;
  /** The thread it belongs to: subagents write into their session's file. */
  thread: ThreadId;
}

/** The events of a file, and where lines stand that are none. */
export interface CopilotEvents {
  records: CopilotEvent[];
  rejected: { offset: number; detail: string }[];
}

const NEWLINE = 10;
/** Copies of whole conversations, written beside calls of the agent's own: large, and nothing of them is counted. */
const SKIPPED = /^\{"type":"model\.(messages_snapshot|message|response|turn_started|turn_ended)"/;

/** Reads the whole lines of a file; a last one without its newline is still being written. */
export function readCopilotEvents(bytes: Uint8Array): CopilotEvents {
  const events: CopilotEvents = { records: [], rejected: [] };
  const agents = new Map<string, ThreadId>();
  let lastAtMs: number | undefined;
  for (let offset = 0; offset < bytes.length; ) {
    const end = bytes.indexOf(NEWLINE, offset);
    if (end < 0) break;
    const line = bytes.subarray(offset, end);
    const start = offset;
    offset = end + 1;
    if (line.length < 2) continue;
    if (SKIPPED.test(Buffer.from(line.buffer, line.byteOffset, Math.min(line.length, 40)).toString('latin1'))) continue;
    const record = fields(parseJson(line));
    const data = fields(record?.data);
    const atMs = timeMs(record?.timestamp) ?? lastAtMs;
    const type = record?.type;
    if (!record || !data || typeof type !== 'string' || type === '' || atMs === undefined) {
      const detail = !record ? 'not a JSON object' : atMs === undefined ? 'no time' : data ? 'no type' : 'no data';
      events.rejected.push({ offset: start, detail });
      continue;
    }
    lastAtMs = atMs;
    events.records.push({
      offset: start,
      type,
      id: text(record.id),
      atMs,
      data,
      thread: threadOf(type, record, data, agents),
    });
  }
  return events;
}

/** Newer versions name the agent in the envelope, older ones the call that launched it. */
function threadOf(type: string, record: Fields, data: Fields, agents: Map<string, ThreadId>): ThreadId {
  const agent = text(record.agentId);
  const launch = text(data.toolCallId);
  const isAgents = type.startsWith('subagent.') && launch !== undefined;
  if (isAgents && agent !== undefined && !agents.has(launch)) agents.set(launch, agent);
  if (agent !== undefined) return agent;
  if (isAgents && type !== 'subagent.selected') return agents.get(launch) ?? launch;
  const parent = text(data.parentToolCallId);
  return parent === undefined ? MAIN_THREAD : (agents.get(parent) ?? parent);
}
