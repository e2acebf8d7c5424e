import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RequestRow, ThreadRow } from '../../../src/ledger/rows.ts';
import { openStore, type StoreTrouble } from '../../../src/store/openStore.ts';
import type { Store } from '../../../src/store/store.ts';
import { batch, inTempFolder, request } from './sampleRows.ts';

const NOW_MS = Date.UTC(2026, 10, 1, 12);
const TABLES = ['sessions', 'callers', 'requests', 'caller_slots', 'kind_days', 'threads', 'holdings', 'cursors'];

async function withStore(work: (store: Store) => void): Promise<void> {
  const { store } = await openStore({ nowMs: NOW_MS });
  try {
    work(store);
  } finally {
    store.close();
  }
}

const dump = (store: Store): unknown =>
  Object.fromEntries(TABLES.map((table) => [table, store.all(`SELECT * FROM ${table}`)]));

const stored = (store: Store): unknown[] =>
  store.all(
    `SELECT l.request_key AS key, s.session_key AS session, l.at_ms AS atMs, l.output_tokens AS output, l.starts_task AS starts,
      l.source_offset AS "offset" FROM usage_logs l JOIN sessions s ON s.id = l.session_id ORDER BY l.request_key`,
  );

describe('store', () => {
  it('changes nothing when the same batch comes again', () =>
    withStore((store) => {
      const rows = {
        sessions: [{ sessionId: 'session-1', workspace: '/w', title: 'T', startedAtMs: 1, lastAtMs: 9 }],
        requests: [request('a', { taskId: 't1' }), request('b', { offset: 50 })],
      };
      store.commit([batch(rows)]);
      const before = dump(store);
      store.commit([batch(rows)]);
      assert.deepEqual(dump(store), before);
    }));

  it('keeps one row of a request whose reply streams on, with the newest owners of its tokens', () =>
    withStore((store) => {
      const partial: RequestRow = request('a', {
        usage: { input: 100, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 1, reasoning: 0 },
        shares: [{ kind: 'model', usage: { input: 100, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 1 } }],
      });
      const whole: RequestRow = request('a', {
        usage: { input: 100, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 30, reasoning: 5 },
        shares: [
          { kind: 'model', usage: { input: 100, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 10 } },
          { kind: 'bash', usage: { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 20 } },
        ],
      });
      store.commit([batch({ requests: [partial] })]);
      store.commit([batch({ requests: [whole] })]);
      assert.deepEqual(store.all('SELECT kind, output_tokens AS output FROM tool_usage ORDER BY kind'), [
        { kind: 'bash', output: 20 },
        { kind: 'model', output: 10 },
      ]);
      assert.deepEqual(
        store.all('SELECT turns, output_tokens AS output, reasoning_tokens AS reasoning FROM usage_slots'),
        [{ turns: 1, output: 30, reasoning: 5 }],
      );
    }));

  it('gives a request that stands in two files to the one that made it, in either order', async () => {
    const original = batch({ requests: [request('a', { taskId: 't', atMs: 1000 })] });
    const fork = batch(
      { requests: [request('a', { sessionId: 'fork', taskId: 't', atMs: 2000, isCopy: true, offset: 99 })] },
      { path: '/transcripts/fork.jsonl' },
    );
    for (const order of [
      [original, fork],
      [fork, original],
    ]) {
      await withStore((store) => {
        for (const each of order) store.commit([each]);
        assert.deepEqual(stored(store), [
          { key: 'a', session: 'session-1', atMs: 1000, output: 20, starts: 1, offset: 0 },
        ]);
        assert.deepEqual(
          store.all(
            'SELECT s.session_key AS session, u.turns FROM usage_slots u JOIN sessions s ON s.id = u.session_id',
          ),
          [{ session: 'session-1', turns: 1 }],
        );
        assert.deepEqual(store.all('SELECT c.path FROM usage_logs l JOIN cursors c ON c.id = l.source_file_id'), [
          { path: '/transcripts/one.jsonl' },
        ]);
      });
    }
  });

  it('counts a task once, for its earliest request, in either order', async () => {
    const early = request('early', { taskId: 't', atMs: 1000 });
    const late = request('late', { taskId: 't', atMs: 5_000_000 });
    for (const requests of [
      [early, late],
      [late, early],
    ]) {
      await withStore((store) => {
        for (const each of requests) store.commit([batch({ requests: [each] })]);
        assert.deepEqual(store.all('SELECT request_key AS key FROM usage_logs WHERE starts_task = 1'), [
          { key: 'early' },
        ]);
        assert.deepEqual(store.all('SELECT slot, tasks FROM usage_slots ORDER BY slot'), [
          { slot: 0, tasks: 1 },
          { slot: 5, tasks: 0 },
        ]);
      });
    }
  });

  it('keeps the same request id of two agents apart', () =>
    withStore((store) => {
      store.commit([batch({ requests: [request('a')] })]);
      store.commit([batch({ requests: [request('a')] }, { agent: 'codex' })]);
      assert.equal(stored(store).length, 2);
    }));

  it('lets an older file fill what is empty, and not overwrite what is newer', () =>
    withStore((store) => {
      const thread: Omit<ThreadRow, 'lastAtMs' | 'contextTokens'> = {
        sessionId: 'session-1',
        thread: 'main',
        agentName: 'main',
        contextEstimated: false,
        peakTokens: 5,
        windowKinds: [['read', 5]],
      };
      store.commit([
        batch({
          sessions: [{ sessionId: 'session-1', title: 'new', lastAtMs: 100 }],
          threads: [{ ...thread, lastAtMs: 100, contextTokens: 5 }],
        }),
      ]);
      store.commit([
        batch(
          {
            sessions: [{ sessionId: 'session-1', title: 'old', workspace: '/w', startedAtMs: 1, lastAtMs: 50 }],
            threads: [{ ...thread, lastAtMs: 50, contextTokens: 3, windowKinds: [] }],
          },
          { path: '/transcripts/old.jsonl' },
        ),
      ]);
      assert.deepEqual(
        store.all('SELECT title, workspace, started_at_ms AS started, last_at_ms AS last FROM sessions'),
        [{ title: 'new', workspace: '/w', started: 1, last: 100 }],
      );
      assert.deepEqual(store.all('SELECT context_tokens AS tokens, window_kinds AS kinds FROM threads'), [
        { tokens: 5, kinds: '[["read",5]]' },
      ]);
    }));

  it('gives cursors back as they were stored', () =>
    withStore((store) => {
      const one = batch({});
      one.cursor.details = [{ outcome: 'rejected', detail: 'not JSON', records: 2 }];
      one.cursor.failure = 'EACCES';
      store.commit([one]);
      assert.deepEqual(store.cursors.find('claude-code', one.cursor.path), one.cursor);
      assert.equal(store.cursors.find('codex', one.cursor.path), undefined);
      assert.deepEqual([...(store.cursors.list().get('claude-code')?.keys() ?? [])], [one.cursor.path]);
    }));

  it('stores nothing of a commit that fails, and goes on', () =>
    withStore((store) => {
      const broken = request('b', { offset: null as unknown as number });
      assert.throws(() => store.commit([batch({ requests: [request('a'), broken] })]), /NOT NULL/);
      assert.deepEqual(stored(store), []);
      assert.deepEqual(store.all('SELECT * FROM sessions'), []);
      store.commit([batch({ requests: [request('a')] })]);
      assert.deepEqual(store.all('SELECT turns FROM usage_slots'), [{ turns: 1 }]);
    }));

  it('keeps hostile text as it is', () =>
    withStore((store) => {
      const model = `x'); DROP TABLE usage_logs; --\u0000 \u{1F980} "`;
      store.commit([batch({ requests: [request('a', { model })] })]);
      assert.deepEqual(store.all('SELECT model FROM usage_logs'), [{ model }]);
    }));

  it('uses the price that the user set, and says so', () =>
    inTempFolder(async (folder) => {
      const file = path.join(folder, 'usage.db');
      const first = await openStore({ path: file, nowMs: NOW_MS });
      first.store.all(
        "INSERT INTO model_pricing VALUES ('anthropic', 'claude-sonnet-4-5', '', 0, 1, 10, 0.5, 0, 0, 0, 'page', 0)",
      );
      first.store.close();
      const { store } = await openStore({ path: file, nowMs: NOW_MS });
      store.commit([batch({ requests: [request('a')] })]);
      assert.deepEqual(store.all('SELECT cost_usd AS cost, price_source AS source FROM usage_logs'), [
        { cost: (100 * 1 + 1000 * 0.5 + 20 * 10) / 1e6, source: 'user' },
      ]);
      store.close();
    }));

  it('takes what the agent recorded as the cost before the price list, but not before a price of the user', () =>
    inTempFolder(async (folder) => {
      const file = path.join(folder, 'usage.db');
      const costs = 'SELECT cost_usd AS cost, price_source AS source FROM usage_logs ORDER BY request_key';
      const first = await openStore({ path: file, nowMs: NOW_MS });
      const recorded = { ...request('a'), recordedUsd: 0.25 };
      first.store.commit([batch({ requests: [recorded, request('b')] })]);
      const [a, b] = first.store.all<{ cost: number; source: string }>(costs);
      assert.deepEqual(a, { cost: 0.25, source: 'recorded' });
      assert.match(b?.source ?? '', /^genai-prices:/);
      // Another copy of the record says nothing of the cost, and one of a model without a price has one all the same.
      first.store.commit([batch({ requests: [request('a'), { ...request('c'), model: 'nobody', recordedUsd: 0.5 }] })]);
      assert.deepEqual(first.store.all(costs), [a, b, { cost: 0.5, source: 'recorded' }]);
      first.store.all(
        "INSERT INTO model_pricing VALUES ('anthropic', 'claude-sonnet-4-5', '', 0, 1, 10, 0.5, 0, 0, 0, 'page', 0)",
      );
      first.store.close();
      const { store } = await openStore({ path: file, nowMs: NOW_MS });
      store.commit([batch({ requests: [{ ...request('d'), recordedUsd: 0.25 }] })]);
      assert.equal(store.all<{ source: string }>(costs).at(-1)?.source, 'user');
      store.close();
    }));
});

describe('store on a file', () => {
  it('has everything again after it was closed', () =>
    inTempFolder(async (folder) => {
      const file = path.join(folder, 'deep', 'usage.db');
      const first = await openStore({ path: file, nowMs: NOW_MS });
      first.store.commit([batch({ requests: [request('a')] })]);
      const before = dump(first.store);
      first.store.close();
      const second = await openStore({ path: file, nowMs: NOW_MS });
      assert.equal(second.trouble, undefined);
      assert.deepEqual(dump(second.store), before);
      second.store.close();
    }));

  it('is a database that any SQLite can read', () =>
    inTempFolder(async (folder) => {
      const file = path.join(folder, 'usage.db');
      const { store } = await openStore({ path: file, nowMs: NOW_MS });
      store.close();
      assert.equal(readFileSync(file).subarray(0, 15).toString(), 'SQLite format 3');
    }));

  const damages: [string, (file: string) => void][] = [
    ['text instead of a database', (file) => writeFileSync(file, 'not a database '.repeat(1000))],
    [
      'a first page of zeros',
      (file) => writeFileSync(file, Buffer.concat([Buffer.alloc(8192), readFileSync(file).subarray(8192)])),
    ],
    ['a schema that is cut off', (file) => truncateSync(file, 8192)],
  ];
  for (const [name, damage] of damages) {
    it(`sets a damaged file aside: ${name}`, () =>
      inTempFolder(async (folder) => {
        const file = path.join(folder, 'usage.db');
        const first = await openStore({ path: file, nowMs: NOW_MS });
        first.store.commit([batch({ requests: [request('a')] })]);
        first.store.close();
        damage(file);
        const damaged = readFileSync(file);
        const { store, trouble } = await openStore({ path: file, nowMs: NOW_MS });
        const movedTo = `${file}.damaged-20261101T120000Z`;
        assert.deepEqual(trouble, { kind: 'corrupt', path: file, movedTo } satisfies StoreTrouble);
        assert.deepEqual(readFileSync(movedTo), damaged);
        store.commit([batch({ requests: [request('a')] })]);
        assert.equal(stored(store).length, 1);
        store.close();
      }));
  }

  it('leaves the file of a newer version alone', () =>
    inTempFolder(async (folder) => {
      const file = path.join(folder, 'usage.db');
      const first = await openStore({ path: file, nowMs: NOW_MS });
      first.store.all('PRAGMA user_version = 99');
      first.store.close();
      const before = readFileSync(file);
      const { store, trouble } = await openStore({ path: file, nowMs: NOW_MS });
      assert.deepEqual(trouble, { kind: 'newer', path: file, version: 99 });
      store.commit([batch({ requests: [request('a')] })]);
      store.close();
      assert.deepEqual(readFileSync(file), before);
    }));

  it('works in memory where the file cannot be made', () =>
    inTempFolder(async (folder) => {
      writeFileSync(path.join(folder, 'file'), '');
      const file = path.join(folder, 'file', 'usage.db');
      const { store, trouble } = await openStore({ path: file, nowMs: NOW_MS });
      assert.equal(trouble?.kind, 'unusable');
      store.commit([batch({ requests: [request('a')] })]);
      assert.equal(stored(store).length, 1);
      store.close();
      assert.ok(!existsSync(file));
      assert.deepEqual(readdirSync(folder), ['file']);
    }));
});
