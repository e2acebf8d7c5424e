import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import { claim } from '../../../src/engine/claim.ts';
import { openEngine } from '../../../src/engine/openEngine.ts';
import { openSharedEngine } from '../../../src/engine/sharedEngine.ts';
import { openStore } from '../../../src/store/openStore.ts';
import { collectTroubles, counts, place, type TranscriptHome, transcriptHome } from './transcriptHome.ts';

type Told = { role?: 'leader' | 'follower'; turns?: number; asked?: boolean; trouble?: unknown };

/** A window of the editor, as a process of its own. */
class WindowProcess {
  readonly told: Told[] = [];
  readonly child: ChildProcess;
  #waiting: (() => void)[] = [];

  constructor(home: TranscriptHome) {
    const script = path.join(import.meta.dirname, 'sharedEngineProcess.ts');
    this.child = spawn(process.execPath, ['--import', 'tsx', script, home.folder, home.storageDir], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let unfinished = '';
    this.child.stdout?.on('data', (data: Buffer) => {
      const lines = (unfinished + data).split('\n');
      unfinished = lines.pop() ?? '';
      for (const line of lines) this.told.push(JSON.parse(line));
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  /** Resolves when something of the kind was told, now or before. */
  async until(matches: (told: Told) => boolean): Promise<Told> {
    for (;;) {
      const found = this.told.find(matches);
      if (found) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  ask(): Promise<Told> {
    const answers = this.told.filter((told) => told.asked).length;
    this.child.stdin?.write('?\n');
    return this.until((told) => Boolean(told.asked) && this.told.filter((each) => each.asked).length > answers).then(
      () => this.told.filter((each) => each.asked).at(-1) as Told,
    );
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }

  async end(): Promise<void> {
    this.child.stdin?.end();
    await once(this.child, 'exit');
  }

  get roles(): unknown[] {
    return this.told.filter((told) => told.role).map((told) => told.role);
  }
}

describe('engine shared by windows', function () {
  this.timeout(60_000);
  let home: TranscriptHome;
  const windows: WindowProcess[] = [];
  const openWindow = (): WindowProcess => {
    const window = new WindowProcess(home);
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
      all.flatMap((window) => window.told.filter((told) => told.trouble)),
      [],
    );

    const { store, trouble } = await openStore({ path: path.join(home.storageDir, 'usage.db'), nowMs: 0 });
    assert.equal(trouble, undefined);
    assert.deepEqual(store.all('PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
    assert.deepEqual(store.all('SELECT count(*) AS n FROM usage_logs'), [{ n: 3 }]);
    store.close();
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
