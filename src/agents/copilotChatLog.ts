import { type Fields, fields, list, parseJson, text } from './fields.ts';

/** A chat session as its file describes it. */
export interface ChatSession {
  session: Fields;
  /** The turns in order. */
  turns: ChatTurn[];
  /** Lines that are not what the format promises. */
  rejected: number;
  /** Kinds of operations that are not known. */
  unknownKinds: string[];
}

export interface ChatTurn {
  request: Fields;
  /** The user took it back: it was paid for, and is no part of the conversation any more. */
  isRemoved: boolean;
}

/** The session in a `.json` file, or `undefined` when it is not whole. */
export function readChatDocument(bytes: Uint8Array): ChatSession | undefined {
  const session = fields(parseJson(bytes));
  return session && { session, turns: turnsOf(session), rejected: 0, unknownKinds: [] };
}

/**
 * The session that a `.jsonl` file adds up to. Each line is an operation on it: 0 sets the whole, 1 sets the value at a path, 2 cuts the
 * array at a path to `i` items and appends `v`, 3 deletes. `undefined` when the last line is not whole yet. Turns that an operation takes
 * out are kept as removed.
 *
 * Source: `objectMutationLog.ts` and `chatSessionOperationLog.ts` of VS Code.
 */
export function replayChatLog(bytes: Uint8Array): ChatSession | undefined {
  let session: Fields | undefined;
  let rejected = 0;
  const unknownKinds: string[] = [];
  const removed = new Map<string, Fields>();
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    const line = bytes.subarray(start, end);
    start = end + 1;
    if (line.length === 0 || (line.length === 1 && line[0] === RETURN)) continue;
    const operation = fields(parseJson(line));
    if (!operation && newline < 0) return undefined;
    if (!operation) {
      rejected++;
      continue;
    }
    const before = touchesTurns(operation) ? turnsById(session) : undefined;
    if (operation.kind === 0 && fields(operation.v)) session = fields(operation.v);
    else if (operation.kind === 1 || operation.kind === 2 || operation.kind === 3) {
      if (!session || !apply(session, operation)) rejected++;
    } else if (operation.kind === 0) rejected++;
    else unknownKinds.push(String(operation.kind));
    if (before) {
      const after = turnsById(session);
      for (const [id, request] of before) if (!after.has(id)) removed.set(id, request);
      for (const id of after.keys()) removed.delete(id);
    }
  }
  if (!session) return { session: {}, turns: [], rejected, unknownKinds };
  return { session, turns: withRemoved(turnsOf(session), [...removed.values()]), rejected, unknownKinds };
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;
/** Deeper than any path of the format. */
const LONGEST_PATH = 24;
const UNSAFE_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

function turnsOf(session: Fields): ChatTurn[] {
  return list(session.requests).flatMap((item) => {
    const request = fields(item);
    return request ? [{ request, isRemoved: false }] : [];
  });
}

function turnsById(session: Fields | undefined): Map<string, Fields> {
  const turns = new Map<string, Fields>();
  for (const { request } of session ? turnsOf(session) : []) {
    const id = text(request.requestId);
    if (id) turns.set(id, request);
  }
  return turns;
}

/** Whether an operation may take turns out: it replaces the session, its turns, or one of them. */
function touchesTurns(operation: Fields): boolean {
  const path = list(operation.k);
  return operation.kind === 0 || (path[0] === 'requests' && path.length <= 2);
}

/** Removed turns stand where they stood in time: before the turn that was asked in their place. */
function withRemoved(turns: readonly ChatTurn[], removed: readonly Fields[]): ChatTurn[] {
  const time = (request: Fields): number => (typeof request.timestamp === 'number' ? request.timestamp : 0);
  const left = removed.toSorted((a, b) => time(a) - time(b));
  const all: ChatTurn[] = [];
  for (const turn of turns) {
    while (left[0] && time(left[0]) < time(turn.request)) all.push({ request: left.shift() ?? {}, isRemoved: true });
    all.push(turn);
  }
  return [...all, ...left.map((request) => ({ request, isRemoved: true }))];
}

/** Applies an operation; `false` when it does not fit what is there. */
function apply(session: Fields, { kind, k, v, i }: Fields): boolean {
  if (!Array.isArray(k) || k.length === 0 || k.length > LONGEST_PATH) return false;
  let holder: unknown = session;
  for (const key of k.slice(0, -1)) holder = at(holder, key);
  const last: unknown = k.at(-1);
  if (kind !== 2) return put(holder, last, kind === 1 ? v : undefined);
  const known = at(holder, last);
  const items = Array.isArray(known) ? known : [];
  if (i !== undefined) {
    if (typeof i !== 'number' || !Number.isInteger(i) || i < 0 || i > items.length) return false;
    items.length = i;
  }
  for (const item of list(v)) items.push(item);
  return put(holder, last, items);
}

function at(holder: unknown, key: unknown): unknown {
  if (Array.isArray(holder)) return typeof key === 'number' ? holder[key] : undefined;
  const object = fields(holder);
  return typeof key === 'string' && object && Object.hasOwn(object, key) ? object[key] : undefined;
}

function put(holder: unknown, key: unknown, value: unknown): boolean {
  if (Array.isArray(holder)) {
    if (typeof key !== 'number' || !Number.isInteger(key) || key < 0 || key > holder.length) return false;
    holder[key] = value;
    return true;
  }
  const object = fields(holder);
  if (!object || typeof key !== 'string' || UNSAFE_KEYS.has(key)) return false;
  object[key] = value;
  return true;
}
