import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import { type OwnPrice, priceBook } from '../../../src/ledger/priceBook.ts';
import type { RequestRow } from '../../../src/ledger/rows.ts';
import { usageCube } from '../../../src/queries/usageCube.ts';
import { openStore } from '../../../src/store/openStore.ts';
import { priceSources } from '../../../src/store/priceSources.ts';
import type { Store } from '../../../src/store/store.ts';
import { batch, inTempFolder, request } from './sampleRows.ts';

const PROVIDERS = ['anthropic', 'acme'];
const MODELS = ['claude-sonnet-4-5', 'house-model', "x'); DROP TABLE requests; --"];
const TIMES = [0, 899_999, 900_000, 5_000_000];

const rate = fc.constantFrom(0, 0.1, 0.3, 3, 15, 75);
const rates = fc.record({
  input: rate,
  output: rate,
  cacheRead: rate,
  cacheWrite5m: rate,
  cacheWrite1h: rate,
  webSearches: rate,
});
const key = fc.record({
  provider: fc.constantFrom(...PROVIDERS),
  model: fc.constantFrom(...MODELS),
  tier: fc.constantFrom('', 'fast'),
  fromMs: fc.constantFrom(0, 900_000),
});
const ownPrice: fc.Arbitrary<OwnPrice> = fc.tuple(key, rates).map(([of, prices]) => ({ ...of, ...prices }));
const tokens = fc.integer({ min: 0, max: 50_000 });
const anyRequest: fc.Arbitrary<RequestRow> = fc
  .record({
    id: fc.integer({ min: 0, max: 30 }),
    sessionId: fc.constantFrom('s1', 's2'),
    provider: fc.constantFrom(...PROVIDERS),
    model: fc.constantFrom(...MODELS),
    tier: fc.constantFrom(undefined, 'fast'),
    atMs: fc.constantFrom(...TIMES),
    usage: fc.record({
      input: tokens,
      cacheRead: tokens,
      cacheWrite5m: tokens,
      cacheWrite1h: tokens,
      output: tokens,
      reasoning: tokens,
    }),
    webSearches: fc.constantFrom(0, 3),
    recordedUsd: fc.constantFrom(undefined, undefined, 0.37),
    taskId: fc.constantFrom(undefined, 't1', 't2'),
  })
  .map(({ id, ...row }) => request(`r${id}`, { ...row, shares: [{ kind: 'system', usage: row.usage }] }));

type Step =
  | { do: 'read'; requests: RequestRow[] }
  | { do: 'change'; set: OwnPrice[]; remove: Omit<OwnPrice, keyof typeof NO_RATES>[] }
  | { do: 'list'; input: number; atMs: number }
  | { do: 'use'; on: boolean }
  | { do: 'some'; limit: number };
const NO_RATES = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, webSearches: 0 };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('read' as const), requests: fc.array(anyRequest, { maxLength: 12 }) }),
  fc.record({
    do: fc.constant('change' as const),
    set: fc.array(ownPrice, { maxLength: 3 }),
    remove: fc.array(key, { maxLength: 2 }),
  }),
  fc.record({ do: fc.constant('list' as const), input: rate, atMs: fc.constantFrom(...TIMES) }),
  fc.record({ do: fc.constant('use' as const), on: fc.boolean() }),
  fc.record({ do: fc.constant('some' as const), limit: fc.integer({ min: 1, max: 7 }) }),
);

function take(store: Store, step: Step): void {
  if (step.do === 'read') store.commit([batch({ requests: step.requests })]);
  if (step.do === 'change') store.changePrices({ set: step.set, remove: step.remove, source: 'page' }, 1);
  if (step.do === 'list') store.priceGaps.take([{ id: 'acme/house-model', ...NO_RATES, input: step.input }], step.atMs);
  if (step.do === 'use') store.priceGaps.use(step.on);
  if (step.do === 'some') store.repriceSome(step.limit);
}

/** Sums of the requests, and of the rollup: money to far less than a cent, and 0 where there is none. */
function assertExactSums(store: Store): void {
  const round = (rows: { cost: number }[]): unknown[] => rows.map((row) => ({ ...row, cost: row.cost.toFixed(9) }));
  assert.deepEqual(
    round(
      store.all(
        `SELECT slot, caller_id, turns, tasks, input_tokens, unpriced_turns, cost_usd AS cost FROM caller_slots ORDER BY 1, 2`,
      ),
    ),
    round(
      store.all(`SELECT at_ms / 900000 AS slot, caller_id, count(*) AS turns, sum(starts_task) AS tasks, sum(input_tokens) AS input_tokens,
        sum(cost_usd IS NULL) AS unpriced_turns, coalesce(sum(cost_usd), 0) AS cost FROM requests GROUP BY 1, 2 ORDER BY 1, 2`),
    ),
  );
  assert.deepEqual(store.check().problems, []);
}

/** Every request has the price that holds now. */
function assertPricedByNow(store: Store): void {
  const book = priceBook(priceSources(store));
  const rows = store.all<Record<string, number | string | null>>('SELECT * FROM usage_logs');
  for (const row of rows) {
    const price = book.priceOf({
      provider: String(row.provider),
      model: String(row.model),
      tier: (row.tier as string | null) ?? undefined,
      atMs: Number(row.at_ms),
      webSearches: Number(row.web_searches),
      recordedUsd: (row.recorded_usd as number | null) ?? undefined,
      usage: {
        input: Number(row.input_tokens),
        cacheRead: Number(row.cache_read_tokens),
        cacheWrite5m: Number(row.cache_write_5m_tokens),
        cacheWrite1h: Number(row.cache_write_1h_tokens),
        output: Number(row.output_tokens),
        reasoning: 0,
      },
    });
    assert.deepEqual([row.cost_usd, row.price_source], [price?.costUsd ?? null, price?.source ?? null]);
  }
}

function finish(store: Store, limit: number): number {
  let looked = 0;
  for (let steps = 0; steps < 1000; steps++) {
    const now = store.repriceSome(limit);
    if (now === 0) return looked;
    looked += now;
  }
  throw new Error('it does not end');
}

const cost = (store: Store): number =>
  Number(store.all<{ usd: number }>('SELECT sum(cost_usd) AS usd FROM usage_slots')[0]?.usd);

describe('pricing history anew', () => {
  it('leaves exact sums after any sequence of changes, and every request at the price that holds', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 14 }), fc.integer({ min: 1, max: 9 }), async (steps, limit) => {
        const { store } = await openStore({ nowMs: 0 });
        const cube = usageCube(store);
        for (const step of steps) {
          take(store, step);
          assertExactSums(store);
        }
        finish(store, limit);
        assertExactSums(store);
        assertPricedByNow(store);
        assert.equal(store.repriceDue(), 0);
        const shown = cube.usage({}).used.reduce((sum, row) => sum + row.costUsd, 0);
        assert.ok(Math.abs(shown - (cost(store) || 0)) < 1e-9);
        store.close();
      }),
      { numRuns: 150 },
    );
  });

  it('goes on where it was when the store is opened again, and does nothing twice', () =>
    inTempFolder(async (folder) => {
      const file = path.join(folder, 'usage.db');
      const requests = Array.from({ length: 50 }, (_, i) =>
        request(`r${i}`, { model: 'house-model', sessionId: `s${i % 3}`, atMs: i * 400_000 }),
      );
      const set: OwnPrice[] = [
        { provider: 'anthropic', model: 'house-model', tier: '', fromMs: 0, ...NO_RATES, input: 10_000 },
      ];
      let { store } = await openStore({ path: file, nowMs: 0 });
      store.commit([batch({ requests })]);
      store.changePrices({ set, remove: [], source: 'page' }, 5);
      assert.equal(store.repriceDue(), 50);
      let looked = 0;
      for (let steps = 0; looked < 50; steps++) {
        looked += store.repriceSome(8);
        assertExactSums(store);
        store.close();
        ({ store } = await openStore({ path: file, nowMs: 0 }));
        assert.ok(steps < 10);
      }
      finish(store, 8);
      assert.equal(looked, 50);
      assert.equal(cost(store), 50);
      assert.deepEqual(store.all('SELECT source, set_at_ms FROM model_pricing'), [{ source: 'page', set_at_ms: 5 }]);
      store.close();
    }));

  it('looks at no request while nothing has changed, nor at those of other models', async () => {
    const { store } = await openStore({ nowMs: 0 });
    store.commit([
      batch({ requests: [request('a'), request('b', { model: 'house-model' }), request('c', { model: 'other' })] }),
    ]);
    assert.equal(finish(store, 10), 0);
    const price: OwnPrice = {
      provider: 'anthropic',
      model: 'house-model',
      tier: '',
      fromMs: 0,
      ...NO_RATES,
      output: 50_000,
    };
    store.changePrices({ set: [price], remove: [], source: 'page' }, 1);
    assert.equal(store.repriceDue(), 1);
    assert.equal(finish(store, 10), 1);
    assert.equal(finish(store, 10), 0);
    // A price that is taken back before anything was done.
    store.changePrices({ set: [], remove: [price], source: 'page' }, 1);
    store.changePrices({ set: [price], remove: [], source: 'page' }, 1);
    assert.equal(store.repriceDue(), 0);
    store.close();
  });

  it('begins anew when prices change on the way', async () => {
    const { store } = await openStore({ nowMs: 0 });
    const requests = Array.from({ length: 20 }, (_, i) => request(`r${i}`, { model: 'house-model' }));
    store.commit([batch({ requests })]);
    const price = (input: number): OwnPrice => ({
      provider: 'anthropic',
      model: 'house-model',
      tier: '',
      fromMs: 0,
      ...NO_RATES,
      input,
    });
    store.changePrices({ set: [price(10_000)], remove: [], source: 'page' }, 1);
    store.repriceSome(7);
    assertExactSums(store);
    store.changePrices({ set: [price(20_000)], remove: [], source: 'page' }, 1);
    store.repriceSome(3);
    assertExactSums(store);
    // What is read meanwhile has the new price at once.
    store.commit([batch({ requests: [request('late', { model: 'house-model' })] })]);
    finish(store, 7);
    assertPricedByNow(store);
    assert.equal(cost(store), 42);
    store.close();
  });

  it('keeps what a public list said before, and takes what it says now for what comes', async () => {
    const { store } = await openStore({ nowMs: 0 });
    const at = (id: string, atMs: number): RequestRow => request(id, { provider: 'acme', model: 'house-model', atMs });
    store.priceGaps.use(true);
    store.priceGaps.take([{ id: 'acme/house-model', ...NO_RATES, input: 10_000 }], 1_000_000);
    store.commit([batch({ requests: [at('a', 500_000), at('b', 2_000_000)] })]);
    assert.equal(cost(store), 2);
    store.priceGaps.take([{ id: 'acme/house-model', ...NO_RATES, input: 20_000 }], 3_000_000);
    store.commit([batch({ requests: [at('c', 4_000_000)] })]);
    finish(store, 10);
    assert.equal(cost(store), 4);
    // A model that leaves the list keeps its price; a list that is not used has none.
    store.priceGaps.take([{ id: 'acme/other', ...NO_RATES }], 5_000_000);
    finish(store, 10);
    assert.equal(cost(store), 4);
    store.priceGaps.use(false);
    finish(store, 10);
    assert.equal(cost(store), 0);
    assert.deepEqual(store.all('SELECT sum(unpriced_turns) AS n FROM usage_slots'), [{ n: 3 }]);
    assert.deepEqual(store.priceGaps.state(), {
      isUsed: false,
      askedAtMs: undefined,
      fetchedAtMs: 5_000_000,
      models: 1,
      failure: undefined,
    });
    store.close();
  });
});
