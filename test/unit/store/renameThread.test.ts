import assert from 'node:assert/strict';
import type { ThreadRow } from '../../../src/ledger/rows.ts';
import { sessionThreads } from '../../../src/queries/threads.ts';
import type { FileBatch } from '../../../src/store/batch.ts';
import { openStore } from '../../../src/store/openStore.ts';
import { batch, request } from './sampleRows.ts';

const SUBAGENT = 'a7ea7695f67a5dd43';

function thread(over: Partial<ThreadRow>): ThreadRow {
  return {
    sessionId: 'session-1',
    thread: SUBAGENT,
    agentName: SUBAGENT,
    lastAtMs: 0,
    contextTokens: 0,
    contextEstimated: true,
    peakTokens: 0,
    windowKinds: [],
    ...over,
  };
}

/** The subagent's file, which does not know its name: a request in each of two slots. */
const own: FileBatch = batch(
  {
    requests: [
      request('a', { thread: SUBAGENT, agentName: SUBAGENT, taskId: 't' }),
      request('b', { thread: SUBAGENT, agentName: SUBAGENT, atMs: Date.UTC(2026, 10, 1, 9) }),
    ],
    threads: [
      thread({
        lastAtMs: 9000,
        contextTokens: 1120,
        peakTokens: 1100,
        windowKinds: [['read', 1120]],
      }),
    ],
  },
  { path: '/transcripts/agent.jsonl' },
);

/** The parent's file, which knows nothing but the launch. */
const launch: FileBatch = batch(
  { threads: [thread({ agentName: 'Explore', parentThread: 'main', launchCallId: 'toolu_1' })] },
  { path: '/transcripts/parent.jsonl' },
);

/** A main thread's request, which keeps its name. */
const main: FileBatch = batch({ requests: [request('c')] }, { path: '/transcripts/parent.jsonl' });

const SLOTS = `SELECT slot, agent_name AS name, turns, tasks, input_tokens AS input, output_tokens AS output
  FROM usage_slots ORDER BY slot, agent_name`;

describe("a subagent's name and launch", () => {
  const orders: [name: string, batches: FileBatch[]][] = [
    ['told before its requests', [main, launch, own]],
    ['told after its requests', [main, own, launch]],
    ['told twice', [launch, own, main, launch, own]],
  ];
  for (const [name, batches] of orders) {
    it(`reach the thread, its requests and the rollup when ${name}`, async () => {
      const { store } = await openStore({ nowMs: 0 });
      for (const each of batches) store.commit([each]);
      const [row, ...others] = sessionThreads(store, 'claude-code', 'session-1');
      assert.deepEqual(others, []);
      assert.deepEqual(
        [row?.agentName, row?.parentThread, row?.launchCallId, row?.contextTokens, row?.peakTokens, row?.lastAtMs],
        ['Explore', 'main', 'toolu_1', 1120, 1100, 9000],
      );
      assert.deepEqual(store.all('SELECT request_key AS key, agent_name AS name FROM usage_logs ORDER BY 1'), [
        { key: 'a', name: 'Explore' },
        { key: 'b', name: 'Explore' },
        { key: 'c', name: 'main' },
      ]);
      const slot = Date.UTC(2026, 10, 1, 5, 30) / 900_000;
      const usage = { turns: 1, input: 100, output: 20 };
      assert.deepEqual(store.all(SLOTS), [
        { slot, name: 'Explore', tasks: 1, ...usage },
        { slot, name: 'main', tasks: 0, ...usage },
        { slot: slot + 14, name: 'Explore', tasks: 0, ...usage },
      ]);
      assert.deepEqual(store.all('SELECT window_kinds AS kinds FROM threads'), [{ kinds: '[["read",1120]]' }]);
      store.close();
    });
  }

  it('do not replace what its own file says', async () => {
    const named = {
      ...own,
      rows: { ...own.rows, threads: own.rows.threads.map((row) => ({ ...row, agentName: 'Plan' })) },
    };
    for (const batches of [
      [named, launch],
      [launch, named],
    ]) {
      const { store } = await openStore({ nowMs: 0 });
      store.commit(batches);
      assert.deepEqual(store.all('SELECT agent_name AS name FROM threads'), [{ name: 'Plan' }]);
      assert.deepEqual(store.all('SELECT DISTINCT agent_name AS name FROM usage_logs'), [{ name: 'Plan' }]);
      store.close();
    }
  });

  it('are no thread as long as no record of it was seen', async () => {
    const { store } = await openStore({ nowMs: 0 });
    store.commit([launch]);
    assert.deepEqual(sessionThreads(store, 'claude-code', 'session-1'), []);
    store.close();
  });
});
