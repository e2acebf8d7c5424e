import { COUNT_RULES, type KindShare, type RequestRow } from '../ledger/rows.ts';
import { packEstimate } from './estimateText.ts';
import { keyHash } from './requestKeys.ts';
import { type PackedTokens, packShares, quoted, sumOf } from './shares.ts';
import { dayOf, slotOf } from './slot.ts';
import { TextBytes } from './textBytes.ts';

/** What several requests have in common. */
export type RequestMaker = Pick<RequestRow, 'sessionId' | 'thread' | 'agentName' | 'provider' | 'model' | 'tier'>;

/** Shares of all requests of one session on one day (UTC), added up; without those of copies, which others have made most often. */
export interface DayShares {
  sessionId: string;
  day: number;
  /** Packed. */
  shares: string;
}

/**
 * Requests of one file as two buffers: small to send to another thread, and their texts ready to be handed to SQLite byte by byte.
 */
export interface PackedRequests {
  count: number;
  makers: RequestMaker[];
  days: DayShares[];
  /** `FIELDS` numbers for each request; NaN = absent. */
  numbers: Float64Array<ArrayBuffer>;
  /** UTF-8 of the texts of all requests, in the order of `TEXTS`. */
  texts: Uint8Array<ArrayBuffer>;
}

/** Places of the numbers of a request. */
export const FIELD = {
  maker: 0,
  keyHash: 1,
  taskHash: 2,
  atMs: 3,
  input: 4,
  cacheRead: 5,
  cacheWrite5m: 6,
  cacheWrite1h: 7,
  output: 8,
  reasoning: 9,
  recordedUsd: 10,
  webSearches: 11,
  estimated: 12,
  rule: 13,
  replyChars: 14,
  hidesThinking: 15,
  isCopy: 16,
  turn: 17,
  offset: 18,
  lastOffset: 19,
  records: 20,
  /** Where its texts begin; the lengths of each follow, -1 = absent. */
  textsAt: 21,
  keyBytes: 22,
  /** 0 = the same as the request's key. */
  messageIdBytes: 23,
  taskIdBytes: 24,
  openedKindsBytes: 25,
  estimateBytes: 26,
  sharesBytes: 27,
} as const;
const FIELDS = 28;

/** Lengths of texts, in the order in which they stand. */
export const TEXTS = [
  FIELD.keyBytes,
  FIELD.messageIdBytes,
  FIELD.taskIdBytes,
  FIELD.openedKindsBytes,
  FIELD.estimateBytes,
  FIELD.sharesBytes,
] as const;

/** Place of the first number of a request. */
export const placeOf = (index: number): number => index * FIELDS;

/** `DayShares` while they are added up. */
interface DaySums extends Omit<DayShares, 'shares'> {
  sums: Map<string, PackedTokens>;
}

/** Used again for every file. */
const texts = new TextBytes();

/** @param agent whose requests these are: their hashes depend on it */
export function packRequests(agent: string, rows: readonly RequestRow[]): PackedRequests {
  const numbers = new Float64Array(rows.length * FIELDS);
  const makers: RequestMaker[] = [];
  const days: DaySums[] = [];
  texts.clear();
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] as RequestRow;
    const at = placeOf(index);
    const { usage } = row;
    numbers[at + FIELD.maker] = makerOf(makers, row);
    numbers[at + FIELD.keyHash] = keyHash(agent, row.requestId);
    numbers[at + FIELD.taskHash] = row.taskId === undefined ? 0 : taskHash(agent, row.taskId);
    numbers[at + FIELD.atMs] = row.atMs;
    numbers[at + FIELD.input] = usage.input;
    numbers[at + FIELD.cacheRead] = usage.cacheRead;
    numbers[at + FIELD.cacheWrite5m] = usage.cacheWrite5m;
    numbers[at + FIELD.cacheWrite1h] = usage.cacheWrite1h;
    numbers[at + FIELD.output] = usage.output;
    numbers[at + FIELD.reasoning] = usage.reasoning;
    numbers[at + FIELD.recordedUsd] = row.recordedUsd ?? Number.NaN;
    numbers[at + FIELD.webSearches] = row.webSearches;
    numbers[at + FIELD.estimated] = Number(row.estimated);
    numbers[at + FIELD.rule] = COUNT_RULES.indexOf(row.rule);
    numbers[at + FIELD.replyChars] = row.replyChars;
    numbers[at + FIELD.hidesThinking] = Number(row.hidesThinking);
    numbers[at + FIELD.isCopy] = Number(row.isCopy);
    numbers[at + FIELD.turn] = row.turn ?? Number.NaN;
    numbers[at + FIELD.offset] = row.offset;
    numbers[at + FIELD.lastOffset] = row.lastOffset;
    numbers[at + FIELD.records] = row.records;
    numbers[at + FIELD.textsAt] = texts.length;
    // In the order of `TEXTS`.
    numbers[at + FIELD.keyBytes] = addText(row.requestId);
    numbers[at + FIELD.messageIdBytes] = addText(row.messageId === row.requestId ? '' : row.messageId || undefined);
    numbers[at + FIELD.taskIdBytes] = addText(row.taskId);
    numbers[at + FIELD.openedKindsBytes] = row.openedKinds?.length ? addKinds(row.openedKinds) : -1;
    numbers[at + FIELD.estimateBytes] = addText(packEstimate(row.estimate));
    numbers[at + FIELD.sharesBytes] = addShares(row.shares);
    if (!row.isCopy) addToDay(days, row);
  }
  return {
    count: rows.length,
    makers,
    days: days.map(({ sessionId, day, sums }) => ({ sessionId, day, shares: packShares(sums) })),
    numbers,
    texts: texts.copy(),
  };
}

const COMMA = 44;
const OPEN = 91;
const CLOSE = 93;

/** @returns the bytes it takes; -1 = absent */
function addText(text: string | undefined): number {
  if (text === undefined) return -1;
  const before = texts.length;
  texts.add(text);
  return texts.length - before;
}

/** As `JSON.stringify` writes them. */
function addKinds(kinds: readonly string[]): number {
  const before = texts.length;
  texts.addByte(OPEN);
  for (let i = 0; i < kinds.length; i++) {
    if (i > 0) texts.addByte(COMMA);
    texts.add(quoted(kinds[i] as string));
  }
  texts.addByte(CLOSE);
  return texts.length - before;
}

/** By kind, as `packKindShares` writes them. */
function addShares(shares: readonly KindShare[]): number {
  const before = texts.length;
  texts.addByte(OPEN);
  let isFirst = true;
  sortByKind(shares);
  for (let at = 0; at < shares.length; at++) {
    const { kind, usage } = sorted[at] as KindShare;
    const { input, cacheRead, cacheWrite5m, cacheWrite1h, output } = usage;
    if (input + cacheRead + cacheWrite5m + cacheWrite1h + output === 0) continue;
    if (!isFirst) texts.addByte(COMMA);
    isFirst = false;
    texts.addByte(OPEN);
    texts.add(quoted(kind));
    addToken(input);
    // Zeros at the end are left out.
    if (cacheRead + cacheWrite5m + cacheWrite1h + output > 0) addToken(cacheRead);
    if (cacheWrite5m + cacheWrite1h + output > 0) addToken(cacheWrite5m);
    if (cacheWrite1h + output > 0) addToken(cacheWrite1h);
    if (output > 0) addToken(output);
    texts.addByte(CLOSE);
  }
  texts.addByte(CLOSE);
  return texts.length - before;
}

function addToken(tokens: number): void {
  texts.addByte(COMMA);
  texts.addNumber(tokens);
}

const sorted: KindShare[] = [];

/** Into a list that is used again: there are but a few in each of very many. */
function sortByKind(shares: readonly KindShare[]): void {
  for (let length = 0; length < shares.length; length++) {
    const share = shares[length] as KindShare;
    let at = length;
    for (; at > 0 && (sorted[at - 1] as KindShare).kind > share.kind; at--) sorted[at] = sorted[at - 1] as KindShare;
    sorted[at] = share;
  }
}

/** Stands for a task as `keyHash` does for a request. */
export const taskHash = (agent: string, taskId: string): number => keyHash(`task ${agent}`, taskId);

/** The number of what a request has in common with others; most often it is that of the one before. */
function makerOf(makers: RequestMaker[], row: RequestRow): number {
  const { sessionId, thread, agentName, provider, model, tier } = row;
  for (let index = makers.length - 1; index >= 0; index--) {
    const known = makers[index] as RequestMaker;
    if (
      known.sessionId === sessionId &&
      known.thread === thread &&
      known.agentName === agentName &&
      known.provider === provider &&
      known.model === model &&
      known.tier === tier
    )
      return index;
  }
  return makers.push({ sessionId, thread, agentName, provider, model, tier }) - 1;
}

function addToDay(days: DaySums[], { sessionId, atMs, shares }: RequestRow): void {
  const day = dayOf(slotOf(atMs));
  // Nearly always it is that of the request before.
  const newest = days.at(-1);
  let known =
    newest?.day === day && newest.sessionId === sessionId
      ? newest
      : days.find((other) => other.day === day && other.sessionId === sessionId);
  if (!known) {
    known = { sessionId, day, sums: new Map() };
    days.push(known);
  }
  for (let at = 0; at < shares.length; at++) {
    const { kind, usage } = shares[at] as KindShare;
    const sum = sumOf(known.sums, kind);
    sum[0] += usage.input;
    sum[1] += usage.cacheRead;
    sum[2] += usage.cacheWrite5m;
    sum[3] += usage.cacheWrite1h;
    sum[4] += usage.output;
  }
}
