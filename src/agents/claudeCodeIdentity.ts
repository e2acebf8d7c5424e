import type { TokenUsage } from './event.ts';
import { type Fields, text } from './fields.ts';

/** What the reader remembers of a thread's newest message, to tell a reused message id from another row of the same message. */
export interface LastMessage {
  id: string;
  requestId: string;
  /** Tokens of its prompt by class: the same in every row of one message. Empty where the id alone is enough. */
  prompt: string;
  /** A user row came since. */
  answered: boolean;
  model: string;
  /** Web searches that its tool calls made, told so far. */
  searches?: number;
}

/**
 * The identity of the request behind an assistant row. A provider's message id is unique by itself, and side questions repeat it under
 * another `requestId`, so it is the whole identity. Local gateways reuse a constant id: there the row's own ids tell requests apart.
 */
export function claudeRequestId(
  row: Fields,
  message: Fields,
  usage: TokenUsage,
  last: LastMessage | undefined,
): string {
  const id = text(message.id);
  if (id?.startsWith('msg_') && ((last?.id === id && last.requestId === id) || looksUnique(id))) return id;
  const request = text(row.requestId);
  const own = text(row.uuid) ?? text(row.timestamp) ?? '';
  if (!id) return request ?? own;
  if (last?.id === id)
    return last.answered && last.prompt !== promptKey(usage) ? `${id}/${request ?? own}` : last.requestId;
  if (looksUnique(id)) return id;
  return `${id}/${request ?? own}`;
}

/** What to remember of a message; `before` is what was remembered until then. */
export function lastMessage(
  message: Fields,
  requestId: string,
  usage: TokenUsage,
  model: string,
  before: LastMessage | undefined,
): LastMessage {
  const id = text(message.id) ?? '';
  const isUnique = id === requestId && id.startsWith('msg_');
  // Another row of it says nothing new.
  if (isUnique && before?.requestId === requestId && before.id === id && !before.answered && before.model === model)
    return before;
  const searches = before?.requestId === requestId ? before.searches : undefined;
  return { id, requestId, prompt: isUnique ? '' : promptKey(usage), answered: false, model, searches };
}

/** The prompt's token classes as one string to compare. */
function promptKey(usage: TokenUsage): string {
  return `${usage.input} ${usage.cacheRead} ${usage.cacheWrite5m} ${usage.cacheWrite1h}`;
}

/** A made-up id repeats itself; a random one has ten different characters soon. */
function looksUnique(id: string): boolean {
  if (id.length < 16) return false;
  let different = 0;
  // A bit for each character that was seen, of 128.
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let at = 0; at < id.length && different < 10; at++) {
    const code = id.charCodeAt(at);
    if (code > 127) {
      if (id.indexOf(id[at] as string) === at) different++;
      continue;
    }
    const bit = 1 << (code & 31);
    const seen = code < 64 ? (code < 32 ? a : b) : code < 96 ? c : d;
    if (seen & bit) continue;
    different++;
    if (code < 32) a |= bit;
    else if (code < 64) b |= bit;
    else if (code < 96) c |= bit;
    else d |= bit;
  }
  return different >= 10;
}
