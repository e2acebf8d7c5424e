import assert from 'node:assert/strict';
import fc from 'fast-check';
import { requestColumns } from '../../../src/queries/requestColumns.ts';
import { openStore } from '../../../src/store/openStore.ts';
import type { Store } from '../../../src/store/store.ts';
import { batch, request } from '../store/sampleRows.ts';

const START_MS = Date.UTC(2026, 10, 1);
const NAMES = [
  'input',
  'cacheRead',
  'cacheWrite',
  'output',
  'reasoning',
  'cost',
  'estimated',
  'prompt',
  'total',
] as const;

/** What columns hold in the end, as plain SQL tells it. */
const stored = (store: Store): unknown[] =>
  store.all(
    `SELECT id, at_ms AS atMs, caller_id AS caller, input_tokens AS input, cache_read_tokens AS cacheRead,
      cache_write_5m_tokens + cache_write_1h_tokens AS cacheWrite, output_tokens AS output, reasoning_tokens AS reasoning,
      cost_usd AS cost, estimated, input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens AS prompt,
      input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens + output_tokens AS total
    FROM requests ORDER BY at_ms, id`,
  );

function held(columns: ReturnType<typeof requestColumns>): unknown[] {
  const places = columns.places();
  const values = NAMES.map((name) => [name, columns.values(name)] as const);
  return Array.from({ length: places.length }, (_, at) => ({
    id: places.ids[at],
    atMs: places.atMs[at],
    caller: places.callers[at],
    ...Object.fromEntries(values.map(([name, column]) => [name, Number.isNaN(column[at]) ? null : column[at]])),
  }));
}

/** A record of one of a few requests: a later one may say more, name another time, and come from another model. */
const record = fc.record({
  key: fc.integer({ min: 0, max: 11 }),
  minutes: fc.constantFrom(0, 1, 14, 15, 16, 40, 41, 100),
  model: fc.constantFrom('claude-opus-4-1', 'claude-sonnet-4-5', 'nobody-knows-this'),
  agentName: fc.constantFrom('main', 'Explore'),
  output: fc.constantFrom(0, 7, 300, 2 ** 33),
});

describe('the columns of all requests', () => {
  it('hold what the store holds, whatever was stored while they were read part by part', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(record, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 6 }),
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 6, maxLength: 6 }),
        fc.integer({ min: 1, max: 5 }),
        async (commits, parts, size) => {
          const { store } = await openStore({ nowMs: 0 });
          const columns = requestColumns(store, { requests: size, callers: 1 });
          for (const [n, records] of commits.entries()) {
            const requests = records.map(({ key, minutes, model, agentName, output }) => {
              const usage = { input: key, cacheRead: minutes, cacheWrite5m: 1, cacheWrite1h: n, output, reasoning: 0 };
              const atMs = START_MS + minutes * 60_000;
              const thread = agentName === 'main' ? 'main' : 'sub';
              return request(`r${key}`, {
                atMs,
                model,
                thread,
                agentName,
                usage,
                estimated: key % 2 === 0,
                shares: [{ kind: 'user', usage }],
              });
            });
            store.commit([batch({ requests }, { path: `/transcripts/${n}.jsonl` })]);
            for (let part = 0; part < (parts[n] ?? 0); part++) columns.readAhead();
            if (n % 3 === 2) assert.deepEqual(held(columns), stored(store));
          }
          assert.deepEqual(held(columns), stored(store));
          columns.forget();
          while (columns.readAhead());
          assert.deepEqual(held(columns), stored(store));
          store.close();
        },
      ),
      { numRuns: 60 },
    );
  }).timeout(60_000);
});
