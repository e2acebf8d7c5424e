import type { Caller, Callers } from './callers.ts';
import type { Connection } from './connection.ts';
import { FIELD, type PackedRequests, type RequestMaker } from './packedRequests.ts';
import { UPSERT_SIGHTING } from './sightings.ts';

/** A record that may be a copy, where it stands in a file and in the module's memory. */
interface PackedCopy {
  packed: PackedRequests;
  /** Place of its numbers. */
  at: number;
  maker: RequestMaker;
  /** Address of the texts. */
  texts: number;
  agent: string;
  fileId: number;
}

/** Recognises copies that say nothing new, and notes where they stand. */
export interface PlainCopies {
  /** @returns `false` when the record must be looked at more closely */
  isPlain(copy: PackedCopy): boolean;
}

/** Numbers that a plain copy has in common with the stored request, in the order of `FIND_STORED`. */
const EQUAL = [
  FIELD.input,
  FIELD.cacheRead,
  FIELD.cacheWrite5m,
  FIELD.cacheWrite1h,
  FIELD.output,
  FIELD.reasoning,
  FIELD.webSearches,
  FIELD.hidesThinking,
] as const;

/**
 * A session that is resumed or forked begins with copies of all requests before it. Most of what stands in several files are such: the same
 * facts again, behind those of a stored request that owns them.
 */
export function plainCopies(connection: Connection, callers: Callers): PlainCopies {
  return {
    isPlain({ packed: { numbers }, at, maker, texts, agent, fileId }) {
      const number = (field: number): number => numbers[at + field] as number;
      if (number(FIELD.estimated) === 1 || !Number.isNaN(number(FIELD.recordedUsd))) return false;
      const find = connection.statement(FIND_STORED);
      find.bindNumber(1, number(FIELD.keyHash));
      find.bindBytes(2, texts + number(FIELD.textsAt), number(FIELD.keyBytes));
      const stored = find.firstBound() as number[] | undefined;
      if (!stored) return false;
      for (let i = 0; i < EQUAL.length; i++) if (stored[i] !== number(EQUAL[i] as number)) return false;
      const rest = stored.slice(EQUAL.length) as Rest;
      const [
        id,
        storedFile,
        callerId,
        offset,
        atMs,
        replyChars,
        storedIsCopy,
        isExact,
        hasTask,
        hasKinds,
        isSameMessage,
      ] = rest;
      const caller = callers.of(callerId);
      const isCopy = number(FIELD.isCopy);
      const isPlain =
        caller.agent === agent &&
        caller.provider === maker.provider &&
        caller.model === maker.model &&
        caller.tier === maker.tier &&
        isExact === 1 &&
        storedFile !== fileId &&
        number(FIELD.atMs) >= atMs &&
        (isCopy > storedIsCopy || (isCopy === storedIsCopy && isLater(number(FIELD.atMs) - atMs, maker, caller))) &&
        number(FIELD.replyChars) <= replyChars &&
        isSameMessage === 1 &&
        number(FIELD.messageIdBytes) === 0 &&
        (number(FIELD.taskIdBytes) < 0 || hasTask === 1) &&
        (number(FIELD.openedKindsBytes) < 0 || hasKinds === 1);
      if (!isPlain) return false;
      connection.run(UPSERT_SIGHTING, [id, storedFile, offset, storedIsCopy]);
      connection.run(UPSERT_SIGHTING, [id, fileId, number(FIELD.offset), isCopy]);
      return true;
    },
  };
}

/** The columns of `FIND_STORED` behind those that are equal. */
type Rest = [
  id: number,
  file: number,
  caller: number,
  offset: number,
  atMs: number,
  replyChars: number,
  isCopy: number,
  isExact: number,
  hasTask: number,
  hasKinds: number,
  isSameMessage: number,
];

/** Of two records with equal rights the earlier one owns the request, then the one of the session and thread that come first by name. */
const isLater = (byMs: number, maker: RequestMaker, stored: Caller): boolean =>
  byMs > 0 ||
  (byMs === 0 &&
    (maker.sessionId > stored.sessionKey || (maker.sessionId === stored.sessionKey && maker.thread > stored.thread)));

const FIND_STORED = `
  SELECT input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens, reasoning_tokens, web_searches,
    hides_thinking, id, source_file_id, caller_id, source_offset, at_ms, reply_chars,
    is_copy, NOT estimated AND recorded_usd IS NULL, task_id IS NOT NULL, opened_kinds IS NOT NULL, message_id IS ''
  FROM requests WHERE key_hash = ? AND request_key = ?`;
