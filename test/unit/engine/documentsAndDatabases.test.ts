import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Agent } from '../../../src/agents/agent.ts';
import { createLocalEngine, type LocalEngine, type LocalEngineOptions } from '../../../src/engine/localEngine.ts';
import { readSqliteWasm } from '../../../src/store/assets.ts';
import type { Connection } from '../../../src/store/connection.ts';
import { loadSqlite } from '../../../src/store/sqlite.ts';
import { type Asked, databaseAgent, documentAgent, type FakeReply } from './fakeAgents.ts';
import { collectTroubles, NOW_MS, place, ZONE } from './transcriptHome.ts';

const reply = (id: string, output = 10): FakeReply => ({ id, input: 100, output });
const ODD: FakeReply = { id: 'odd', input: 0, output: 0, odd: true };

describe('documents and databases', () => {
  let home: string;
  let asked: Asked;
  let agents: Agent[];
  const engines: LocalEngine[] = [];
  const writers: Connection[] = [];

  const start = async (options: Partial<LocalEngineOptions> = {}): Promise<LocalEngine> => {
    const engine = await createLocalEngine({ agents, place: place(home), ...options });
    engines.push(engine);
    return engine;
  };
  const end = async (): Promise<void> => {
    for (const engine of engines.splice(0)) await engine.dispose();
  };
  const inSession = (name: string, session = 's1'): string => {
    const folder = path.join(home, '.fake', session);
    mkdirSync(path.join(folder, 'parts'), { recursive: true });
    return path.join(folder, name);
  };
  const write = (name: string, replies: FakeReply[], session = 's1'): void =>
    writeFileSync(inSession(name, session), JSON.stringify(replies));
  /** A program that keeps a database open and commits into its write-ahead log. */
  const writer = async (file: string): Promise<Connection> => {
    mkdirSync(path.dirname(file), { recursive: true });
    const connection = (await loadSqlite(await readSqliteWasm())).open(file);
    connection.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0');
    connection.exec(
      'CREATE TABLE IF NOT EXISTS replies (session TEXT, id TEXT, input INTEGER, output INTEGER, odd INTEGER)',
    );
    writers.push(connection);
    return connection;
  };
  const put = (connection: Connection, session: string, { id, input, output, odd }: FakeReply): unknown =>
    connection.run('INSERT INTO replies VALUES (?, ?, ?, ?, ?)', [session, id, input, output, odd ? 1 : undefined]);
  const database = (): string => path.join(home, '.fakedb', 'fake.db');
  /** Turns, tokens, and what was made of the records. */
  const figures = async (engine: LocalEngine) => {
    const { totals, coverage } = await engine.usage({ window: 'all', timeZone: ZONE, nowMs: NOW_MS });
    return [totals.turns, totals.total_tokens, coverage.records, coverage.unknown_records, coverage.rejected_records];
  };
  const sweep = async (engine: LocalEngine): Promise<string[]> => {
    asked.log = [];
    await engine.sweep();
    return asked.log;
  };
  /** Resolves as soon as the figures are these. */
  const become = async (engine: LocalEngine, expected: number[]): Promise<void> => {
    for (;;) {
      const changed = new Promise<void>((resolve) => {
        const subscription = engine.onChanged(() => {
          subscription.dispose();
          resolve();
        });
      });
      if (JSON.stringify(await figures(engine)) === JSON.stringify(expected)) return;
      await changed;
    }
  };

  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'atm-forms-'));
    asked = { log: [] };
    agents = [documentAgent(asked), databaseAgent(asked)];
  });
  afterEach(async () => {
    await end();
    for (const connection of writers.splice(0)) connection.close();
    rmSync(home, { recursive: true, force: true });
  });

  describe('a document', () => {
    it('is read as a whole when it changes, and not when it does not', async () => {
      const engine = await start();
      write('session.json', [reply('a'), ODD]);
      write('session.json', [reply('z')], 's2');
      await sweep(engine);
      assert.deepEqual(await figures(engine), [2, 220, 3, 1, 0]);
      assert.deepEqual(await sweep(engine), []);
      write('session.json', [reply('a', 30), reply('b'), ODD, { id: 'bad', input: -1, output: 0 }]);
      assert.deepEqual(await sweep(engine), ['s1/session.json']);
      assert.deepEqual(await figures(engine), [3, 350, 5, 1, 1]);
    });

    it('still counts requests that it does not tell any more', async () => {
      const engine = await start();
      write('session.json', [reply('a'), reply('b'), ODD]);
      await engine.sweep();
      write('session.json', [reply('a')]);
      await engine.sweep();
      assert.deepEqual(await figures(engine), [2, 220, 1, 0, 0]);
      rmSync(path.join(home, '.fake'), { recursive: true });
      await engine.sweep();
      assert.deepEqual(await figures(engine), [2, 220, 1, 0, 0]);
    });

    it('is not read again after a restart', async () => {
      const storePath = path.join(home, 'storage', 'usage.db');
      write('session.json', [reply('a')]);
      put(await writer(inSession('more.db')), 's1', reply('b'));
      const first = await start({ storePath });
      await sweep(first);
      assert.deepEqual(await figures(first), [2, 220, 2, 0, 0]);
      await end();
      const second = await start({ storePath });
      assert.deepEqual(await sweep(second), []);
      assert.deepEqual(await figures(second), [2, 220, 2, 0, 0]);
    });

    it('is read again when only a companion changes: a file, a folder, a write-ahead log', async () => {
      const engine = await start();
      write('session.json', [reply('a')]);
      await engine.sweep();
      const more = await writer(inSession('more.db'));
      const steps: (() => unknown)[] = [
        () => write('extra.json', [reply('b')]),
        () => write('extra.json', [reply('b'), reply('c')]),
        () => write('parts/1.json', [reply('d')]),
        () => write('parts/1.json', [reply('d'), reply('e')]),
        () => put(more, 's1', reply('f')),
        () => put(more, 's1', reply('g')),
      ];
      for (const [index, step] of steps.entries()) {
        step();
        assert.deepEqual(await sweep(engine), ['s1/session.json'], `step ${index}`);
        assert.equal((await figures(engine))[0], index + 2);
        assert.deepEqual(await sweep(engine), [], `after step ${index}`);
      }
    });

    it('in the middle of being written keeps its last good state, and is read as soon as it is whole', async () => {
      const engine = await start();
      const troubles = collectTroubles(engine);
      write('session.json', [reply('a'), ODD]);
      await engine.sweep();
      const whole = JSON.stringify([reply('a'), reply('b')]);
      writeFileSync(inSession('session.json'), whole.slice(0, -5));
      const swept = engine.sweep();
      setTimeout(() => writeFileSync(inSession('session.json'), whole), 50);
      await swept;
      assert.deepEqual(await figures(engine), [2, 220, 2, 0, 0]);
      assert.deepEqual(troubles, []);
    });

    it('that stays half written is named once, not tried for ever, and read when it changes', async () => {
      const storePath = path.join(home, 'storage', 'usage.db');
      const engine = await start({ storePath });
      const troubles = collectTroubles(engine);
      write('session.json', [reply('a'), ODD]);
      await engine.sweep();
      writeFileSync(inSession('session.json'), '[{"id":');
      assert.equal((await sweep(engine)).length, 3);
      assert.deepEqual(await sweep(engine), []);
      assert.deepEqual(await figures(engine), [1, 110, 2, 1, 0]);
      assert.deepEqual(
        troubles.map(({ message }) => /s1.session\.json \(UNFINISHED\)/.test(message)),
        [true],
      );
      const { coverage } = await engine.usage({ window: 'all', timeZone: ZONE, nowMs: NOW_MS });
      assert.equal(coverage.files, 1);
      write('session.json', [reply('a'), reply('b')]);
      assert.equal((await sweep(engine)).length, 1);
      assert.deepEqual(await figures(engine), [2, 220, 2, 0, 0]);
    });

    it('that never rests does not keep a sweep from ending', async () => {
      const engine = await start();
      writeFileSync(inSession('session.json'), '[');
      const writing = setInterval(() => appendFileSync(inSession('session.json'), ' '), 20);
      try {
        assert.equal((await sweep(engine)).length, 3);
      } finally {
        clearInterval(writing);
      }
      write('session.json', [reply('a')]);
      await engine.sweep();
      assert.deepEqual(await figures(engine), [1, 110, 1, 0, 0]);
    });

    it('whose reader throws is counted as rejected, and stops nobody', async () => {
      const [documents] = agents as [ReturnType<typeof documentAgent>];
      documents.read = (file) => {
        if (file.relativePath.startsWith('s1')) throw new TypeError('a bug');
        return [];
      };
      const engine = await start();
      write('session.json', [reply('a')]);
      write('session.json', [reply('b')], 's2');
      await engine.sweep();
      assert.deepEqual(await figures(engine), [0, 0, 1, 0, 1]);
    });

    it('is seen at once when it or a companion changes', async () => {
      write('session.json', [reply('a')]);
      const more = await writer(inSession('more.db'));
      const engine = await start({ watch: true });
      await engine.sweep();
      await become(engine, [1, 110, 1, 0, 0]);
      write('session.json', [reply('a'), reply('b')]);
      await become(engine, [2, 220, 2, 0, 0]);
      write('extra.json', [reply('c')]);
      await become(engine, [3, 330, 3, 0, 0]);
      write('parts/1.json', [reply('d')]);
      await become(engine, [4, 440, 4, 0, 0]);
      put(more, 's1', reply('e'));
      await become(engine, [5, 550, 5, 0, 0]);
      write('session.json', [reply('f')], 's2');
      await become(engine, [6, 660, 6, 0, 0]);
      write('parts/1.json', [reply('g')], 's2');
      await become(engine, [7, 770, 7, 0, 0]);
    }).timeout(10_000);
  });

  describe('a database', () => {
    it('is read by sessions, and only those that changed', async () => {
      const engine = await start();
      const agent = await writer(database());
      put(agent, 's1', reply('a'));
      put(agent, 's2', reply('b'));
      put(agent, 's2', ODD);
      assert.deepEqual(await sweep(engine), ['changes undefined', 's2', 's1']);
      assert.deepEqual(await figures(engine), [2, 220, 3, 1, 0]);
      assert.deepEqual(await sweep(engine), []);
      put(agent, 's1', { id: 'bad', input: -1, output: 0 });
      put(agent, 's1', reply('c'));
      assert.deepEqual(await sweep(engine), ['changes 3', 's1']);
      assert.deepEqual(await figures(engine), [3, 330, 5, 1, 1]);
      agent.exec('DELETE FROM replies; PRAGMA wal_checkpoint(TRUNCATE)');
      await sweep(engine);
      assert.deepEqual(await figures(engine), [3, 330, 5, 1, 1]);
    });

    it('is not read again after a restart, and from where it was seen when it grew', async () => {
      const storePath = path.join(home, 'storage', 'usage.db');
      const agent = await writer(database());
      put(agent, 's1', reply('a'));
      const first = await start({ storePath });
      await sweep(first);
      await end();
      const second = await start({ storePath });
      assert.deepEqual(await sweep(second), []);
      put(agent, 's1', reply('b'));
      assert.deepEqual(await sweep(second), ['changes 1', 's1']);
      assert.deepEqual(await figures(second), [2, 220, 2, 0, 0]);
    });

    it('with many sessions is read in several batches, and its figures are right after an interruption', async () => {
      const storePath = path.join(home, 'storage', 'usage.db');
      const agent = await writer(database());
      agent.transaction(() => {
        for (let n = 0; n < 3000; n++) put(agent, `s${n % 1500}`, reply(`r${n}`));
      });
      const first = await start({ storePath });
      let told = 0;
      const stored = new Promise<void>((resolve) => {
        first.onChanged(() => {
          told++;
          resolve();
        });
      });
      void first.sweep();
      await stored;
      await end();
      assert.equal(told, 1);
      const second = await start({ storePath });
      await sweep(second);
      assert.deepEqual(await figures(second), [3000, 330_000, 3000, 0, 0]);
      assert.deepEqual(await sweep(second), []);
    }).timeout(20_000);

    it('of another schema keeps what was read, and is named', async () => {
      const engine = await start();
      const troubles = collectTroubles(engine);
      const agent = await writer(database());
      put(agent, 's1', reply('a'));
      await engine.sweep();
      agent.exec('ALTER TABLE replies RENAME TO messages');
      await engine.sweep();
      assert.deepEqual(await figures(engine), [1, 110, 1, 0, 0]);
      assert.deepEqual(
        troubles.map(({ message }) => /fake\.db \(UNREADABLE\)/.test(message)),
        [true],
      );
      agent.exec('ALTER TABLE messages RENAME TO replies');
      put(agent, 's1', reply('b'));
      await engine.sweep();
      assert.deepEqual(await figures(engine), [2, 220, 2, 0, 0]);
    });

    it('that is another one by now is read from its beginning', async () => {
      const engine = await start();
      const agent = await writer(database());
      for (let n = 0; n < 3; n++) put(agent, 's1', reply(`r${n}`));
      await engine.sweep();
      writers.pop()?.close();
      put(await writer(`${database()}.new`), 's2', reply('new'));
      writers.pop()?.close();
      renameSync(`${database()}.new`, database());
      assert.deepEqual(await sweep(engine), ['changes undefined', 's2']);
      assert.deepEqual(await figures(engine), [4, 440, 4, 0, 0]);
    });

    for (const [name, damage] of Object.entries<() => void>({
      'cut in half': () => truncateSync(database(), 8192),
      'that is no database': () => writeFileSync(database(), 'x'.repeat(9000)),
    })) {
      it(`${name} keeps what was read, and is read when it is whole again`, async () => {
        const engine = await start();
        const troubles = collectTroubles(engine);
        const agent = await writer(database());
        for (let n = 0; n < 500; n++) put(agent, 's1', reply(`r${n}`));
        await engine.sweep();
        writers.pop()?.close();
        const whole = readFileSync(database());
        damage();
        await engine.sweep();
        assert.deepEqual(await figures(engine), [500, 55_000, 500, 0, 0]);
        assert.deepEqual(
          troubles.map(({ message }) => /fake\.db \(DAMAGED\)/.test(message)),
          [true],
        );
        writeFileSync(database(), whole);
        put(await writer(database()), 's9', reply('new'));
        await engine.sweep();
        assert.deepEqual(await figures(engine), [501, 55_110, 501, 0, 0]);
      });
    }

    it('is seen at once when only its write-ahead log grows', async () => {
      const agent = await writer(database());
      put(agent, 's1', reply('a'));
      const engine = await start({ watch: true });
      await become(engine, [1, 110, 1, 0, 0]);
      for (let n = 2; n < 6; n++) {
        put(agent, 's1', reply(`b${n}`));
        await become(engine, [n, n * 110, n, 0, 0]);
      }
    }).timeout(10_000);

    it('leaves no copy behind', async () => {
      const copies = (): string[] =>
        readdirSync(tmpdir()).filter((name) => name.startsWith(`agent-token-meter-${process.pid}-`));
      const before = copies();
      put(await writer(database()), 's1', reply('a'));
      const engine = await start();
      await engine.sweep();
      assert.equal(copies().length, before.length + 1);
      await end();
      assert.deepEqual(copies(), before);
    });
  });

  it('share an id, a name and configured folders', async () => {
    const elsewhere = path.join(home, 'elsewhere');
    mkdirSync(path.join(elsewhere, 's1'), { recursive: true });
    writeFileSync(path.join(elsewhere, 's1', 'session.json'), JSON.stringify([reply('a')]));
    put(await writer(path.join(elsewhere, 'fake.db')), 's2', reply('b'));
    const engine = await start({ settings: { paths: { fake: [elsewhere] }, disabledAgents: [] } });
    await engine.sweep();
    assert.deepEqual(await figures(engine), [2, 220, 2, 0, 0]);
    const { by_agent } = await engine.usage({ window: 'all', timeZone: ZONE, nowMs: NOW_MS });
    assert.deepEqual(
      by_agent.map(({ type, turns }) => [type, turns]),
      [['fake', 2]],
    );
    await engine.configure({ paths: { fake: [elsewhere] }, disabledAgents: ['fake'] });
    assert.deepEqual(await sweep(engine), []);
  });
});
