import assert from 'node:assert/strict';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Connection } from '../../../src/store/connection.ts';
import { type ForeignDatabases, foreignDatabases } from '../../../src/store/foreignDatabase.ts';
import { loadSqlite } from '../../../src/store/sqlite.ts';

describe('databases of other programs', () => {
  let folder: string;
  let copies: string;
  let databases: ForeignDatabases;
  const writers: Connection[] = [];

  /** A program that keeps the database open, with a write-ahead log that it moves into the file when told to. */
  const writer = async (name = 'agent.db', journal = 'WAL'): Promise<Connection> => {
    const connection = (await loadSqlite()).open(path.join(folder, name));
    connection.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = ${journal}; PRAGMA wal_autocheckpoint = 0`);
    connection.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, b BLOB)');
    writers.push(connection);
    return connection;
  };
  const file = (name = 'agent.db'): string => path.join(folder, name);
  const count = (name?: string): number | string => {
    const { database, trouble } = databases.open(file(name));
    return database ? (database.all<{ n: number }>('SELECT count(*) AS n FROM t')[0]?.n ?? -1) : trouble;
  };
  /** Bytes and names of everything beside the database. */
  const picture = (): string[] =>
    readdirSync(folder)
      .sort()
      .map((name) => `${name} ${readFileSync(path.join(folder, name)).toString('base64')}`);

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'atm-foreign-'));
    copies = mkdtempSync(path.join(tmpdir(), 'atm-copies-'));
    databases = await foreignDatabases({ folder: copies });
  });
  afterEach(() => {
    databases.dispose();
    for (const connection of writers.splice(0)) connection.close();
    for (const each of [folder, copies]) rmSync(each, { recursive: true, force: true });
  });

  it('sees what a living writer has only in its write-ahead log, and leaves its files as they are', async () => {
    const agent = await writer();
    agent.exec("INSERT INTO t (v) VALUES ('a'), ('b')");
    const before = picture();
    assert.equal(count(), 2);
    agent.exec("INSERT INTO t (v) VALUES ('c')");
    assert.notDeepEqual(picture(), before);
    const grown = picture();
    assert.equal(count(), 3);
    assert.deepEqual(picture(), grown);
    agent.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    assert.equal(count(), 3);
    agent.exec("INSERT INTO t (v) VALUES ('d')");
    assert.equal(count(), 4);
  });

  it('does not see a transaction that is not committed', async () => {
    const agent = await writer();
    agent.exec("PRAGMA cache_size = 1; INSERT INTO t (v) VALUES ('a')");
    agent.exec('BEGIN');
    for (let n = 0; n < 200; n++) agent.run('INSERT INTO t (v) VALUES (?)', ['x'.repeat(5000)]);
    assert.equal(count(), 1);
    agent.exec('COMMIT');
    assert.equal(count(), 201);
  });

  it('gives the same picture while nothing changes, without a look into the file', async () => {
    const agent = await writer();
    agent.exec("INSERT INTO t (v) VALUES ('a')");
    const first = databases.open(file()).database;
    assert.equal(databases.open(file()).database, first);
    agent.exec("INSERT INTO t (v) VALUES ('b')");
    const second = databases.open(file()).database;
    assert.notEqual(second, first);
    assert.equal(first?.isClosed, true);
    assert.throws(() => first?.all('SELECT 1'), /closed/);
    assert.equal(count(), 2);
  });

  it('copies only the log again when only the log grew', async () => {
    const agent = await writer();
    agent.run('INSERT INTO t (v) VALUES (?)', ['x'.repeat(100_000)]);
    agent.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    assert.equal(count(), 1);
    const [place] = readdirSync(copies);
    const copy = path.join(copies, place ?? '', '1.db');
    const copied = statSync(copy, { bigint: true }).mtimeNs;
    agent.exec("INSERT INTO t (v) VALUES ('b')");
    assert.equal(count(), 2);
    assert.equal(statSync(copy, { bigint: true }).mtimeNs, copied);
  });

  it('keeps copies where only this user can read them, no more than allowed, and none in the end', async () => {
    for (const name of ['a.db', 'b.db', 'c.db']) {
      await writer(name);
      assert.equal(count(name), 0);
    }
    const [place = ''] = readdirSync(copies);
    assert.equal(readdirSync(path.join(copies, place)).filter((name) => name.endsWith('.db')).length, 2);
    if (process.platform !== 'win32') assert.equal(statSync(path.join(copies, place)).mode & 0o777, 0o700);
    databases.dispose();
    assert.deepEqual(readdirSync(copies), []);
    assert.equal(count('a.db'), 0);
  });

  it('clears what a process that was killed has left, and copes with a cleaner', async () => {
    const left = path.join(copies, 'agent-token-meter-999999999-abcdef');
    mkdirSync(left);
    await writer();
    assert.equal(count(), 0);
    assert.equal(existsSync(left), false);
    for (const name of readdirSync(copies)) rmSync(path.join(copies, name), { recursive: true });
    writers[0]?.exec("INSERT INTO t (v) VALUES ('a')");
    assert.equal(count(), 1);
  });

  it('reads a database without write-ahead log, but not in the middle of a transaction', async () => {
    const agent = await writer('plain.db', 'DELETE');
    agent.exec("INSERT INTO t (v) VALUES ('a')");
    assert.equal(count('plain.db'), 1);
    agent.exec("PRAGMA cache_size = 1; BEGIN; INSERT INTO t (v) VALUES ('b')");
    for (let n = 0; n < 200; n++) agent.run('INSERT INTO t (v) VALUES (?)', ['x'.repeat(5000)]);
    assert.equal(count('plain.db'), 'WRITING');
    agent.exec('ROLLBACK');
    assert.equal(count('plain.db'), 1);
  });

  const damages: Record<string, { damage(): void; expected: (number | string)[] }> = {
    'that is gone': { damage: () => rmSync(file()), expected: ['GONE'] },
    'that is a folder': {
      damage: () => {
        rmSync(file());
        mkdirSync(file());
      },
      expected: ['GONE'],
    },
    'that is no database': { damage: () => writeFileSync(file(), 'no database '.repeat(1000)), expected: ['DAMAGED'] },
    'that was cut': { damage: () => truncateSync(file(), 3 * 4096), expected: ['DAMAGED'] },
    'that was copied without its end': {
      damage: () => {
        copyFileSync(file(), file('half'));
        truncateSync(file('half'), statSync(file()).size / 2);
        renameSync(file('half'), file());
      },
      expected: ['DAMAGED'],
    },
    'with rubbish for a log': {
      damage: () => writeFileSync(file('agent.db-wal'), 'rubbish '.repeat(9000)),
      expected: [50],
    },
    'with an empty log': { damage: () => writeFileSync(file('agent.db-wal'), ''), expected: [50] },
  };
  for (const [name, { damage, expected }] of Object.entries(damages)) {
    it(`never throws at one ${name}`, async () => {
      const agent = await writer();
      for (let n = 0; n < 50; n++) agent.run('INSERT INTO t (v) VALUES (?)', ['x'.repeat(2000)]);
      writers.pop()?.close();
      assert.equal(count(), 50);
      damage();
      const found = count();
      assert.ok(expected.includes(found), `${found}`);
    });
  }

  it('reads a log that ends in the middle of a transaction up to the one before', async () => {
    const agent = await writer();
    for (let n = 0; n < 5; n++) agent.run('INSERT INTO t (v) VALUES (?)', ['x'.repeat(20_000)]);
    for (const suffix of ['', '-wal']) copyFileSync(file() + suffix, file('cut.db') + suffix);
    truncateSync(file('cut.db-wal'), statSync(file('cut.db-wal')).size - 5000);
    assert.equal(count('cut.db'), 4);
  });

  it('remembers that a picture failed in use, and does not build on it', async () => {
    const agent = await writer();
    for (let n = 0; n < 200; n++) agent.run('INSERT INTO t (v) VALUES (?)', ['x'.repeat(2000)]);
    writers.pop()?.close();
    const whole = readFileSync(file());
    const bytes = Buffer.from(whole);
    bytes.fill(0xff, 4096 * 20, 4096 * 60);
    writeFileSync(file(), bytes);
    utimesSync(file(), 1000, 1000);
    const { database } = databases.open(file());
    assert.throws(() => database?.all('SELECT sum(length(v)) FROM t'));
    assert.equal(database?.failure, 'DAMAGED');
    writeFileSync(file(), whole);
    utimesSync(file(), 1000, 1000);
    assert.equal(count(), 200);
  });

  it('throws at another schema, which is no failure of the picture', async () => {
    await writer();
    const { database } = databases.open(file());
    assert.throws(() => database?.all('SELECT missing FROM t'), /no such column/);
    assert.throws(() => database?.all('SELECT 1 FROM missing'), /no such table/);
    assert.equal(database?.failure, undefined);
  });

  it('can neither write nor be written to', async () => {
    const agent = await writer();
    agent.exec("INSERT INTO t (v) VALUES ('a')");
    const { database } = databases.open(file());
    assert.throws(() => database?.all("INSERT INTO t (v) VALUES ('b') RETURNING id"));
    assert.equal(count(), 1);
  });

  it('gives texts whole, blobs only as texts, values by name', async () => {
    const agent = await writer();
    agent.exec(`INSERT INTO t (v, b) VALUES ('grün ☂', CAST('{"a":1}' AS BLOB))`);
    const { database } = databases.open(file());
    assert.deepEqual(database?.all('SELECT v, b, CAST(b AS TEXT) AS text FROM t WHERE id = :id', { ':id': 1 }), [
      { v: 'grün ☂', b: null, text: '{"a":1}' },
    ]);
  });
});
