import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Disk } from '../../../src/agents/agent.ts';
import type { Fields } from '../../../src/agents/fields.ts';
import { kiloCodeDatabase, openCodeDatabase, openCodeFiles } from '../../../src/agents/openCode.ts';
import { messageReadings } from '../../../src/agents/openCodeMessages.ts';
import { loadSqlite } from '../../../src/store/sqlite.ts';
import type { LookupPlace } from '../../../src/transcripts/root.ts';
import { openDatabases } from './fixtureHome.ts';
import './readHome.ts';

describe('where opencode keeps its sessions', () => {
  const home = join('/', 'home', 'dev');
  const cases: [name: string, extra: Partial<LookupPlace>, folder: string][] = [
    ['by default', {}, '/home/dev/.local/share/opencode'],
    ['on Windows', { platform: 'win32' }, '/home/dev/.local/share/opencode'],
    ['with a data home', { env: { XDG_DATA_HOME: '/data' } }, '/data/opencode'],
    ['as set', { configured: ['~/oc'] }, '/home/dev/oc'],
    ['as set to the storage', { configured: ['/x/oc/storage/session/'] }, '/x/oc'],
    ['as set to the database', { configured: ['/x/oc/opencode-dev.db'] }, '/x/oc'],
  ];
  for (const [name, extra, folder] of cases) {
    it(name, () => {
      const place: LookupPlace = { home, env: {}, platform: 'linux', ...extra };
      const told = (roots: { path: string; depth?: number }[]) =>
        roots.map((root) => [root.path.replaceAll('\\', '/'), root.depth]);
      assert.deepEqual(told(openCodeDatabase.roots(place)), [[folder, 0]]);
      assert.deepEqual(told(openCodeFiles.roots(place)), [
        [`${folder}/storage/session`, 1],
        [`${folder}/project`, 4],
      ]);
    });
  }

  const paths: [path: string, database: boolean, files: boolean, kilo: boolean][] = [
    ['opencode.db', true, false, false],
    ['opencode-dev.db', true, false, false],
    ['opencode.db-wal', false, false, false],
    ['kilo.db', false, false, true],
    ['auth.json', false, false, false],
    ['p1/ses_1.json', false, true, false],
    ['slug/storage/session/info/ses_1.json', false, true, false],
    ['slug/storage/session/message/ses_1/msg_1.json', false, false, false],
  ];
  for (const [path, ...expected] of paths) {
    it(`tells whose ${path} is`, () =>
      assert.deepEqual(
        [openCodeDatabase, openCodeFiles, kiloCodeDatabase].map((agent) => agent.isTranscript(path)),
        expected,
      ));
  }
});

describe('calls of one opencode message', () => {
  const tokens = (input: number) => ({ input, output: 10, cache: { read: 0, write: 0 } });
  const finish = (input: number): Fields => ({ type: 'step-finish', tokens: tokens(input) });
  const idsOf = (stated: number, parts: Fields[]) =>
    messageReadings(
      { sessionId: 's', thread: 'main', agentName: 'main' },
      {
        id: 'm',
        offset: 0,
        parts,
        data: { role: 'assistant', time: { created: 5 }, providerID: 'p', modelID: 'x', tokens: tokens(stated) },
      },
    ).flatMap(({ events }) => events.flatMap((event) => (event.type === 'request' ? [event.requestId] : [])));

  it('have ids of their own, also those that cost the same', () =>
    assert.deepEqual(idsOf(100, [finish(100), finish(200), finish(100)]), [
      '5.0 x 100/0/0/10',
      '5.0 x 200/0/0/10',
      '5.1 x 100/0/0/10',
    ]));
  it('keep their ids when parts before them are gone', () => {
    const all = idsOf(300, [finish(100), finish(200), finish(300)]);
    for (const left of [[], [finish(100)], [finish(200), finish(300)]]) {
      const ids = idsOf(300, left);
      assert.ok(ids.length > 0 && ids.every((id) => all.includes(id)), ids.join());
    }
  });
});

describe("changes in opencode's database", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'opencode-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('names the sessions whose rows changed, and no others', async () => {
    const path = join(folder, 'opencode.db');
    const connection = (await loadSqlite()).open(path);
    const write = (sql: string) => {
      connection.exec(sql);
      return openDatabases().open(path).database;
    };
    const first = write(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF;
      CREATE TABLE session (id TEXT, parent_id TEXT, time_created INT, time_updated INT);
      CREATE TABLE message (id TEXT, session_id TEXT, time_created INT, time_updated INT, data TEXT);
      CREATE TABLE part (id TEXT, message_id TEXT, session_id TEXT, time_created INT, time_updated INT, data TEXT);
      INSERT INTO session VALUES ('a', NULL, 1, 1), ('b', NULL, 2, 2), ('c', NULL, 3, 3);
      INSERT INTO message VALUES ('m', 'a', 1, 1, '{"time":{"created":5}}');`);
    assert.ok(first);
    const all = openCodeDatabase.changes(first, undefined);
    assert.deepEqual(all?.sessions, ['c', 'b', 'a'], 'the newest first');
    assert.deepEqual(openCodeDatabase.changes(first, all?.seen)?.sessions, []);

    // Rewritten in place within the same millisecond: only the size tells.
    const rewritten = write(
      `UPDATE message SET data = '{"time":{"created":50}}'; UPDATE session SET time_updated = 9 WHERE id = 'b';`,
    );
    assert.ok(rewritten);
    const changed = openCodeDatabase.changes(rewritten, all?.seen);
    assert.deepEqual(changed?.sessions, ['b', 'a']);
    assert.deepEqual(openCodeDatabase.changes(rewritten, JSON.parse(JSON.stringify(changed?.seen)))?.sessions, []);
    connection.close();
  });

  it('cannot be told of a schema that is not known', async () => {
    const path = join(folder, 'opencode.db');
    const connection = (await loadSqlite()).open(path);
    connection.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; CREATE TABLE other (id TEXT)');
    connection.close();
    const { database } = openDatabases().open(path);
    assert.ok(database);
    assert.equal(openCodeDatabase.changes(database, undefined), undefined);
    const readings = openCodeDatabase.readSession(database, 'a', { path, relativePath: 'opencode.db', root: folder });
    assert.deepEqual(
      readings.map((reading) => reading.outcome),
      ['rejected'],
    );
  });
});

describe("opencode's files caught while they are written", () => {
  const file = { path: '/s/storage/session/p/ses_1.json', relativePath: 'p/ses_1.json', root: '/s/storage/session' };
  const read = (text: string | undefined) => {
    const disk: Disk = {
      read: (path) => (path === file.path && text !== undefined ? Buffer.from(text) : undefined),
      list: () => [],
      database: () => undefined,
    };
    return openCodeFiles.read(file, disk)?.map((reading) => reading.outcome);
  };
  const cases: [name: string, text: string | undefined, outcomes: string[] | undefined][] = [
    ['gone', undefined, undefined],
    ['empty', '', undefined],
    ['half', '{"id":"ses_1","dir', undefined],
    ['whole', '{"id":"ses_1"}\n', ['read']],
    ['broken for good', '{"id":ses_1}', ['rejected']],
  ];
  for (const [name, text, outcomes] of cases) it(name, () => assert.deepEqual(read(text), outcomes));
});
