import type { AgentEvent, BlockEvent, RequestEvent } from '../agents/event.ts';

/** Longest names that make sense; what is longer is hostile, and is cut. In UTF-16 code units. */
const ID_CHARS = 300;
const NAME_CHARS = 200;
const PATH_CHARS = 1024;
/** What is no longer than this is never cut. */
const SHORTEST_LIMIT = NAME_CHARS;

const LIMITS: Readonly<Record<string, number>> = {
  sessionId: ID_CHARS,
  parentSessionId: ID_CHARS,
  thread: ID_CHARS,
  parentThread: ID_CHARS,
  requestId: ID_CHARS,
  messageId: ID_CHARS,
  taskId: ID_CHARS,
  callId: ID_CHARS,
  launchCallId: ID_CHARS,
  counter: ID_CHARS,
  agentName: NAME_CHARS,
  title: NAME_CHARS,
  gitBranch: NAME_CHARS,
  version: NAME_CHARS,
  provider: NAME_CHARS,
  model: NAME_CHARS,
  tier: NAME_CHARS,
  limitId: NAME_CHARS,
  plan: NAME_CHARS,
  source: NAME_CHARS,
  target: PATH_CHARS,
  account: PATH_CHARS,
  workspace: PATH_CHARS,
};

/** The event with every foreign name at a length that a store and a page can bear. Cut ids keep their length, so that few become equal. */
export function clampNames(event: AgentEvent): AgentEvent {
  // Nearly all are of these two types, and short.
  if (event.type === 'block' ? isShortBlock(event) : event.type === 'request' && isShortRequest(event)) return event;
  let clamped: Record<string, unknown> | undefined;
  for (const field in event) {
    const value: unknown = event[field as keyof AgentEvent];
    if (typeof value !== 'string' || value.length <= SHORTEST_LIMIT) continue;
    const limit = LIMITS[field];
    if (limit === undefined || value.length <= limit) continue;
    clamped ??= { ...event };
    clamped[field] = cut(value, limit);
  }
  if (event.type === 'block' && event.tool && isLong(event.tool)) {
    const { name, kind, target } = event.tool;
    clamped ??= { ...event };
    clamped.tool = {
      name: cut(name, NAME_CHARS),
      kind: cut(kind, NAME_CHARS),
      target: target && cut(target, PATH_CHARS),
    };
  }
  return (clamped as AgentEvent | undefined) ?? event;
}

const isShort = (name: string | undefined): boolean => name === undefined || name.length <= SHORTEST_LIMIT;

const isShortBlock = ({ sessionId, thread, requestId, target, callId, tool }: BlockEvent): boolean =>
  isShort(sessionId) &&
  isShort(thread) &&
  isShort(requestId) &&
  isShort(target) &&
  isShort(callId) &&
  !(tool && isLong(tool));

const isShortRequest = ({ sessionId, thread, requestId, messageId, provider, model, tier }: RequestEvent): boolean =>
  isShort(sessionId) &&
  isShort(thread) &&
  isShort(requestId) &&
  isShort(messageId) &&
  isShort(provider) &&
  isShort(model) &&
  isShort(tier);

const isLong = ({ name, kind, target }: { name: string; kind: string; target?: string }): boolean =>
  name.length > NAME_CHARS || kind.length > NAME_CHARS || (target?.length ?? 0) > PATH_CHARS;

const cut = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, limit - 12)}…${text.length}`;
