import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import { claim } from '../../../src/engine/claim.ts';
import { openEngine } from '../../../src/engine/openEngine.ts';
import { createOwnedEngine } from '../../../src/engine/ownedEngine.ts';
import { openSharedEngine } from '../../../src/engine/sharedEngine.ts';
import { openStore } from '../../../src/store/openStore.ts';
import { collectTroubles, counts, place, type TranscriptHome, transcriptHome } from './transcriptHome.ts';
import { type WindowOptions, WindowProcess } from './windowProcess.ts';

describe('engine shared by windows', function () {
  this.timeout(60_000);
  let home: TranscriptHome;
  const windows: WindowProcess[] = [];
  const openWindow = (options: Partial<WindowOptions> = {}): WindowProcess => {
    const window = new WindowProcess({ home: home.folder, storageDir: home.storageDir, ...options });
    windows.push(window);
    return window;
  };
  beforeEach(() => {
    home = transcriptHome();
  });
  afterEach(async () => {
    for (const window of windows.splice(0)) await window.kill();
    home.remove();
  });

  it('has one leader among windows that open at the same time; another takes over when it is killed', async () => {
    home.reply('s1', 'a');
    const all = [openWindow(), openWindow(), openWindow()];
    for (const window of all) await window.until((told) => told.turns === 1);
    assert.deepEqual(all.map((window) => window.roles.at(-1)).sort(), ['follower', 'follower', 'leader']);

    const leader = all.find((window) => window.roles.at(-1) === 'leader') as WindowProcess;
    const others = all.filter((window) => window !== leader);
    await leader.kill();
    home.reply('s1', 'b');
    for (const window of others) assert.equal((await window.ask()).turns, 2);
    assert.deepEqual(others.map((window) => window.roles.at(-1)).sort(), ['follower', 'leader']);

    const second = others.find((window) => window.roles.at(-1) === 'leader') as WindowProcess;
    const last = others.find((window) => window !== second) as WindowProcess;
    await second.end();
    home.reply('s1', 'c');
    assert.equal((await last.ask()).turns, 3);
    assert.equal(last.roles.at(-1), 'leader');
    await last.end();
    assert.deepEqual(
      all.flatMap((window) => window.told.filter(({ trouble, failed }) => trouble ?? failed)),
      [],
    );

    const { store, trouble } = await openStore({ path: path.join(home.storageDir, 'usage.db'), nowMs: 0 });
    assert.equal(trouble, undefined);
    assert.deepEqual(store.all('PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
    assert.deepEqual(store.all('SELECT count(*) AS n FROM usage_logs'), [{ n: 3 }]);
    store.close();
  });

  it('waits for a leader that sleeps, which goes on where it was', async function () {
    if (process.platform === 'win32') this.skip();
    home.reply('s1', 'a');
    const leader = openWindow();
    await leader.until((told) => told.turns === 1);
    const follower = openWindow();
    await follower.until((told) => told.turns === 1);
    leader.child.kill('SIGSTOP');
    home.reply('s1', 'b');
    const asked = follower.ask();
    const early = await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, 1_500, 'nothing'))]);
    assert.equal(early, 'nothing');
    leader.child.kill('SIGCONT');
    assert.equal((await asked).turns, 2);
    assert.deepEqual([leader.roles, follower.roles], [['leader'], ['follower']]);
    assert.deepEqual(
      [leader, follower].flatMap(({ told }) => told.filter(({ trouble, failed }) => trouble ?? failed)),
      [],
    );
  });

  it('puts a backup in the place of the store, for all windows, and keeps the one of before', async () => {
    home.reply('s1', 'a');
    const options = { agents: ALL_AGENTS, place: place(home.folder), storageDir: home.storageDir, version: '1.0.0' };
    const leader = await openSharedEngine(options);
    const follower = await openSharedEngine(options);
    const troubles = [collectTroubles(leader), collectTroubles(follower)];
    try {
      await leader.sweep();
      const backup = path.join(home.folder, 'backup.db');
      await leader.care({ task: 'backUp', to: backup });
      rmSync(home.file('s1'));
      home.reply('s2', 'b');
      await leader.sweep();
      assert.equal((await counts(leader)).turns, 2);
      // The transcripts of the backup are gone: only the backup knows them.
      const missing = await follower.care({ task: 'restore', from: path.join(home.folder, 'missing.db') });
      assert.deepEqual(missing.refused, { kind: 'missing' });
      const { problems, keptAs = '' } = await follower.care({ task: 'restore', from: backup });
      assert.deepEqual(problems, []);
      for (let waits = 0; !existsSync(keptAs) && waits < 500; waits++) await new Promise((go) => setTimeout(go, 20));
      for (const engine of [leader, follower]) {
        await engine.sweep();
        assert.equal((await counts(engine)).turns, 2, 'what came after the backup is read again');
      }
      const { store } = await openStore({ path: keptAs, nowMs: 0 });
      assert.equal(store.check().requests, 2);
      store.close();
      assert.deepEqual(troubles, [[], []]);
    } finally {
      await follower.dispose();
      await leader.dispose();
    }
  });

  it('is led by the newest version, which older ones follow', async () => {
    home.reply('s1', 'a');
    const old = openWindow({ version: '1.9.0' });
    await old.until((told) => told.role === 'leader');
    const alsoOld = openWindow({ version: '1.9.0' });
    await alsoOld.until((told) => told.turns === 1);
    const newer = openWindow({ version: '1.10.0' });
    await newer.until((told) => told.role === 'leader');
    home.reply('s1', 'b');
    for (const window of [old, alsoOld, newer]) assert.equal((await window.ask()).turns, 2);
    assert.deepEqual(old.roles, ['leader', 'none', 'follower']);
    assert.equal(alsoOld.roles.at(-1), 'follower');
    assert.ok(!alsoOld.roles.includes('leader'), 'the newer one goes first');

    await newer.kill();
    home.reply('s1', 'c');
    for (const window of [old, alsoOld]) assert.equal((await window.ask()).turns, 3);
    assert.deepEqual(old.troubles, []);
  });

  it('counts by itself, and says why, in a window that cannot ask the newer one', async () => {
    home.reply('s1', 'a');
    const old = openWindow({ version: '1.0.0', protocol: 'old' });
    await old.until((told) => told.turns === 1);
    const newer = openWindow({ version: '2.0.0', protocol: 'new' });
    await newer.until((told) => told.role === 'leader');
    await old.until((told) => told.role === 'alone');
    home.reply('s1', 'b');
    assert.equal((await old.ask()).turns, 2);
    assert.deepEqual(old.troubles, [
      'Another window runs Agent Token Meter 2.0.0, this one still runs 1.0.0, and they cannot share figures. This window reads the transcripts itself and stores nothing; reload it to use 2.0.0.',
    ]);
    await newer.end();
    home.reply('s1', 'c');
    await old.until((told) => told.role === 'leader' && old.roles.at(-1) === 'leader');
    assert.equal((await old.ask()).turns, 3);
  });

  it('counts in memory while a program that answers nobody has the store, and then takes it', async () => {
    home.reply('s1', 'a');
    const program = await createOwnedEngine({
      agents: ALL_AGENTS,
      place: place(home.folder),
      storePath: path.join(home.storageDir, 'usage.db'),
    });
    const window = openWindow();
    await window.until((told) => told.role === 'alone');
    assert.equal((await window.ask()).turns, 1);
    assert.match(window.troubles.join('\n'), /^Another program has the store of Agent Token Meter open[^\n]*$/);
    await program.dispose();
    await window.until((told) => told.role === 'leader');
    assert.equal((await window.ask()).turns, 1);
  });

  it('runs in a worker thread, off the thread that asks', async () => {
    home.reply('s1', 'a');
    const engine = await openEngine({
      workerPath: path.join(import.meta.dirname, 'workerFromSource.mjs'),
      storageDir: home.storageDir,
      version: '1.0.0',
      place: place(home.folder),
    });
    try {
      await engine.sweep();
      assert.equal((await counts(engine)).turns, 1);
      const news = new Promise<void>((resolve) => engine.onChanged(resolve));
      home.reply('s1', 'b');
      await news;
      assert.equal((await counts(engine)).turns, 2);
    } finally {
      await engine.dispose();
    }
  });

  it('counts in memory, and says why, where the folder cannot be used', async () => {
    home.reply('s1', 'a');
    const notFolder = path.join(home.folder, 'file');
    writeFileSync(notFolder, '');
    const engine = await openSharedEngine({
      agents: ALL_AGENTS,
      storageDir: path.join(notFolder, 'storage'),
      version: '1.0.0',
      place: place(home.folder),
    });
    try {
      const troubles = collectTroubles(engine);
      await engine.sweep();
      assert.equal((await counts(engine)).turns, 1);
      assert.equal(troubles.length, 1);
      assert.match(troubles[0]?.message ?? '', /storage cannot be used \(ENOTDIR\)\. Figures are kept in memory/);
      const { store } = await engine.healthReport();
      assert.match(JSON.stringify(store), /ENOTDIR/);
    } finally {
      await engine.dispose();
    }
  });
});

describe('claim', () => {
  let home: TranscriptHome;
  beforeEach(() => {
    home = transcriptHome();
  });
  afterEach(() => home.remove());

  it('has one winner among many at once, also over the claim of one that is gone', async () => {
    mkdirSync(home.storageDir);
    writeFileSync(
      path.join(home.storageDir, 'claim-7'),
      JSON.stringify({ endpoint: path.join(home.storageDir, 'gone.sock'), pid: 2 ** 30 }),
    );
    const claims = await Promise.all(Array.from({ length: 20 }, () => claim(home.storageDir)));
    const leaders = claims.filter((each) => each.role === 'leader');
    assert.equal(leaders.length, 1);
    for (const each of claims) if (each.role === 'follower') each.socket.destroy();
    for (const leader of leaders) {
      assert.equal(leader.isStillHeld(), true);
      leader.release();
    }
  });

  it('goes to the next one when it is released', async () => {
    const first = await claim(home.storageDir);
    assert.ok(first.role === 'leader');
    first.release();
    const second = await claim(home.storageDir);
    assert.ok(second.role === 'leader');
    assert.equal(first.isStillHeld(), false);
    second.release();
  });

  it('survives a claim that cannot be read', async () => {
    mkdirSync(home.storageDir);
    writeFileSync(path.join(home.storageDir, 'claim-3'), 'not JSON');
    const next = await claim(home.storageDir);
    assert.ok(next.role === 'leader');
    next.release();
  });

  it('works in a folder whose path is too long for a socket', async () => {
    const folder = path.join(home.folder, 'long'.repeat(40));
    const first = await claim(folder);
    assert.ok(first.role === 'leader');
    const second = await claim(folder);
    assert.equal(second.role, 'follower');
    if (second.role === 'follower') second.socket.destroy();
    first.release();
  });
});
