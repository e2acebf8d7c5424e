import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readSchema } from '../../../src/store/assets.ts';
import type { Connection } from '../../../src/store/connection.ts';
import { MIGRATIONS, SCHEMA_VERSION } from '../../../src/store/migrations.ts';
import { openStore } from '../../../src/store/openStore.ts';
import { NewerStoreError, prepareSchema } from '../../../src/store/prepareSchema.ts';
import { loadSqlite } from '../../../src/store/sqlite.ts';
import { batch, inTempFolder, request } from './sampleRows.ts';

const schemaOf = (connection: Connection): unknown =>
  connection.all(
    `SELECT type, name, tbl_name AS "table", sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name`,
  );

const version = (connection: Connection): unknown => connection.first('PRAGMA user_version')?.[0];

async function inMemory(): Promise<Connection> {
  return (await loadSqlite()).open();
}

describe('migrations', () => {
  it('make a new store of the newest version', async () => {
    const connection = await inMemory();
    prepareSchema(connection, { schema: readSchema });
    assert.equal(version(connection), SCHEMA_VERSION);
    assert.equal(SCHEMA_VERSION, MIGRATIONS.length + 1);
    connection.close();
  });

  it('lead from every older version to the schema of a new store, and keep its rows', async () => {
    const schemas = [
      'CREATE TABLE t (a);',
      'CREATE TABLE t (a, b);',
      'CREATE TABLE t (a, b);\nCREATE INDEX t_by_b ON t (b);',
    ];
    const migrations = ['ALTER TABLE t ADD COLUMN b;', 'CREATE INDEX t_by_b ON t (b);'];
    for (const [index, schema] of schemas.entries()) {
      const old = await inMemory();
      prepareSchema(old, { schema: () => schema, migrations: migrations.slice(0, index) });
      old.exec('INSERT INTO t (a) VALUES (1)');
      const backedUp: number[] = [];
      prepareSchema(old, { schema: () => '', migrations, beforeMigration: (from) => backedUp.push(from) });
      const fresh = await inMemory();
      prepareSchema(fresh, { schema: () => schemas.at(-1) as string, migrations });
      assert.deepEqual(schemaOf(old), schemaOf(fresh));
      assert.equal(version(old), 3);
      assert.deepEqual(old.all('SELECT a, b FROM t'), [{ a: 1, b: null }]);
      assert.deepEqual(backedUp, index < 2 ? [index + 1] : []);
      old.close();
      fresh.close();
    }
  });

  it('change nothing when one of them fails', async () => {
    const connection = await inMemory();
    prepareSchema(connection, { schema: () => 'CREATE TABLE t (a);', migrations: [] });
    const before = schemaOf(connection);
    assert.throws(() =>
      prepareSchema(connection, {
        schema: () => '',
        migrations: ['CREATE TABLE u (a);', 'ALTER TABLE missing ADD COLUMN b;'],
      }),
    );
    assert.deepEqual(schemaOf(connection), before);
    assert.equal(version(connection), 1);
    connection.close();
  });

  it('refuse a store of a newer version', async () => {
    const connection = await inMemory();
    connection.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
    assert.throws(() => prepareSchema(connection, { schema: () => 'CREATE TABLE t (a);' }), NewerStoreError);
    assert.deepEqual(schemaOf(connection), []);
    connection.close();
  });

  it('bring the file of the version before up to date, and keep it as it was beside the new one', () =>
    inTempFolder(async (folder) => {
      const file = path.join(folder, 'usage.db');
      const { store } = await openStore({ path: file, nowMs: 0 });
      store.commit([batch({ requests: [request('a'), request('b', { offset: 9 })] })]);
      store.close();
      // As if the present version were the one before.
      const migrations = [...MIGRATIONS, 'ALTER TABLE sessions ADD COLUMN mood TEXT;'];
      const next = await openStore({ path: file, nowMs: 0, migrations });
      assert.equal(next.trouble, undefined);
      assert.deepEqual(next.store.all('PRAGMA user_version'), [{ user_version: SCHEMA_VERSION + 1 }]);
      assert.deepEqual(next.store.all('SELECT DISTINCT mood FROM sessions'), [{ mood: null }]);
      assert.deepEqual(next.store.check(), { problems: [], requests: 2 });
      next.store.commit([batch({ requests: [request('c', { offset: 20 })] })]);
      next.store.close();
      const backup = await openStore({ path: `${file}.v${SCHEMA_VERSION}`, nowMs: 0 });
      assert.equal(backup.trouble, undefined);
      assert.deepEqual(backup.store.all('PRAGMA user_version'), [{ user_version: SCHEMA_VERSION }]);
      assert.deepEqual(backup.store.check(), { problems: [], requests: 2 });
      backup.store.close();
      // The version before does not touch what the next one made, and says why.
      const before = readFileSync(file);
      const old = await openStore({ path: file, nowMs: 0 });
      assert.deepEqual(old.trouble, { kind: 'newer', path: file, version: SCHEMA_VERSION + 1 });
      old.store.commit([batch({ requests: [request('d')] })]);
      old.store.close();
      assert.deepEqual(readFileSync(file), before);
    }));

  it('leave the file as it was when one of them fails, and say that it cannot be used', () =>
    inTempFolder(async (folder) => {
      const file = path.join(folder, 'usage.db');
      const { store } = await openStore({ path: file, nowMs: 0 });
      store.commit([batch({ requests: [request('a')] })]);
      store.close();
      const migrations = [...MIGRATIONS, 'CREATE TABLE u (a);\nALTER TABLE missing ADD COLUMN b;'];
      const failed = await openStore({ path: file, nowMs: 0, migrations });
      assert.equal(failed.trouble?.kind, 'unusable');
      failed.store.close();
      const again = await openStore({ path: file, nowMs: 0 });
      assert.equal(again.trouble, undefined);
      assert.deepEqual(again.store.check(), { problems: [], requests: 1 });
      assert.deepEqual(again.store.all("SELECT name FROM sqlite_schema WHERE name = 'u'"), []);
      again.store.close();
    }));
});
