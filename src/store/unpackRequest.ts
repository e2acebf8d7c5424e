import { COUNT_RULES, type CountRule, type RequestRow } from '../ledger/rows.ts';
import { unpackEstimate } from './estimateText.ts';
import { FIELD, type PackedRequests, placeOf, type RequestMaker, TEXTS } from './packedRequests.ts';
import { unpackShares } from './shares.ts';

/** A request as it was before it was packed, its shares sorted and without empty ones. */
export function unpackRequest(packed: PackedRequests, index: number): RequestRow {
  const { numbers } = packed;
  const at = placeOf(index);
  const number = (field: number): number => numbers[at + field] as number;
  const optional = (field: number): number | undefined => {
    const value = number(field);
    return Number.isNaN(value) ? undefined : value;
  };
  let place = number(FIELD.textsAt);
  const bytes = Buffer.from(packed.texts.buffer, packed.texts.byteOffset, packed.texts.byteLength);
  const [requestId = '', messageId, taskId, openedKinds, estimate, shares = '[]'] = TEXTS.map((field) => {
    const length = number(field);
    if (length < 0) return undefined;
    place += length;
    return bytes.toString('utf8', place - length, place);
  });
  const maker = packed.makers[number(FIELD.maker)] as RequestMaker;
  return {
    sessionId: maker.sessionId,
    thread: maker.thread,
    agentName: maker.agentName,
    requestId,
    messageId: messageId === '' ? requestId : messageId,
    atMs: number(FIELD.atMs),
    provider: maker.provider,
    model: maker.model,
    usage: {
      input: number(FIELD.input),
      cacheRead: number(FIELD.cacheRead),
      cacheWrite5m: number(FIELD.cacheWrite5m),
      cacheWrite1h: number(FIELD.cacheWrite1h),
      output: number(FIELD.output),
      reasoning: number(FIELD.reasoning),
    },
    tier: maker.tier,
    webSearches: number(FIELD.webSearches),
    recordedUsd: optional(FIELD.recordedUsd),
    estimated: number(FIELD.estimated) === 1,
    estimate: unpackEstimate(estimate),
    rule: COUNT_RULES[number(FIELD.rule)] as CountRule,
    replyChars: number(FIELD.replyChars),
    hidesThinking: number(FIELD.hidesThinking) === 1,
    isCopy: number(FIELD.isCopy) === 1,
    taskId,
    openedKinds: openedKinds === undefined ? undefined : (JSON.parse(openedKinds) as RequestRow['openedKinds']),
    turn: optional(FIELD.turn),
    offset: number(FIELD.offset),
    lastOffset: number(FIELD.lastOffset),
    records: number(FIELD.records),
    shares: unpackShares(shares),
  };
}

/** The packed shares of a request. */
export function packedShares({ numbers, texts }: PackedRequests, index: number): string {
  const at = placeOf(index);
  let place = numbers[at + FIELD.textsAt] as number;
  for (const field of TEXTS) if (field !== FIELD.sharesBytes) place += Math.max(0, numbers[at + field] as number);
  const bytes = Buffer.from(texts.buffer, texts.byteOffset, texts.byteLength);
  return bytes.toString('utf8', place, place + (numbers[at + FIELD.sharesBytes] as number));
}
