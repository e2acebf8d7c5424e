import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fitShares } from '../../../src/ledger/mergeRequests.ts';
import type { RequestRow } from '../../../src/ledger/rows.ts';
import { openStore } from '../../../src/store/openStore.ts';
import { batch, request } from './sampleRows.ts';

const tokens = fc.integer({ min: 0, max: 5000 });

/** Few ids, sessions and times, so that requests meet again in other files, slots and models. */
const anyRequest: fc.Arbitrary<RequestRow> = fc
  .record({
    requestId: fc.constantFrom('a', 'b', 'c', 'd'),
    sessionId: fc.constantFrom('s1', 's2'),
    agentName: fc.constantFrom('main', 'Explore'),
    model: fc.constantFrom('claude-sonnet-4-5', 'unheard-of'),
    atMs: fc.constantFrom(0, 899_999, 900_000, 5_000_000),
    usage: fc.record({
      input: tokens,
      cacheRead: tokens,
      cacheWrite5m: tokens,
      cacheWrite1h: tokens,
      output: tokens,
      reasoning: tokens,
    }),
    rule: fc.constantFrom('recorded' as const, 'placeholder' as const, 'estimated' as const),
    replyChars: fc.integer({ min: 0, max: 20_000 }),
    isCopy: fc.boolean(),
    taskId: fc.constantFrom(undefined, 't1', 't2'),
    offset: fc.constantFrom(0, 7),
    kind: fc.constantFrom('system', 'read', 'mcp:x') as fc.Arbitrary<'system' | 'read' | 'mcp:x'>,
  })
  .map(({ kind, ...row }) =>
    request(row.requestId, {
      ...row,
      estimated: row.rule !== 'recorded',
      estimate: row.rule === 'estimated' ? { recorded: row.usage.output, weights: { model: 2, [kind]: 1 } } : undefined,
      shares: fitShares(
        [{ kind, usage: { input: 10, cacheRead: 0, cacheWrite5m: 3, cacheWrite1h: 0, output: 1 } }],
        row.usage,
      ),
    }),
  );

const anyHistory = fc.array(fc.tuple(fc.constantFrom('/one', '/two'), fc.array(anyRequest, { maxLength: 4 })), {
  maxLength: 6,
});

const SUMS =
  'sum(input_tokens) i, sum(output_tokens) o, sum(cache_read_tokens) r, sum(cache_write_5m_tokens) w, sum(cache_write_1h_tokens) h';

describe('rollups', () => {
  it('equal the sums of the requests after any history', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, async (history) => {
        const { store } = await openStore({ nowMs: 0 });
        for (const [path, requests] of history) store.commit([batch({ requests }, { path })]);
        const group = 'GROUP BY slot, session_id, agent_name, model, provider ORDER BY 1, 2, 3, 4, 5';
        const round = (rows: { cost: number }[]): unknown[] =>
          rows.map((row) => ({ ...row, cost: row.cost.toFixed(9) }));
        assert.deepEqual(
          round(
            store.all(`SELECT slot, session_id, agent_name, model, provider, sum(tasks) tasks, sum(turns) turns, ${SUMS},
              sum(reasoning_tokens) z, sum(cost_usd) cost, sum(unpriced_turns) u, sum(estimated_turns) e FROM usage_slots ${group}`),
          ),
          round(
            store.all(`SELECT slot, session_id, agent_name, model, provider, sum(starts_task) tasks, count(*) turns, ${SUMS},
              sum(reasoning_tokens) z, coalesce(sum(cost_usd), 0) cost, sum(cost_usd IS NULL) u, sum(estimated) e
              FROM usage_logs ${group}`),
          ),
        );
        assert.deepEqual(
          store.all(
            `SELECT d.day, d.session_id, e.value ->> 0 kind, coalesce(e.value ->> 1, 0) i, coalesce(e.value ->> 5, 0) o,
              coalesce(e.value ->> 2, 0) r, coalesce(e.value ->> 3, 0) w, coalesce(e.value ->> 4, 0) h
            FROM kind_days d JOIN json_each(d.shares) e ORDER BY 1, 2, 3`,
          ),
          store.all(`SELECT slot / 96 day, session_id, kind, ${SUMS.replaceAll('sum(', 'sum(t.')} FROM tool_usage t
            JOIN usage_logs l ON l.id = t.request_id GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`),
        );
        assert.deepEqual(
          store.all(`SELECT request_key k, ${SUMS} FROM usage_logs WHERE total_tokens > 0 GROUP BY id ORDER BY k`),
          store.all(`SELECT l.request_key k, ${SUMS.replaceAll('sum(', 'sum(t.')} FROM usage_logs l
            JOIN tool_usage t ON t.request_id = l.id GROUP BY l.id ORDER BY k`),
        );
        assert.deepEqual(
          store.all(
            'SELECT task_id FROM usage_logs WHERE task_id IS NOT NULL GROUP BY task_id HAVING sum(starts_task) <> 1',
          ),
          [],
        );
        store.close();
      }),
      { numRuns: 60 },
    );
  }).timeout(60_000);
});
