import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openStore } from '../../../src/store/openStore.ts';
import { prepareReplacement } from '../../../src/store/replaceStore.ts';
import { loadSqlite } from '../../../src/store/sqlite.ts';
import type { Store } from '../../../src/store/store.ts';
import { backupTrouble, restoreBackup } from '../../../src/store/storeFiles.ts';
import { batch, inTempFolder, request } from './sampleRows.ts';

const NOW_MS = Date.UTC(2026, 10, 1, 12);
const TABLES = ['callers', 'requests', 'caller_slots', 'kind_days', 'sightings', 'reply_sizes', 'cursors'];

const dump = (store: Store): unknown =>
  Object.fromEntries(TABLES.map((table) => [table, store.all(`SELECT * FROM ${table} ORDER BY 1, 2`)]));

/** Opens and closes a store. */
async function requestsIn(file: string) {
  const { store, trouble } = await openStore({ path: file, nowMs: NOW_MS });
  const { requests } = store.check();
  store.close();
  return { requests, trouble };
}

const one = batch({ requests: [request('a', { taskId: 't' }), request('b', { offset: 9, replyChars: 50 })] });
const two = batch(
  { requests: [request('b', { sessionId: 's2', isCopy: true }), request('c', { taskId: 't', atMs: 5_000_000_000 })] },
  { path: '/transcripts/two.jsonl' },
);

async function sample(): Promise<Store> {
  const { store } = await openStore({ nowMs: NOW_MS });
  store.commit([one]);
  store.commit([two]);
  return store;
}

describe('care of the store', function () {
  this.timeout(60_000);

  it('finds nothing wrong with what was stored', async () => {
    const store = await sample();
    assert.deepEqual(store.check(), { problems: [], requests: 3 });
    store.close();
  });

  const mistakes: [sql: string, problem: RegExp][] = [
    ['UPDATE caller_slots SET input_tokens = input_tokens + 1 WHERE turns > 0', /quarter hours/],
    ['DELETE FROM caller_slots', /quarter hours/],
    ["UPDATE kind_days SET shares = '[]'", /sums of days/],
    ['DELETE FROM kind_days', /sums of days/],
    ['UPDATE requests SET shares = \'[["read",1]]\' WHERE id = 1', /owners of 1 requests/],
    ['DELETE FROM callers', /refer to rows/],
  ];
  for (const [sql, problem] of mistakes) {
    it(`finds a mistake: ${sql}`, async () => {
      const store = await sample();
      store.all(sql);
      assert.match(store.check().problems.join('\n'), problem);
      store.close();
    });
  }

  it('forgets what files told, and has it again when they are read again', async () => {
    const store = await sample();
    const before = dump(store);
    store.forget([{ agent: 'claude-code', path: '/transcripts/one.jsonl' }]);
    assert.deepEqual(store.all('SELECT request_key AS key, starts_task AS starts FROM requests'), [
      { key: 'c', starts: 1 },
    ]);
    assert.deepEqual(store.check().problems, []);
    store.commit([one]);
    store.commit([two]);
    assert.deepEqual(store.check(), { problems: [], requests: 3 });
    const facts = 'SELECT request_key AS key, starts_task AS starts, output_tokens AS output FROM requests ORDER BY 1';
    assert.deepEqual(store.all(facts), [
      { key: 'a', starts: 0, output: 20 },
      { key: 'b', starts: 0, output: 20 },
      { key: 'c', starts: 1, output: 20 },
    ]);
    assert.deepEqual(
      (dump(store) as { sightings: unknown[] }).sightings.length,
      (before as { sightings: unknown[] }).sightings.length,
    );
    store.close();
  });

  it('keeps what files told that are not named', async () => {
    const store = await sample();
    const before = dump(store);
    store.forget([{ agent: 'codex', path: '/transcripts/one.jsonl' }]);
    assert.deepEqual(dump(store), before);
    store.close();
  });

  it('backs up, compacts and restores', () =>
    inTempFolder(async (folder) => {
      const file = path.join(folder, 'usage.db');
      const backup = path.join(folder, 'kept', 'backup.db');
      const { store } = await openStore({ path: file, nowMs: NOW_MS });
      store.commit([one]);
      store.backUp(backup);
      assert.throws(() => store.backUp(backup), { code: 'EEXIST' });
      store.commit([two]);
      store.compact();
      assert.deepEqual(store.check(), { problems: [], requests: 3 });
      store.close();
      assert.equal(await backupTrouble(backup), undefined);
      assert.equal(restoreBackup(backup, file, NOW_MS), `${file}.replaced-20261101T120000Z`);
      const restored = await openStore({ path: file, nowMs: NOW_MS });
      assert.equal(restored.trouble, undefined);
      assert.equal(restored.store.check().requests, 2);
      restored.store.close();
    }));

  it('opens the backup that was prepared for it, wherever a process ended in between', () =>
    inTempFolder(async (folder) => {
      const file = path.join(folder, 'usage.db');
      const backup = path.join(folder, 'backup.db');
      const { store } = await openStore({ path: file, nowMs: NOW_MS });
      store.commit([one]);
      store.backUp(backup);
      store.commit([two]);
      store.close();
      const keptAs = prepareReplacement(backup, file, NOW_MS);
      assert.equal(keptAs, `${file}.replaced-20261101T120000Z`);
      assert.ok(!existsSync(keptAs ?? ''), 'nothing is moved before the store is opened again');
      // The process that had it open ended in the middle: its log was moved, the store itself not yet.
      writeFileSync(`${keptAs}-wal`, '');
      assert.deepEqual(await requestsIn(file), { requests: 2, trouble: undefined });
      rmSync(`${keptAs}-wal`, { force: true });
      assert.deepEqual(await requestsIn(keptAs ?? ''), { requests: 3, trouble: undefined });
      assert.deepEqual(await requestsIn(file), { requests: 2, trouble: undefined }, 'once only');
      // It ended when the store was away and the backup not yet there.
      prepareReplacement(backup, file, NOW_MS + 60_000);
      renameSync(file, `${file}.replaced-20261101T120100Z`);
      assert.deepEqual(await requestsIn(file), { requests: 2, trouble: undefined });
      // What was only half copied counts for nothing; of two that were prepared the last one counts.
      writeFileSync(`${file}.next-for-replaced-20261101T130000Z.part`, 'half');
      prepareReplacement(keptAs ?? '', file, NOW_MS + 120_000);
      prepareReplacement(backup, file, NOW_MS + 180_000);
      assert.deepEqual(await requestsIn(file), { requests: 2, trouble: undefined });
    }));

  it('tells why a file is no backup', () =>
    inTempFolder(async (folder) => {
      const missing = path.join(folder, 'missing.db');
      assert.deepEqual(await backupTrouble(missing), { kind: 'missing' });
      assert.ok(!existsSync(missing));
      const text = path.join(folder, 'text.db');
      writeFileSync(text, 'no database '.repeat(1000));
      assert.equal((await backupTrouble(text))?.kind, 'unreadable');
      const newer = path.join(folder, 'newer.db');
      const { store } = await openStore({ path: newer, nowMs: NOW_MS });
      store.all('PRAGMA user_version = 99');
      store.close();
      assert.deepEqual(await backupTrouble(newer), { kind: 'newer' });
      const foreign = path.join(folder, 'foreign.db');
      const connection = (await loadSqlite()).open(foreign);
      connection.exec('CREATE TABLE t (a); PRAGMA user_version = 1');
      connection.close();
      assert.deepEqual(await backupTrouble(foreign), { kind: 'foreign' });
      const damaged = path.join(folder, 'damaged.db');
      const filled = await openStore({ path: damaged, nowMs: NOW_MS });
      for (let n = 0; n < 40; n++)
        filled.store.commit([batch({ requests: Array.from({ length: 20 }, (_, k) => request(`r${n}-${k}`)) })]);
      filled.store.close();
      const bytes = readFileSync(damaged);
      writeFileSync(damaged, bytes.fill(0x5a, bytes.length - 6 * 8192));
      assert.equal((await backupTrouble(damaged))?.kind, 'damaged');
    }));

  it('looks closely at a file in which damage was found, and sets it aside', () =>
    inTempFolder(async (folder) => {
      const file = path.join(folder, 'usage.db');
      const first = await openStore({ path: file, nowMs: NOW_MS });
      for (let n = 0; n < 40; n++)
        first.store.commit([batch({ requests: Array.from({ length: 20 }, (_, k) => request(`r${n}-${k}`)) })]);
      first.store.close();
      // Pages at the end: those that are read when the file is opened are whole.
      const bytes = readFileSync(file);
      bytes.fill(0x5a, bytes.length - 6 * 8192);
      writeFileSync(file, bytes);
      let damages = 0;
      const second = await openStore({ path: file, nowMs: NOW_MS, onDamage: () => damages++ });
      assert.equal(second.trouble, undefined);
      assert.throws(() => second.store.all('SELECT sum(output_tokens), max(shares) FROM requests'), /malformed/);
      second.store.close();
      assert.ok(damages > 0);
      const third = await openStore({ path: file, nowMs: NOW_MS });
      assert.equal(third.trouble?.kind, 'corrupt');
      third.store.commit([one]);
      assert.equal(third.store.check().requests, 2);
      third.store.close();
      assert.ok(!readdirSync(folder).includes('usage.db.suspect'));
    }));
});
