import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { SqliteError } from '../../../src/store/connection.ts';
import { openStore } from '../../../src/store/openStore.ts';
import { batch, inTempFolder, request } from './sampleRows.ts';
import { sizedDisk } from './sizedDisk.ts';

const PER_COMMIT = 40;
const COMMITS = 30;

const part = (n: number) =>
  batch({
    requests: Array.from({ length: PER_COMMIT }, (_, k) =>
      request(`r${n}-${k}`, { atMs: n * 60_000 + k, offset: n * 1000 + k }),
    ),
  });

describe('a disk that is full', function () {
  this.timeout(60_000);

  for (const limit of [150_000, 200_000, 250_000, 400_000]) {
    it(`at ${limit} bytes: what was committed is kept, what was not is stored when there is space`, () =>
      inTempFolder(async (folder) => {
        const disk = sizedDisk(folder);
        try {
          const file = path.join(folder, 'usage.db');
          const { store, trouble } = await openStore({ path: file, nowMs: 0 });
          assert.equal(trouble, undefined);
          disk.limit(
            fs.readdirSync(folder).reduce((sum, name) => sum + fs.statSync(path.join(folder, name)).size, limit),
          );
          const refused: number[] = [];
          for (let n = 0; n < COMMITS; n++) {
            try {
              store.commit([part(n)]);
            } catch (error) {
              assert.ok(error instanceof SqliteError && [10, 13].includes(error.code), String(error));
              refused.push(n);
            }
          }
          assert.ok(refused.length > 0 && refused.length < COMMITS, `${refused.length} of ${COMMITS} refused`);
          const kept = PER_COMMIT * (COMMITS - refused.length);
          assert.deepEqual(store.check(), { problems: [], requests: kept });
          disk.limit(Number.POSITIVE_INFINITY);
          for (const n of refused.splice(0, refused.length / 2)) store.commit([part(n)]);
          disk.limit(0);
          store.close();
          const again = await openStore({ path: file, nowMs: 0 });
          disk.limit(Number.POSITIVE_INFINITY);
          assert.equal(again.trouble, undefined);
          for (let n = 0; n < COMMITS; n++) again.store.commit([part(n)]);
          assert.deepEqual(again.store.check(), { problems: [], requests: PER_COMMIT * COMMITS });
          again.store.close();
        } finally {
          disk.remove();
        }
      }));
  }

  it('keeps a store from being compacted, and nothing else', () =>
    inTempFolder(async (folder) => {
      const disk = sizedDisk(folder);
      try {
        const { store } = await openStore({ path: path.join(folder, 'usage.db'), nowMs: 0 });
        for (let n = 0; n < COMMITS; n++) store.commit([part(n)]);
        disk.limit(0);
        assert.throws(() => store.compact(), SqliteError);
        disk.limit(Number.POSITIVE_INFINITY);
        assert.deepEqual(store.check(), { problems: [], requests: PER_COMMIT * COMMITS });
        store.compact();
        assert.deepEqual(store.check(), { problems: [], requests: PER_COMMIT * COMMITS });
        store.close();
      } finally {
        disk.remove();
      }
    }));

  it('keeps a store from being migrated: it stays as it was, and that is told', () =>
    inTempFolder(async (folder) => {
      const disk = sizedDisk(folder);
      try {
        const file = path.join(folder, 'usage.db');
        const { store } = await openStore({ path: file, nowMs: 0 });
        store.commit([part(0)]);
        store.close();
        const before = fs.readFileSync(file);
        const migrations = ['CREATE TABLE grown AS SELECT * FROM requests', 'CREATE INDEX grown_by ON grown (at_ms)'];
        disk.limit(0);
        const { trouble, store: inMemory } = await openStore({ path: file, nowMs: 0, migrations });
        disk.limit(Number.POSITIVE_INFINITY);
        assert.deepEqual(trouble, { kind: 'unusable', path: file, code: 'database or disk is full' });
        inMemory.close();
        assert.deepEqual(fs.readFileSync(file), before);
        const again = await openStore({ path: file, nowMs: 0, migrations });
        assert.equal(again.trouble, undefined);
        assert.equal(again.store.all('SELECT * FROM grown').length, PER_COMMIT);
        assert.deepEqual(again.store.check(), { problems: [], requests: PER_COMMIT });
        again.store.close();
      } finally {
        disk.remove();
      }
    }));
});

/** A disk on which nothing in a folder can be opened to be written. */
function readOnlyDisk(folder: string): { remove(): void } {
  const { openSync, writeFileSync } = fs;
  const refuse = (file: unknown): void => {
    if (path.dirname(String(file)) === folder)
      throw Object.assign(new Error('EROFS: read-only file system, open'), { code: 'EROFS' });
  };
  fs.openSync = ((file: string, flags: string | number = 'r', ...rest: unknown[]) => {
    const writes =
      typeof flags === 'number' ? (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR)) !== 0 : flags !== 'r';
    if (writes) refuse(file);
    return (openSync as (...all: unknown[]) => number)(file, flags, ...rest);
  }) as typeof fs.openSync;
  fs.writeFileSync = ((file: string, ...rest: [string]) => {
    refuse(file);
    writeFileSync(file, ...rest);
  }) as typeof fs.writeFileSync;
  return { remove: () => Object.assign(fs, { openSync, writeFileSync }) };
}

describe('a disk that is read-only', () => {
  it('keeps the store as it is; what is counted is in memory, and that is told', () =>
    inTempFolder(async (folder) => {
      const file = path.join(folder, 'usage.db');
      const first = await openStore({ path: file, nowMs: 0 });
      first.store.commit([part(0)]);
      first.store.close();
      const before = fs.readFileSync(file);
      const disk = readOnlyDisk(folder);
      try {
        const { store, trouble } = await openStore({ path: file, nowMs: 0 });
        assert.equal(trouble?.kind, 'unusable');
        store.commit([part(1)]);
        assert.deepEqual(store.check(), { problems: [], requests: PER_COMMIT });
        store.close();
      } finally {
        disk.remove();
      }
      assert.deepEqual(fs.readFileSync(file), before);
      const again = await openStore({ path: file, nowMs: 0 });
      assert.equal(again.trouble, undefined);
      assert.deepEqual(again.store.check(), { problems: [], requests: PER_COMMIT });
      again.store.close();
    }));
});
