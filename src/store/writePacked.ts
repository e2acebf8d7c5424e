import type { TokenUsage } from '../agents/event.ts';
import type { Callers } from './callers.ts';
import type { Connection } from './connection.ts';
import { FIELD, type PackedRequests, placeOf, type RequestMaker } from './packedRequests.ts';
import { plainCopies } from './plainCopies.ts';
import type { PriceList } from './priceList.ts';
import type { ReplySizes } from './replySizes.ts';
import type { Seen } from './requestKeys.ts';
import type { RolledRequest, Rollup } from './rollup.ts';
import type { SessionIds } from './sessionIds.ts';
import { dayOf, slotOf } from './slot.ts';
import { packedShares, unpackRequest } from './unpackRequest.ts';
import type { Source } from './writeRequests.ts';

export interface PackedWriterParts {
  connection: Connection;
  sessions: SessionIds;
  prices: PriceList;
  rollup: Rollup;
  callers: Callers;
  sizes: ReplySizes;
  seen: Seen;
  /** Writes what may be stored already, or is not a matter of one row. */
  write(row: ReturnType<typeof unpackRequest>, source: Source): void;
}

/** The number of a caller, as long as the prices come from the same source. */
interface KnownMaker extends RequestMaker {
  rowId: number;
  callerId: number;
  priceSource: string | undefined;
}

/**
 * Stores packed requests: those that are certainly new from their bytes, without making anything of them; all others one by one as
 * `RequestWriter` does. What is stored is the same.
 */
export function packedWriter(parts: PackedWriterParts): (packed: PackedRequests, source: Source) => void {
  const { connection, sessions, prices, rollup, callers, sizes, seen } = parts;
  const usage: TokenUsage = { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, reasoning: 0 };
  // Filled anew for every request.
  const priced = {
    provider: '',
    model: '',
    usage,
    tier: undefined as string | undefined,
    atMs: 0,
    webSearches: 0,
    recordedUsd: undefined as number | undefined,
  };
  const reply = { model: '', hidesThinking: false, estimated: false, replyChars: 0, usage };
  const rolled: RolledRequest = {
    slot: 0,
    callerId: 0,
    sessionId: 0,
    usage,
    costUsd: null,
    estimated: false,
    startsTask: false,
    shares: [],
  };

  const copies = plainCopies(connection, callers);

  const callerOf = (maker: KnownMaker, agent: string, priceSource: string | undefined): number => {
    if (maker.callerId === 0 || maker.priceSource !== priceSource) {
      const { rowId, sessionId, thread, agentName, provider, model, tier } = maker;
      maker.callerId = callers.idOf({
        agent,
        sessionId: rowId,
        sessionKey: sessionId,
        thread,
        agentName,
        provider,
        model,
        tier,
        priceSource,
      });
      maker.priceSource = priceSource;
    }
    return maker.callerId;
  };

  return (packed, source) => {
    const { numbers } = packed;
    const { agent, user, fileId } = source;
    const makers = packed.makers.map(
      (maker): KnownMaker => ({
        ...maker,
        rowId: sessions.of(agent, user, maker.sessionId),
        callerId: 0,
        priceSource: undefined,
      }),
    );
    for (const { sessionId, day, shares } of packed.days)
      rollup.addShares(sessions.of(agent, user, sessionId), day, shares);
    const statement = connection.statement(INSERT_PACKED);
    const texts = connection.lay(packed.texts);
    for (let index = 0; index < packed.count; index++) {
      const at = placeOf(index);
      const maker = makers[numbers[at + FIELD.maker] as number] as KnownMaker;
      const atMs = numbers[at + FIELD.atMs] as number;
      const isCopy = numbers[at + FIELD.isCopy] === 1;
      const hasTask = (numbers[at + FIELD.taskIdBytes] as number) >= 0;
      const isNew =
        !seen.add(numbers[at + FIELD.keyHash] as number) &&
        (numbers[at + FIELD.estimateBytes] as number) < 0 &&
        (!hasTask || !seen.add(numbers[at + FIELD.taskHash] as number));
      if (!isNew) {
        const isPlain = copies.isPlain({ packed, at, maker, texts, agent, fileId });
        // `write` adds its shares, unless the request is stored already.
        if (!isCopy) rollup.addShares(maker.rowId, dayOf(slotOf(atMs)), packedShares(packed, index), -1);
        if (!isPlain) parts.write(unpackRequest(packed, index), source);
        continue;
      }
      usage.input = numbers[at + FIELD.input] as number;
      usage.cacheRead = numbers[at + FIELD.cacheRead] as number;
      usage.cacheWrite5m = numbers[at + FIELD.cacheWrite5m] as number;
      usage.cacheWrite1h = numbers[at + FIELD.cacheWrite1h] as number;
      usage.output = numbers[at + FIELD.output] as number;
      usage.reasoning = numbers[at + FIELD.reasoning] as number;
      const recordedUsd = numbers[at + FIELD.recordedUsd] as number;
      const estimated = numbers[at + FIELD.estimated] === 1;
      priced.provider = maker.provider;
      priced.model = maker.model;
      priced.tier = maker.tier;
      priced.atMs = atMs;
      priced.webSearches = numbers[at + FIELD.webSearches] as number;
      priced.recordedUsd = Number.isNaN(recordedUsd) ? undefined : recordedUsd;
      const price = prices.priceOf(priced);
      const callerId = callerOf(maker, agent, price?.source);

      statement.bindNumber(1, callerId);
      statement.bindNumber(2, atMs);
      statement.bindNumber(3, usage.input);
      statement.bindNumber(4, usage.cacheRead);
      statement.bindNumber(5, usage.cacheWrite5m);
      statement.bindNumber(6, usage.cacheWrite1h);
      statement.bindNumber(7, usage.output);
      statement.bindNumber(8, usage.reasoning);
      statement.bindNumber(9, price ? price.costUsd : Number.NaN);
      for (let place = 10, field: number = FIELD.recordedUsd; field <= FIELD.offset; place++, field++)
        statement.bindNumber(place, numbers[at + field] as number);
      const offset = numbers[at + FIELD.offset] as number;
      const lastOffset = numbers[at + FIELD.lastOffset] as number;
      statement.bindNumber(19, lastOffset === offset ? Number.NaN : lastOffset);
      statement.bindNumber(20, numbers[at + FIELD.records] as number);
      statement.bindNumber(21, fileId);
      statement.bindNumber(22, numbers[at + FIELD.keyHash] as number);
      statement.bindNumber(23, hasTask ? 1 : 0);
      let address = texts + (numbers[at + FIELD.textsAt] as number);
      for (let place = 24, field: number = FIELD.keyBytes; field <= FIELD.sharesBytes; field++) {
        const length = numbers[at + field] as number;
        if (field !== FIELD.estimateBytes) statement.bindBytes(place++, address, length);
        if (length > 0) address += length;
      }
      statement.runBound();

      reply.model = maker.model;
      reply.hidesThinking = numbers[at + FIELD.hidesThinking] === 1;
      reply.estimated = estimated;
      reply.replyChars = numbers[at + FIELD.replyChars] as number;
      sizes.add(reply);
      rolled.slot = slotOf(atMs);
      rolled.callerId = callerId;
      rolled.sessionId = maker.rowId;
      rolled.costUsd = price ? price.costUsd : null;
      rolled.estimated = estimated;
      rolled.startsTask = hasTask;
      rollup.add(rolled);
      if (isCopy) rollup.addShares(maker.rowId, dayOf(rolled.slot), packedShares(packed, index));
    }
  };
}

const INSERT_PACKED = `
  INSERT INTO requests (caller_id, at_ms, input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens,
    reasoning_tokens, cost_usd, recorded_usd, web_searches, estimated, rule, reply_chars, hides_thinking, is_copy, turn, source_offset,
    last_offset, records, source_file_id, key_hash, starts_task, request_key, message_id, task_id, opened_kinds, shares)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
