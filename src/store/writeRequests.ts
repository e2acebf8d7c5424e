import { withEstimate } from '../ledger/estimatedOutput.ts';
import { mergeRequests, owns } from '../ledger/mergeRequests.ts';
import { COUNT_RULES, type RequestRow } from '../ledger/rows.ts';
import type { Callers } from './callers.ts';
import type { Connection } from './connection.ts';
import { packEstimate } from './estimateText.ts';
import { findRequest, type StoredRequest } from './findRequest.ts';
import { taskHash } from './packedRequests.ts';
import type { PriceList } from './priceList.ts';
import { figuresOf, isPlainCopy, readOn, recordsOf, sameRow, wholeShares } from './recordsOfRequest.ts';
import { type ReplyGroup, type ReplySizes, SIZE_ESTIMATED } from './replySizes.ts';
import { keyHash, type Seen } from './requestKeys.ts';
import type { RolledRequest, Rollup } from './rollup.ts';
import type { SessionIds } from './sessionIds.ts';
import { packKindShares } from './shares.ts';
import { UPSERT_SIGHTING } from './sightings.ts';
import { slotOf } from './slot.ts';

/** Where the rows being written come from. */
export interface Source {
  agent: string;
  user: string;
  /** Row id of the file's cursor. */
  fileId: number;
  /** Nothing of the file was stored before. */
  isNewFile: boolean;
  /** The rows come from a whole reading: offsets of before mean nothing any more. */
  isWhole: boolean;
}

/** Stores requests, each once however often it comes. */
export interface RequestWriter {
  write(row: RequestRow, source: Source): void;
  /**
   * After the rows of a whole reading are written: what its sessions were said to have used only in sum or beside the conversation, and are
   * not any more, is taken back (exact rows took its place). Requests themselves stay, as what was billed outlives its record.
   */
  takeBackSums(rows: readonly RequestRow[], source: Source): void;
  /** Ends a transaction: what is estimated at a rate that changed with it is estimated anew. */
  settle(): void;
}

export function requestWriter(
  connection: Connection,
  sessions: SessionIds,
  prices: PriceList,
  rollup: Rollup,
  callers: Callers,
  sizes: ReplySizes,
  seen: Seen,
): RequestWriter {
  const stored = findRequest(connection, callers);

  const rolled = (request: StoredRequest): RolledRequest => ({
    slot: slotOf(request.row.atMs),
    callerId: request.callerId,
    sessionId: request.sessionId,
    usage: request.row.usage,
    costUsd: request.costUsd,
    estimated: request.row.estimated,
    startsTask: request.startsTask,
    shares: request.row.shares,
  });

  /** Writes the row with its price, shares and sums. */
  const put = (id: number | undefined, row: RequestRow, source: Source, startsTask: boolean): void => {
    const { agent, user } = source;
    const { usage, thread, agentName, provider, model, tier } = row;
    const sessionId = sessions.of(agent, user, row.sessionId);
    const price = prices.priceOf(row);
    const costUsd = price?.costUsd ?? null;
    const callerId = callers.idOf({
      agent,
      sessionId,
      sessionKey: row.sessionId,
      thread,
      agentName,
      provider,
      model,
      tier,
      priceSource: price?.source,
    });
    const values = [
      callerId,
      row.messageId === row.requestId ? '' : row.messageId,
      row.atMs,
      usage.input,
      usage.cacheRead,
      usage.cacheWrite5m,
      usage.cacheWrite1h,
      usage.output,
      usage.reasoning,
      costUsd,
      row.recordedUsd,
      row.webSearches,
      Number(row.estimated),
      packEstimate(row.estimate),
      COUNT_RULES.indexOf(row.rule),
      row.replyChars,
      Number(row.hidesThinking),
      Number(row.isCopy),
      Number(startsTask),
      row.taskId,
      row.openedKinds?.length ? JSON.stringify(row.openedKinds) : null,
      row.turn,
      source.fileId,
      row.offset,
      row.lastOffset === row.offset ? null : row.lastOffset,
      row.records,
      packKindShares(row.shares),
    ];
    if (id === undefined) connection.run(INSERT_REQUEST, [...values, keyHash(agent, row.requestId), row.requestId]);
    else connection.run(UPDATE_REQUEST, [...values, id]);
    const { shares, estimated } = row;
    rollup.add({ slot: slotOf(row.atMs), callerId, sessionId, usage, costUsd, estimated, startsTask, shares });
    sizes.add(row);
  };

  /** Takes a stored request out of the sums, to be put anew. */
  const takeOut = (request: StoredRequest): void => {
    callers.left(request.callerId);
    rollup.remove(rolled(request));
    sizes.remove(request.row);
  };

  /** As it is stored: estimated at the rate that holds now, its shares sorted and without empty ones. */
  const settled = (row: RequestRow): RequestRow => {
    const estimated = row.estimate ? withEstimate(row, sizes.charsPerToken(row)) : row;
    return { ...estimated, shares: wholeShares(estimated.shares) };
  };

  const estimateAnew = (group: ReplyGroup): void => {
    const params = { ':model': group.model, ':hidesThinking': Number(group.hidesThinking) };
    for (const { agent, user, requestId } of connection.all<Estimated>(SIZE_ESTIMATED, params)) {
      const kept = stored.byKey(agent, requestId);
      if (!kept) continue;
      stored.loadShares(kept);
      const row = settled(kept.row);
      if (row.usage.output === kept.row.usage.output) continue;
      takeOut(kept);
      put(kept.id, row, { agent, user, fileId: kept.fileId, isNewFile: false, isWhole: false }, kept.startsTask);
    }
  };

  /**
   * A task begins with one request, but copies of the prompt in forks may stand before other requests: the earliest counts, so that the
   * order in which files are read does not matter.
   */
  const settleTask = (taskId: string, agent: string): void => {
    seen.add(taskHash(agent, taskId));
    const rows = connection.all<TaskRequest>(TASK_REQUESTS, { ':taskId': taskId, ':agent': agent });
    rows.forEach(({ id, callerId, atMs, startsTask }, index) => {
      const starts = index === 0 ? 1 : 0;
      if (starts === startsTask) return;
      connection.run('UPDATE requests SET starts_task = ? WHERE id = ?', [starts, id]);
      rollup.changeTasks({ slot: slotOf(atMs), callerId }, starts ? 1 : -1);
    });
  };

  const insert = (row: RequestRow, source: Source): void => {
    const isNewTask = row.taskId !== undefined && !seen.add(taskHash(source.agent, row.taskId));
    put(undefined, settled(row), source, isNewTask);
    if (row.taskId !== undefined && !isNewTask) settleTask(row.taskId, source.agent);
  };

  /** Remembers where a request stands besides the file that it is counted in. */
  const sight = (id: number, fileId: number, row: RequestRow): void => {
    connection.run(UPSERT_SIGHTING, [id, fileId, row.offset, Number(row.isCopy)]);
  };

  /** Whether a record owns a request that was stored from another file. Of two that are alike in all, the file that comes first by name. */
  const isOriginal = (row: RequestRow, fileId: number, kept: StoredRequest): boolean => {
    const isOwner = owns(row, kept.row);
    return isOwner && owns(kept.row, row)
      ? connection.first(COMES_FIRST, [fileId, kept.fileId]) !== undefined
      : isOwner;
  };

  const write = (row: RequestRow, source: Source): void => {
    const kept = seen.add(keyHash(source.agent, row.requestId)) ? stored.byKey(source.agent, row.requestId) : undefined;
    if (!kept) {
      insert(row, source);
      return;
    }
    if (kept.fileId !== source.fileId) {
      sight(kept.id, kept.fileId, kept.row);
      sight(kept.id, source.fileId, row);
      if (isPlainCopy(row, kept.row)) return;
    }
    stored.loadShares(kept);
    // The same record read on or read again: what is known now replaces what was known then, where the two are of equal rank.
    const sameRecord =
      kept.fileId === source.fileId &&
      (kept.row.offset === row.offset ||
        (source.isWhole && kept.row.sessionId === row.sessionId && kept.row.thread === row.thread));
    const takesOver = kept.fileId !== source.fileId && isOriginal(row, source.fileId, kept);
    let merged = sameRecord
      ? readOn(row, kept.row)
      : takesOver
        ? mergeRequests(row, kept.row)
        : mergeRequests(kept.row, row);
    // An estimate has no maximum: read again as a whole, it is what it is now, and nothing beside what was once recorded.
    if (sameRecord && source.isWhole && (kept.row.estimated || row.estimated)) {
      const known = kept.row.estimated ? row : kept.row;
      Object.assign(merged, figuresOf(known));
    }
    // A document tells what is so now: unless the request stands in other files too, nothing that it told in the meantime outlives it.
    const isExactAsBefore = kept.row.estimated || !row.estimated;
    if (sameRecord && source.isWhole && isExactAsBefore && !connection.first(FIND_SIGHTING, [kept.id]))
      merged = { ...row };
    if (!sameRecord && kept.fileId === source.fileId) Object.assign(merged, recordsOf(kept.row, row));
    const next = settled(merged);
    if (sameRow(next, kept.row) && !takesOver) return;
    takeOut(kept);
    put(kept.id, next, { ...source, fileId: takesOver ? source.fileId : kept.fileId }, false);
    for (const taskId of new Set([kept.row.taskId, merged.taskId])) {
      if (taskId !== undefined) settleTask(taskId, source.agent);
    }
  };

  const takeBackSums = (rows: readonly RequestRow[], source: Source): void => {
    const told = new Set(rows.map((row) => row.requestId));
    for (const sessionKey of new Set(rows.map((row) => row.sessionId))) {
      const sessionId = sessions.of(source.agent, source.user, sessionKey);
      const sums = connection.all<{ key: string }>(SUMS_OF_SESSION, {
        ':sessionId': sessionId,
        ':fileId': source.fileId,
      });
      for (const { key } of sums) {
        const kept = told.has(key) ? undefined : stored.byKey(source.agent, key);
        if (!kept || connection.first(FIND_SIGHTING, [kept.id])) continue;
        stored.loadShares(kept);
        takeOut(kept);
        connection.run('DELETE FROM requests WHERE id = ?', [kept.id]);
        if (kept.row.taskId !== undefined) settleTask(kept.row.taskId, source.agent);
      }
    }
  };

  return {
    write,
    takeBackSums,
    settle() {
      for (const group of sizes.settle()) estimateAnew(group);
    },
  };
}

interface Estimated {
  agent: string;
  user: string;
  requestId: string;
}

interface TaskRequest {
  id: number;
  callerId: number;
  atMs: number;
  startsTask: 0 | 1;
}

const TASK_REQUESTS = `
  SELECT r.id, r.caller_id AS callerId, r.at_ms AS atMs, r.starts_task AS startsTask
  FROM requests r JOIN callers c ON c.id = r.caller_id JOIN sessions s ON s.id = c.session_id
  WHERE r.task_id = :taskId AND s.agent = :agent
  ORDER BY r.is_copy, r.at_ms, r.request_key`;

const INSERT_REQUEST = `
  INSERT INTO requests (caller_id, message_id, at_ms, input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens,
    output_tokens, reasoning_tokens, cost_usd, recorded_usd, web_searches, estimated, estimate, rule, reply_chars, hides_thinking, is_copy,
    starts_task, task_id, opened_kinds, turn, source_file_id, source_offset, last_offset, records, shares, key_hash, request_key)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const UPDATE_REQUEST = `
  UPDATE requests SET caller_id = ?, message_id = ?, at_ms = ?, input_tokens = ?, cache_read_tokens = ?, cache_write_5m_tokens = ?,
    cache_write_1h_tokens = ?, output_tokens = ?, reasoning_tokens = ?, cost_usd = ?, recorded_usd = ?, web_searches = ?, estimated = ?,
    estimate = ?, rule = ?, reply_chars = ?, hides_thinking = ?, is_copy = ?, starts_task = ?, task_id = ?, opened_kinds = ?, turn = ?,
    source_file_id = ?, source_offset = ?, last_offset = ?, records = ?, shares = ?
  WHERE id = ?`;

const SUMS_OF_SESSION = `
  SELECT r.request_key AS key FROM callers c JOIN requests r ON r.caller_id = c.id
  WHERE c.session_id = :sessionId AND r.rule IN (${COUNT_RULES.indexOf('sum')}, ${COUNT_RULES.indexOf('ledger')}) AND r.source_file_id = :fileId`;

const COMES_FIRST = 'SELECT 1 FROM cursors WHERE id = ? AND path < (SELECT path FROM cursors WHERE id = ?)';

const FIND_SIGHTING = 'SELECT 1 FROM sightings WHERE request_id = ? LIMIT 1';
