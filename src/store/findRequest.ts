import { COUNT_RULES, type CountRule, type RequestRow } from '../ledger/rows.ts';
import type { Callers } from './callers.ts';
import type { Connection } from './connection.ts';
import { unpackEstimate } from './estimateText.ts';
import type { SqlValue } from './reader.ts';
import { keyHash } from './requestKeys.ts';
import { unpackShares } from './shares.ts';

/** A stored request: its row as the ledger knows it, and what the store added. */
export interface StoredRequest {
  id: number;
  callerId: number;
  /** Without shares until `loadShares`. */
  row: RequestRow;
  sessionId: number;
  fileId: number;
  costUsd: number | null;
  startsTask: boolean;
}

/** Looks stored requests up. */
export interface FindRequest {
  byKey(agent: string, requestId: string): StoredRequest | undefined;
  /** Adds who owns the request's tokens. */
  loadShares(stored: StoredRequest): void;
}

export function findRequest(connection: Connection, callers: Callers): FindRequest {
  return {
    byKey(agent, requestId) {
      const found = connection.first(FIND_REQUEST, [keyHash(agent, requestId), requestId, agent]);
      return found && storedRequest(requestId, found, callers);
    },
    loadShares(stored) {
      const text = connection.first('SELECT shares FROM requests WHERE id = ?', [stored.id])?.[0];
      stored.row.shares = unpackShares(text as string);
    },
  };
}

function storedRequest(requestId: string, found: SqlValue[], callers: Callers): StoredRequest {
  const number = (index: number): number => found[index] as number;
  const optional = <Value extends SqlValue>(index: number): Value | undefined =>
    (found[index] as Value | null) ?? undefined;
  const caller = callers.of(number(1));
  const messageId = optional<string>(14);
  const openedKinds = optional<string>(16);
  return {
    id: number(0),
    callerId: number(1),
    sessionId: caller.sessionId,
    fileId: number(2),
    costUsd: found[3] as number | null,
    startsTask: found[4] === 1,
    row: {
      // In the order of the ledger's own rows, so that all have one shape.
      sessionId: caller.sessionKey,
      thread: caller.thread,
      agentName: caller.agentName,
      requestId,
      messageId: messageId === '' ? requestId : messageId,
      atMs: number(5),
      provider: caller.provider,
      model: caller.model,
      usage: {
        input: number(6),
        cacheRead: number(7),
        cacheWrite5m: number(8),
        cacheWrite1h: number(9),
        output: number(10),
        reasoning: number(11),
      },
      tier: caller.tier,
      webSearches: number(12),
      recordedUsd: optional(19),
      estimated: found[17] === 1,
      estimate: unpackEstimate(optional(21)),
      rule: COUNT_RULES[number(22)] as CountRule,
      replyChars: number(23),
      hidesThinking: found[24] === 1,
      isCopy: found[18] === 1,
      taskId: optional(15),
      openedKinds: openedKinds === undefined ? undefined : (JSON.parse(openedKinds) as RequestRow['openedKinds']),
      turn: optional(20),
      offset: number(13),
      lastOffset: optional(25) ?? number(13),
      records: number(26),
      shares: [],
    },
  };
}

const FIND_REQUEST = `
  SELECT r.id, r.caller_id, r.source_file_id, r.cost_usd, r.starts_task, r.at_ms, r.input_tokens, r.cache_read_tokens,
    r.cache_write_5m_tokens, r.cache_write_1h_tokens, r.output_tokens, r.reasoning_tokens, r.web_searches, r.source_offset, r.message_id,
    r.task_id, r.opened_kinds, r.estimated, r.is_copy, r.recorded_usd, r.turn,
    r.estimate, r.rule, r.reply_chars, r.hides_thinking, r.last_offset, r.records
  FROM requests r JOIN callers c ON c.id = r.caller_id JOIN sessions s ON s.id = c.session_id
  WHERE r.key_hash = ? AND r.request_key = ? AND s.agent = ?`;
