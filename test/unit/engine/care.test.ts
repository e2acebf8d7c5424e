import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import { createLocalEngine } from '../../../src/engine/localEngine.ts';
import { createOwnedEngine, StoreUnusableError } from '../../../src/engine/ownedEngine.ts';
import { counts, place, type TranscriptHome, transcriptHome } from './transcriptHome.ts';

const CLI = path.join(import.meta.dirname, '../../../src/cli.ts');

/** Runs the CLI from source. @returns its exit code and what it wrote */
const cli = (...args: string[]): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', CLI, ...args], (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    );
  });

describe('care of the store by the engine', () => {
  let home: TranscriptHome;
  let storePath: string;
  beforeEach(() => {
    home = transcriptHome();
    storePath = path.join(home.folder, 'usage.db');
  });
  afterEach(() => home.remove());

  it('rebuilds from transcripts, keeps what deleted ones told, and a backup', async () => {
    for (const session of ['kept', 'deleted']) for (const n of [1, 2, 3]) home.reply(session, `${session}${n}`);
    const engine = await createOwnedEngine({ agents: ALL_AGENTS, place: place(home.folder), storePath });
    await engine.sweep();
    rmSync(home.file('deleted'));
    const before = await counts(engine);
    const report = await engine.care({ task: 'rebuild' });
    assert.deepEqual(report, { problems: [], requests: 6, keptAs: `${storePath}.before-rebuild` });
    assert.deepEqual(await counts(engine), before);
    home.reply('kept', 'later');
    await engine.sweep();
    assert.equal((await counts(engine)).turns, 7);
    assert.deepEqual(await engine.care({ task: 'check' }), { problems: [], requests: 7 });
    await engine.dispose();
    assert.ok(existsSync(`${storePath}.before-rebuild`));
  });

  it('rebuilds what is in memory only', async () => {
    home.reply('s', 'a');
    const engine = await createLocalEngine({ agents: ALL_AGENTS, place: place(home.folder) });
    await engine.sweep();
    assert.deepEqual(await engine.care({ task: 'rebuild' }), { problems: [], requests: 1, keptAs: undefined });
    await engine.dispose();
  });

  const unusable: [string, (at: string) => string][] = [
    [
      'a folder',
      (at) => {
        mkdirSync(at);
        return at;
      },
    ],
    [
      'below a file',
      (at) => {
        writeFileSync(at, '');
        return path.join(at, 'usage.db');
      },
    ],
    ['where nothing can be made', () => '/proc/usage.db'],
  ];
  for (const [name, make] of unusable) {
    it(`refuses a store that is ${name}, and leaves nothing beside it`, async function () {
      if (process.platform !== 'linux' && name.startsWith('where')) this.skip();
      const file = make(path.join(home.folder, 'x'));
      const before = readdirSync(home.folder);
      await assert.rejects(
        createOwnedEngine({ agents: ALL_AGENTS, place: place(home.folder), storePath: file }),
        StoreUnusableError,
      );
      assert.deepEqual(readdirSync(home.folder), before);
    });
  }

  it('is told by the CLI', async () => {
    home.reply('s', 'a');
    const where = ['--store', storePath, '--home', home.folder];
    const backup = path.join(home.folder, 'backup.db');
    assert.equal((await cli('usage', '--window', 'all', ...where)).code, 0);
    assert.deepEqual(JSON.parse((await cli('store', 'check', ...where)).out), { problems: [], requests: 1 });
    assert.equal((await cli('store', 'backup', backup, ...where)).code, 0);
    assert.ok(statSync(backup).size > 0);
    home.reply('s', 'b');
    assert.deepEqual(JSON.parse((await cli('store', 'rebuild', ...where)).out).requests, 2);
    assert.equal((await cli('store', 'restore', backup, ...where)).code, 0);
    assert.deepEqual(JSON.parse((await cli('store', 'check', ...where)).out), { problems: [], requests: 1 });
    const wrong = await cli('store', 'restore', path.join(home.folder, 'missing.db'), ...where);
    assert.deepEqual([wrong.code, JSON.parse(wrong.out).problems.length], [1, 1]);
    for (const args of [
      ['store', 'check'],
      ['store', 'backup', ...where],
      ['store', ...where],
      ['usage', '--store', ''],
    ])
      assert.equal((await cli(...args)).code, 2, args.join(' '));
    assert.equal((await cli('usage', '--store', home.folder, '--home', home.folder)).code, 2);
  }).timeout(120_000);
});
