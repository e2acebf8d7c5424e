import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import type { Engine } from '../../../src/engine/engineApi.ts';
import { openSharedEngine } from '../../../src/engine/sharedEngine.ts';
import { collectTroubles, counts, place, type TranscriptHome, transcriptHome } from './transcriptHome.ts';

/** What a user hears of a store that cannot be used: one message that is true, and the figures all the same. */
describe('troubles with the store', function () {
  this.timeout(30_000);
  let home: TranscriptHome;
  let engine: Engine | undefined;
  let storePath: string;
  let mounted: string | undefined;
  beforeEach(() => {
    home = transcriptHome();
    storePath = path.join(home.storageDir, 'usage.db');
    engine = undefined;
    mounted = undefined;
  });
  afterEach(async () => {
    await engine?.dispose();
    if (mounted) spawnSync('umount', [mounted]);
    home.remove();
  });

  const open = async (storageDir = home.storageDir): Promise<Engine> => {
    engine = await openSharedEngine({ agents: ALL_AGENTS, storageDir, version: '1.0.0', place: place(home.folder) });
    return engine;
  };
  const end = async (): Promise<void> => {
    await engine?.dispose();
    engine = undefined;
  };
  const turns = async (): Promise<number> => {
    await engine?.sweep();
    return (await counts(engine as Engine)).turns;
  };
  /** A store with 300 requests. */
  const fill = async (): Promise<void> => {
    for (let n = 0; n < 300; n++) home.reply(`s${n % 3}`, `r${n}`);
    await open();
    assert.equal(await turns(), 300);
    assert.equal(await engine?.standing({ locale: 'en' }), null);
    await end();
  };

  it('leaves a store from the future as it is', async () => {
    await fill();
    // The version of a store stands at byte 60 of the file.
    const descriptor = openSync(storePath, 'r+');
    writeSync(descriptor, Buffer.from([0, 0, 3, 231]), 0, 4, 60);
    closeSync(descriptor);
    const before = readFileSync(storePath);
    const troubles = collectTroubles(await open());
    assert.equal(await turns(), 300);
    assert.equal(await engine?.standing({ locale: 'en' }), troubles[0]?.message);
    assert.match((await engine?.standing({ locale: 'zh-cn' })) ?? '', /\p{Script=Han}/u);
    assert.deepEqual(
      troubles.map(({ message }) => message),
      [
        `A newer version of Agent Token Meter has written ${storePath} (version 999). It is left as it is; figures are kept in memory until you update.`,
      ],
    );
    await end();
    assert.deepEqual(readFileSync(storePath), before);
  });

  it('counts in memory where the store is no file', async () => {
    home.reply('s', 'a');
    mkdirSync(storePath, { recursive: true });
    const troubles = collectTroubles(await open());
    assert.equal(await turns(), 1);
    assert.equal(troubles.length, 1);
    assert.match(
      troubles[0]?.message ?? '',
      /usage\.db cannot be used \(unable to open database file\)\. Figures are kept in memory/,
    );
  });

  it('sets a store with damaged pages aside and reads the transcripts again', async () => {
    await fill();
    const bytes = readFileSync(storePath);
    bytes.fill(0x5a, 8192, 8192 * 6);
    writeFileSync(storePath, bytes);
    const troubles = collectTroubles(await open());
    // The question that comes upon the damage is answered by the next engine, which may have read only a part by then.
    await turns();
    assert.equal(await turns(), 300);
    assert.match(troubles.at(-1)?.message ?? '', /The store was damaged and is now kept as .*usage\.db\.damaged-/);
    assert.deepEqual(
      troubles.map(({ severity }) => severity).filter((severity) => severity === 'error'),
      [],
      'all that can be read again is',
    );
    await end();
    assert.ok(readdirSync(home.storageDir).some((name) => name.startsWith('usage.db.damaged-')));
  });

  it('loses nothing when the disk is full, and goes on when it is not', async function () {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) this.skip();
    mkdirSync(home.storageDir);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', home.storageDir]).status !== 0) this.skip();
    mounted = home.storageDir;
    home.reply('s', 'first');
    const troubles = collectTroubles(await open());
    assert.equal(await turns(), 1);
    const filler = path.join(home.storageDir, 'filler');
    const descriptor = openSync(filler, 'w');
    assert.throws(() => {
      for (;;) writeSync(descriptor, Buffer.alloc(65_536));
    }, /ENOSPC/);
    closeSync(descriptor);
    for (let n = 0; n < 400; n++) home.reply('full', `f${n}`);
    assert.equal(await turns(), 1, 'what was stored is kept');
    await turns();
    assert.equal(troubles.length, 1, JSON.stringify(troubles));
    assert.match(troubles[0]?.message ?? '', /^New figures cannot be stored: .*What was stored before is kept/);
    rmSync(filler);
    assert.equal(await turns(), 401);
    await end();
    await open();
    assert.equal(await turns(), 401);
  });
});
