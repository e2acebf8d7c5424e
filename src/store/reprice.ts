import type { TokenUsage } from '../agents/event.ts';
import type { Caller, Callers } from './callers.ts';
import type { Connection } from './connection.ts';
import type { PriceList } from './priceList.ts';
import type { RolledRequest, Rollup } from './rollup.ts';
import { SLOT_MS, slotOf } from './slot.ts';

/** Prices stored requests anew when the prices of their model have changed. Each call belongs in a transaction of its own. */
export interface Repricer {
  /** A model whose first request is being stored: it is priced by what holds now. */
  mark(caller: Pick<Caller, 'provider' | 'model'>): void;
  /**
   * Requests were stored, at the prices that hold now. Where others of their model have other prices, or were being priced for another time,
   * all are looked at from the first: prices that change back must not pass over those in between.
   */
  stored(): void;
  /** How many requests are of models whose prices have changed. */
  due(): number;
  /**
   * Prices some more requests anew; what was done before the process ended is not done again. Doing it twice changes nothing.
   * @returns how many were looked at; 0 = all requests have the prices that hold now
   */
  step(limit: number): number;
}

interface PricedModel {
  provider: string;
  model: string;
  prices: string;
  nextPrices: string | null;
  callerId: number;
  afterId: number;
  lastCallerId: number;
}

interface StoredRequest extends TokenUsage {
  id: number;
  atMs: number;
  webSearches: number;
  recordedUsd: number | null;
  costUsd: number | null;
  estimated: 0 | 1;
  startsTask: 0 | 1;
}

export function repricer(connection: Connection, prices: PriceList, callers: Callers, rollup: Rollup): Repricer {
  const dueModels = (): PricedModel[] =>
    connection.all<PricedModel>(PRICED_MODELS).filter(({ provider, model, prices: priced, nextPrices }) => {
      const wanted = prices.versionOf(provider, model);
      return priced !== wanted || nextPrices !== null;
    });

  const begin = (of: PricedModel, wanted: string): void => {
    of.nextPrices = wanted;
    of.callerId = 0;
    of.afterId = 0;
    of.lastCallerId = Number(connection.first('SELECT coalesce(max(id), 0) FROM callers')?.[0]);
  };

  /** The changed sums are made from the requests: money that is added and taken away again leaves a residue. */
  const settle = (touched: ReadonlyMap<string, [slot: number, callerId: number]>): void => {
    for (const [slot, callerId] of touched.values())
      connection.run(SUM_COST, [callerId, slot * SLOT_MS, (slot + 1) * SLOT_MS, slot, callerId]);
  };

  const priceAnew = (
    callerId: number,
    requests: readonly StoredRequest[],
    touched: Map<string, [number, number]>,
  ): void => {
    const caller = callers.of(callerId);
    const { provider, model, tier } = caller;
    for (const request of requests) {
      const { id, atMs, webSearches, recordedUsd } = request;
      const price = prices.priceOf({
        provider,
        model,
        tier,
        atMs,
        webSearches,
        usage: request,
        recordedUsd: recordedUsd ?? undefined,
      });
      const costUsd = price?.costUsd ?? null;
      const isSameSource = price?.source === caller.priceSource;
      if (costUsd === request.costUsd && isSameSource) continue;
      const newCallerId = isSameSource ? callerId : callers.idOf({ ...caller, priceSource: price?.source });
      connection.run('UPDATE requests SET cost_usd = ?, caller_id = ? WHERE id = ?', [costUsd, newCallerId, id]);
      const slot = slotOf(atMs);
      const rolled: RolledRequest = {
        slot,
        callerId,
        sessionId: caller.sessionId,
        usage: request,
        costUsd: request.costUsd,
        estimated: request.estimated === 1,
        startsTask: request.startsTask === 1,
        shares: [],
      };
      rollup.remove(rolled);
      rollup.add({ ...rolled, callerId: newCallerId, costUsd });
      if (newCallerId !== callerId) callers.left(callerId);
      for (const each of [callerId, newCallerId]) touched.set(`${slot} ${each}`, [slot, each]);
    }
  };

  /** Goes on with one model. @returns how many requests it looked at; it is done when they are fewer than `limit` */
  const goOn = (of: PricedModel, limit: number): number => {
    const touched = new Map<string, [number, number]>();
    const { provider, model } = of;
    let looked = 0;
    for (;;) {
      const next = connection.first(NEXT_CALLER, [provider, model, of.callerId, of.lastCallerId])?.[0];
      if (typeof next !== 'number') break;
      if (next !== of.callerId) of.afterId = 0;
      of.callerId = next;
      const requests = connection.all<StoredRequest>(REQUESTS, {
        ':caller': next,
        ':after': of.afterId,
        ':limit': limit - looked,
      });
      priceAnew(next, requests, touched);
      looked += requests.length;
      if (looked >= limit) {
        of.afterId = requests.at(-1)?.id ?? of.afterId;
        break;
      }
      of.callerId = next + 1;
      of.afterId = 0;
    }
    rollup.flush();
    settle(touched);
    return looked;
  };

  const save = ({ provider, model, ...of }: PricedModel): void => {
    connection.run(SAVE, [of.prices, of.nextPrices, of.callerId, of.afterId, of.lastCallerId, provider, model]);
  };

  return {
    mark({ provider, model }) {
      connection.run(MARK, [provider, model, prices.versionOf(provider, model)]);
    },
    stored() {
      for (const of of connection.all<PricedModel>(PRICED_MODELS)) {
        const wanted = prices.versionOf(of.provider, of.model);
        if (of.prices === wanted) continue;
        const goesOn = of.nextPrices === null || of.nextPrices === wanted;
        if (of.prices !== '' || !goesOn) save({ ...of, prices: '', nextPrices: goesOn ? of.nextPrices : '' });
      }
    },
    due: () =>
      dueModels().reduce(
        (sum, { provider, model }) => sum + Number(connection.first(COUNT, [provider, model])?.[0]),
        0,
      ),
    step(limit) {
      let looked = 0;
      for (const of of dueModels()) {
        const wanted = prices.versionOf(of.provider, of.model);
        if (of.nextPrices !== wanted) begin(of, wanted);
        of.prices = '';
        const now = goOn(of, limit - looked);
        looked += now;
        const isDone = looked < limit;
        save(isDone ? { ...of, prices: wanted, nextPrices: null } : of);
        if (!isDone) break;
      }
      return looked;
    },
  };
}

const PRICED_MODELS = `
  SELECT provider, model, prices, next_prices AS nextPrices, caller_id AS callerId, after_id AS afterId, last_caller_id AS lastCallerId
  FROM priced_models ORDER BY provider, model`;

const MARK = `
  INSERT OR IGNORE INTO priced_models (provider, model, prices, caller_id, after_id, last_caller_id) VALUES (?, ?, ?, 0, 0, 0)`;

const SAVE = `
  UPDATE priced_models SET prices = ?, next_prices = ?, caller_id = ?, after_id = ?, last_caller_id = ? WHERE provider = ? AND model = ?`;

const NEXT_CALLER = 'SELECT min(id) FROM callers WHERE provider = ? AND model = ? AND id >= ? AND id <= ?';

const COUNT =
  'SELECT count(*) FROM callers c JOIN requests r ON r.caller_id = c.id WHERE c.provider = ? AND c.model = ?';

const REQUESTS = `
  SELECT id, at_ms AS atMs, input_tokens AS input, cache_read_tokens AS cacheRead, cache_write_5m_tokens AS cacheWrite5m,
    cache_write_1h_tokens AS cacheWrite1h, output_tokens AS output, reasoning_tokens AS reasoning, web_searches AS webSearches,
    recorded_usd AS recordedUsd, cost_usd AS costUsd, estimated, starts_task AS startsTask
  FROM requests WHERE caller_id = :caller AND id > :after ORDER BY id LIMIT :limit`;

const SUM_COST = `
  UPDATE caller_slots
  SET cost_usd = (SELECT coalesce(sum(cost_usd), 0) FROM requests WHERE caller_id = ? AND at_ms >= ? AND at_ms < ?)
  WHERE slot = ? AND caller_id = ?`;
