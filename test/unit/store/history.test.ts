import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import { openStore } from '../../../src/store/openStore.ts';
import { packRequests } from '../../../src/store/packedRequests.ts';
import type { Store } from '../../../src/store/store.ts';
import { batch, inTempFolder, request } from './sampleRows.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 0, 1);
/** The middle of a day: what is taken out ends with the day before. */
const CUT_MS = Date.UTC(2026, 0, 11, 13);
const CUT_DAY_MS = Date.UTC(2026, 0, 11);

const SUMS = 'SELECT slot, session_id, model, turns, input_tokens, output_tokens FROM usage_slots ORDER BY 1, 2, 3';
const KINDS = 'SELECT session_id, day, shares FROM kind_days ORDER BY 1, 2';
const KEYS = 'SELECT request_key AS key, at_ms AS atMs FROM requests ORDER BY 1';

const at = (day: number, hour = 5): number => START_MS + day * DAY_MS + hour * 3_600_000;

/** Twenty days with two requests each: one in a session of that day, one in a session that lasts. */
const days = Array.from({ length: 20 }, (_, day) => [
  request(`own-${day}`, { sessionId: `day-${day}`, atMs: at(day), taskId: `task-${day}` }),
  request(`lasting-${day}`, { sessionId: 'lasting', atMs: at(day, 7) }),
]).flat();
const sessions = [...new Set(days.map(({ sessionId }) => sessionId))].map((sessionId) => ({
  sessionId,
  title: `Session ${sessionId}`,
  lastAtMs: Math.max(...days.filter((row) => row.sessionId === sessionId).map(({ atMs }) => atMs)),
}));

async function filled(file?: string): Promise<Store> {
  const { store } = await openStore({ path: file, nowMs: 0 });
  store.commit([batch({ sessions, requests: days })]);
  return store;
}

const later = (rows: { slot?: number; day?: number; atMs?: number }[]): unknown[] =>
  rows.filter(({ slot, day, atMs }) => (slot ?? 0) * 900_000 + (day ?? 0) * DAY_MS + (atMs ?? 0) >= CUT_DAY_MS);

describe('history that is taken out', () => {
  it('leaves everything else as it was, to the last sum', async () => {
    const store = await filled();
    const expected = [SUMS, KINDS, KEYS].map((sql) => later(store.all(sql)));
    const changedSlots = store.followSlots();
    changedSlots();
    assert.equal(store.countBefore(CUT_MS), 20);
    assert.equal(store.forgetBefore(CUT_MS), 20);
    assert.deepEqual(
      [SUMS, KINDS, KEYS].map((sql) => store.all(sql)),
      expected,
    );
    assert.deepEqual(store.check(), { problems: [], requests: 20 });
    assert.deepEqual(
      new Set(store.all<{ key: string }>('SELECT session_key AS key FROM sessions').map(({ key }) => key)),
      new Set(['lasting', ...Array.from({ length: 10 }, (_, n) => `day-${n + 10}`)]),
    );
    assert.equal(changedSlots(), undefined, 'who keeps the sums in memory reads them anew');
    store.close();
  });

  it('does not come back with its transcripts, packed or not, nor as a copy with a later time', async () => {
    const store = await filled();
    store.forgetBefore(CUT_MS);
    const kept = store.all(KEYS);
    store.commit([batch({ sessions, requests: days })]);
    store.commit([{ ...batch({}), packed: packRequests('claude-code', days) }]);
    const copy = request('own-3', { sessionId: 'fork', isCopy: true, atMs: at(15) });
    store.commit([batch({ requests: [copy] }, { path: '/transcripts/fork.jsonl' })]);
    store.commit([{ ...batch({}, { path: '/transcripts/fork.jsonl' }), packed: packRequests('claude-code', [copy]) }]);
    assert.deepEqual(store.all(KEYS), kept);
    assert.deepEqual(store.check(), { problems: [], requests: 20 });
    const other = request('own-3', { atMs: at(15) });
    store.commit([batch({ requests: [other] }, { agent: 'codex', path: '/transcripts/other.jsonl' })]);
    assert.equal(store.check().requests, 21, 'another agent may call its request the same');
    store.close();
  });

  it('is not taken out twice, nor less of it later', async () => {
    const store = await filled();
    assert.equal(store.forgetBefore(CUT_MS), 20);
    assert.equal(store.forgetBefore(CUT_MS), 0);
    assert.equal(store.forgetBefore(START_MS), 0);
    store.commit([batch({ requests: days })]);
    assert.equal(store.check().requests, 20);
    assert.equal(store.forgetBefore(CUT_MS + 2 * DAY_MS), 4);
    store.close();
  });

  it('comes back with its transcripts when that is wished', async () => {
    const store = await filled();
    const before = store.all(SUMS.replace('session_id', '0'));
    store.forgetBefore(CUT_MS);
    store.forgetNothing();
    store.commit([batch({ sessions, requests: days })]);
    assert.deepEqual(store.check(), { problems: [], requests: 40 });
    assert.deepEqual(store.all(SUMS.replace('session_id', '0')), before);
    store.close();
  });

  it('stays taken out when the store is opened again, and its space is given back', () =>
    inTempFolder(async (folder) => {
      const file = path.join(folder, 'usage.db');
      const store = await filled(file);
      store.forgetBefore(CUT_MS);
      assert.equal(store.isLoose(), false, 'a small file is not worth it');
      store.close();
      const again = await openStore({ path: file, nowMs: 0 });
      again.store.commit([batch({ sessions, requests: days })]);
      assert.deepEqual(again.store.check(), { problems: [], requests: 20 });
      again.store.close();
    }));

  it('is a part of the file that is worth giving back when it is large', () =>
    inTempFolder(async (folder) => {
      const { store } = await openStore({ path: path.join(folder, 'usage.db'), nowMs: 0 });
      const many = Array.from({ length: 20_000 }, (_, n) =>
        request(`many-${n}`, { atMs: at(Math.floor(n / 1000)), offset: n }),
      );
      store.commit([batch({ requests: many })]);
      const pages = (): number => (store.all('PRAGMA page_count') as { page_count: number }[])[0]?.page_count ?? 0;
      const before = pages();
      assert.equal(store.isLoose(), false);
      store.forgetBefore(at(19));
      assert.equal(store.isLoose(), true);
      store.compact();
      assert.equal(store.isLoose(), false);
      assert.ok(pages() < before / 2, `${pages()} of ${before} pages`);
      assert.deepEqual(store.check(), { problems: [], requests: 1_000 });
      store.close();
    })).timeout(60_000);

  it('leaves what a store has that never knew it, whatever is taken out and read again', async () => {
    const event = fc.record({ key: fc.nat(30), day: fc.nat(19), input: fc.nat(1000), isCopy: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 40 }), fc.nat(19), async (events, cutDay) => {
        // A request has one time and one usage wherever it stands; its copies come with any time of their own.
        const first = new Map(events.map((each) => [each.key, each]).reverse() as [number, (typeof events)[0]][]);
        const row = (each: (typeof events)[0]) => {
          const { day, input } = first.get(each.key) as typeof each;
          const usage = { input, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 1, reasoning: 0 };
          const isCopy = each !== first.get(each.key) && each.isCopy;
          const atMs = isCopy ? at(Math.max(day, each.day)) : at(day);
          return request(`r${each.key}`, { atMs, usage, isCopy, shares: [{ kind: 'user', usage }] });
        };
        const batches = events.map((each, n) =>
          batch({ requests: [row(each)] }, { path: `/transcripts/${row(each).isCopy ? `copy-${n}` : each.key}.jsonl` }),
        );
        const cutMs = at(cutDay, 0);
        const [cut, never] = [await openStore({ nowMs: 0 }), await openStore({ nowMs: 0 })];
        cut.store.commit(batches);
        cut.store.forgetBefore(cutMs);
        for (const each of batches) cut.store.commit([each]);
        const kept = events.flatMap((each, n) => {
          const { day } = first.get(each.key) as typeof each;
          return at(day) < cutMs ? [] : (batches[n] ?? []);
        });
        never.store.commit(kept);
        assert.deepEqual(cut.store.all(KEYS), never.store.all(KEYS));
        const plain = SUMS.replace('session_id, ', '');
        assert.deepEqual(cut.store.all(plain), never.store.all(plain));
        assert.deepEqual(cut.store.check().problems, []);
        cut.store.close();
        never.store.close();
      }),
      { numRuns: 30 },
    );
  }).timeout(60_000);
});
