import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ODD, reply } from './fakeAgents.ts';
import { fakeHome } from './fakeHome.ts';
import { collectTroubles, NOW_MS, ZONE } from './transcriptHome.ts';

describe('a database', () => {
  const { folder, start, end, writer, closeWriter, put, database, figures, sweep, become } = fakeHome();

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
    const storePath = folder('storage', 'usage.db');
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
    const storePath = folder('storage', 'usage.db');
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
    closeWriter();
    put(await writer(`${database()}.new`), 's2', reply('new'));
    closeWriter();
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
      closeWriter();
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

describe('a document and a database of one agent', () => {
  const { folder, start, writer, put, figures, sweep } = fakeHome();

  it('share an id, a name and configured folders', async () => {
    const elsewhere = folder('elsewhere');
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
