import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RequestRow } from '../../../src/ledger/rows.ts';
import type { FileBatch } from '../../../src/store/batch.ts';
import { openStore } from '../../../src/store/openStore.ts';
import type { Store } from '../../../src/store/store.ts';
import { batch, inTempFolder, request } from './sampleRows.ts';

const SHARES: RequestRow['shares'] = [
  { kind: 'system', usage: { input: 100, cacheRead: 1000, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 } },
];

/** A reply whose output is recorded. */
const exact = (requestId: string, replyChars: number, output: number, over: Partial<RequestRow> = {}): RequestRow => {
  const model = { kind: 'model' as const, usage: { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output } };
  const usage = { input: 100, cacheRead: 1000, cacheWrite5m: 0, cacheWrite1h: 0, output, reasoning: 0 };
  return request(requestId, { replyChars, usage, shares: [...SHARES, model], ...over });
};

/** A reply of which only a placeholder is recorded. */
const estimated = (requestId: string, replyChars: number, over: Partial<RequestRow> = {}): RequestRow =>
  request(requestId, {
    replyChars,
    estimated: true,
    rule: 'estimated',
    estimate: { recorded: 3, weights: { bash: 30, model: 70 } },
    usage: { input: 100, cacheRead: 1000, cacheWrite5m: 0, cacheWrite1h: 0, output: 3, reasoning: 0 },
    shares: SHARES,
    ...over,
  });

const outputs = (store: Store): unknown[] =>
  store.all('SELECT request_key k, output_tokens o, estimated e FROM usage_logs ORDER BY 1');

/** Everything that is told of the requests and their sums. */
const told = (store: Store): unknown => ({
  requests: store.all(`
    SELECT l.request_key k, l.model, l.output_tokens o, l.total_tokens t, l.estimated e, l.rule, l.recorded_output_tokens r, l.cost_usd c,
      (SELECT json_group_array(json_array(u.kind, u.output_tokens)) FROM tool_usage u WHERE u.request_id = l.id) shares
    FROM usage_logs l ORDER BY 1`),
  slots: store.all(
    'SELECT slot, model, sum(output_tokens) o, sum(estimated_turns) e, round(sum(cost_usd), 9) c FROM usage_slots GROUP BY 1, 2 ORDER BY 1, 2',
  ),
  days: store.all(
    'SELECT s.session_key k, d.day, d.shares FROM kind_days d JOIN sessions s ON s.id = d.session_id ORDER BY 1, 2',
  ),
  sizes: store.all('SELECT * FROM reply_sizes WHERE replies > 0 ORDER BY 1, 2'),
});

async function inStore(work: (store: Store) => void): Promise<void> {
  const { store } = await openStore({ nowMs: 0 });
  try {
    work(store);
  } finally {
    store.close();
  }
}

describe('estimates', () => {
  it('rest on the exact replies of the same model in other files, also on those that come later', () =>
    inStore((store) => {
      store.commit([batch({ requests: [estimated('guess', 3700), estimated('other', 3700, { model: 'haiku' })] })]);
      assert.deepEqual(outputs(store), [
        { k: 'guess', o: 1000, e: 1 },
        { k: 'other', o: 1000, e: 1 },
      ]);
      store.commit([batch({ requests: [exact('known', 5000, 2500)] }, { path: '/two', agent: 'codex' })]);
      assert.deepEqual(outputs(store), [
        { k: 'guess', o: 1850, e: 1 },
        { k: 'known', o: 2500, e: 0 },
        { k: 'other', o: 1000, e: 1 },
      ]);
      assert.deepEqual(
        store.all(`SELECT kind, t.output_tokens o FROM tool_usage t JOIN usage_logs l ON l.id = t.request_id
          WHERE request_key = 'guess' AND t.output_tokens > 0 ORDER BY 1`),
        [
          { kind: 'bash', o: 555 },
          { kind: 'model', o: 1295 },
        ],
      );
      assert.deepEqual(
        store.all('SELECT sum(output_tokens) o, sum(estimated_turns) e FROM usage_slots WHERE model <> :other', {
          ':other': 'haiku',
        }),
        [{ o: 4350, e: 1 }],
      );
    }));

  it('keep apart replies with hidden reasoning, whose characters say less', () =>
    inStore((store) => {
      const hidden = { hidesThinking: true };
      store.commit([
        batch({
          requests: [
            exact('short', 1000, 2000, hidden),
            exact('plain', 4000, 1000),
            estimated('hidden', 400, hidden),
            estimated('shown', 400),
          ],
        }),
      ]);
      assert.deepEqual(store.all('SELECT request_key k, output_tokens o FROM usage_logs WHERE estimated ORDER BY 1'), [
        { k: 'hidden', o: 800 },
        { k: 'shown', o: 100 },
      ]);
    }));

  it('are never below what was recorded, and end when the reply is recorded', () =>
    inStore((store) => {
      const few = { estimate: { recorded: 50, weights: {} } };
      store.commit([batch({ requests: [estimated('r', 10, few)] })]);
      assert.deepEqual(outputs(store), [{ k: 'r', o: 50, e: 1 }]);
      store.commit([batch({ requests: [exact('r', 10, 40)] }, { path: '/two' })]);
      assert.deepEqual(outputs(store), [{ k: 'r', o: 40, e: 0 }]);
    }));

  it('are left as they are by a placeholder that is kept', () =>
    inStore((store) => {
      const kept = request('kept', { estimated: true, rule: 'placeholder', replyChars: 9000 });
      store.commit([batch({ requests: [kept] })]);
      store.commit([batch({ requests: [exact('known', 5000, 2500)] }, { path: '/two' })]);
      assert.deepEqual(outputs(store)[0], { k: 'kept', o: 20, e: 1 });
    }));

  it('are the same after a restart', () =>
    inTempFolder(async (folder) => {
      const path = `${folder}/usage.db`;
      const batches = [
        batch({ requests: [estimated('guess', 3700)] }),
        batch({ requests: [exact('known', 150, 90)] }, { path: '/two' }),
        batch({ requests: [exact('more', 300, 210)] }, { path: '/three' }),
      ];
      for (const each of batches) {
        const { store } = await openStore({ path, nowMs: 0 });
        store.commit([each]);
        store.close();
      }
      const { store } = await openStore({ path, nowMs: 0 });
      const afterRestarts = told(store);
      store.close();
      await inStore((other) => {
        other.commit(batches);
        assert.deepEqual(afterRestarts, told(other));
        assert.equal((outputs(other)[0] as { o: number }).o, 2467);
      });
    }));

  /** What the copies of a request that hold its final figure agree in. */
  const FINAL = { a: [4000, 1500], b: [900, 250], c: [2000, 2000], d: [700, 300], e: [9000, 400] } as const;

  const anyReply: fc.Arbitrary<RequestRow> = fc
    .record({
      requestId: fc.constantFrom('a' as const, 'b' as const, 'c' as const, 'd' as const, 'e' as const),
      isExact: fc.boolean(),
      replyChars: fc.integer({ min: 0, max: 9000 }),
      recorded: fc.nat(50),
      model: fc.constantFrom('claude-sonnet-4-5', 'unheard-of'),
    })
    .map(({ requestId, isExact, replyChars, recorded, model }) => {
      const over = { model: 'abc'.includes(requestId) ? 'claude-sonnet-4-5' : model };
      const [chars, tokens] = FINAL[requestId];
      if (isExact) return exact(requestId, chars, tokens, over);
      return estimated(requestId, replyChars, {
        ...over,
        estimate: { recorded, weights: { bash: recorded, model: 9 } },
      });
    });

  it('are the same in whatever order the files are read, in one commit or in many', async () => {
    const anyFiles = fc
      .array(fc.uniqueArray(anyReply, { selector: (row) => row.requestId, maxLength: 4 }), {
        minLength: 2,
        maxLength: 5,
      })
      .map((files) =>
        files.map((requests, file): FileBatch => {
          // Each file is a session of its own, later than the one before.
          const placed = requests.map((row) => ({
            ...row,
            sessionId: `s${file}`,
            atMs: row.atMs + file,
            model: modelOf(row, files),
          }));
          return batch({ requests: placed }, { path: `/${file}` });
        }),
      );
    await fc.assert(
      fc.asyncProperty(anyFiles, fc.infiniteStream(fc.nat(1000)), async (files, random) => {
        const shuffled = files
          .map((file) => ({ file, place: random.next().value as number }))
          .toSorted((a, b) => a.place - b.place)
          .map(({ file }) => file);
        let expected: unknown;
        await inStore((store) => {
          store.commit(files);
          expected = told(store);
        });
        await inStore((store) => {
          for (const file of shuffled) store.commit([file]);
          assert.deepEqual(told(store), expected);
          // Reading all again changes nothing.
          for (const file of files) store.commit([file]);
          assert.deepEqual(told(store), expected);
        });
      }),
      { numRuns: 40 },
    );
  }).timeout(20_000);
});

/** The model of the request's first record: that of its first copy. */
function modelOf(row: RequestRow, files: RequestRow[][]): string {
  return files.flat().find((other) => other.requestId === row.requestId)?.model ?? row.model;
}
