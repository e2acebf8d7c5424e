import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import type { EngineSettings } from '../../../src/engine/engineSettings.ts';
import { createLocalEngine } from '../../../src/engine/localEngine.ts';
import { createOwnedEngine, StoreUnusableError } from '../../../src/engine/ownedEngine.ts';
import { TEAM } from '../../../src/store/deliveries.ts';
import { openStore } from '../../../src/store/openStore.ts';
import { DEFAULT_THRESHOLDS } from '../../../src/views/tone.ts';
import { sizedDisk } from '../store/sizedDisk.ts';
import { counts, NOW_MS, place, replyRecord, type TranscriptHome, transcriptHome, ZONE } from './transcriptHome.ts';

const CLI = path.join(import.meta.dirname, '../../../src/cli.ts');

/** Runs the CLI from source. @returns its exit code and what it wrote */
const cli = (...args: string[]): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', CLI, ...args], (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    );
  });

describe('care of the store by the engine', function () {
  this.timeout(60_000);

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

  it('leaves all as it was where the disk is too full to rebuild', async () => {
    for (const n of [1, 2, 3]) home.reply('s', `r${n}`);
    const disk = sizedDisk(home.folder);
    try {
      const engine = await createOwnedEngine({ agents: ALL_AGENTS, place: place(home.folder), storePath });
      await engine.sweep();
      const before = await counts(engine);
      // There is room for the copy, and none for what is to be changed.
      disk.limit(0);
      await assert.rejects(engine.care({ task: 'rebuild' }), /full/);
      assert.ok(!existsSync(`${storePath}.before-rebuild`), 'the copy takes no space');
      assert.deepEqual(await counts(engine), before);
      disk.limit(Number.POSITIVE_INFINITY);
      assert.deepEqual(await engine.care({ task: 'check' }), { problems: [], requests: 3 });
      assert.equal((await engine.care({ task: 'rebuild' })).requests, 3);
      await engine.dispose();
    } finally {
      disk.remove();
    }
  });

  it('takes out what is older, says how much before, and brings it back only when that is wished', async () => {
    const at = (day: number): string => new Date(Date.UTC(2026, 9, day, 12)).toISOString();
    for (const day of [1, 2, 3, 4])
      appendFileSync(
        home.file('s'),
        `${replyRecord('s', `r${day}`).replace(/"timestamp":"[^"]+"/, `"timestamp":"${at(day)}"`)}\n`,
      );
    const engine = await createOwnedEngine({ agents: ALL_AGENTS, place: place(home.folder), storePath });
    await engine.sweep();
    const whole = await counts(engine);
    const beforeMs = Date.UTC(2026, 9, 3, 8);
    let changes = 0;
    engine.onChanged(() => changes++);
    assert.equal((await engine.care({ task: 'forgetBefore', beforeMs, isTrial: true })).forgotten, 2);
    assert.deepEqual(await counts(engine), whole);
    const { sizeBytes, ...report } = await engine.care({ task: 'forgetBefore', beforeMs });
    assert.deepEqual(report, { problems: [], requests: 2, forgotten: 2, untold: 0 });
    assert.ok((sizeBytes ?? 0) > 0);
    while (changes === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual([(await counts(engine)).turns, (await counts(engine)).tokens], [2, whole.tokens / 2]);
    assert.equal((await engine.healthReport()).store.history_starts_at, at(3));
    home.reply('s', 'new');
    await engine.sweep();
    assert.equal((await engine.care({ task: 'rebuild' })).requests, 3, 'what was taken out stays out');
    assert.equal((await engine.care({ task: 'rebuild', all: true })).requests, 5);
    await engine.dispose();
  });

  it('keeps what the team was not told yet, until it was or nobody is to be told', async () => {
    const at = (day: number): string => new Date(Date.UTC(2026, 9, day, 12)).toISOString();
    const write = (id: string, day: number): void =>
      appendFileSync(
        home.file('s'),
        `${replyRecord('s', id).replace(/"timestamp":"[^"]+"/, `"timestamp":"${at(day)}"`)}\n`,
      );
    for (const day of [1, 2, 3, 4]) write(`r${day}`, day);
    const nobody = { paths: {}, disabledAgents: [] };
    // Nothing listens there: it is told nothing until somebody does.
    const team = {
      url: 'postgres://ada@127.0.0.1:9/team?sslmode=disable',
      account: 'acme',
      userName: '',
      workspaces: 'folder' as const,
      items: false,
      hashNames: false,
      nameKey: '',
    };
    const open = (settings: EngineSettings) =>
      createOwnedEngine({ agents: ALL_AGENTS, place: place(home.folder), storePath, watch: true, settings });
    const forget = async (settings: EngineSettings, day: number) => {
      const engine = await open(settings);
      await engine.sweep();
      const { forgotten, untold, requests } = await engine.care({
        task: 'forgetBefore',
        beforeMs: Date.UTC(2026, 9, day, 8),
      });
      await engine.dispose();
      return { forgotten, untold, requests };
    };
    assert.deepEqual(await forget({ ...nobody, team }, 4), { forgotten: 0, untold: 3, requests: 4 });
    const { store } = await openStore({ path: storePath, nowMs: 0 });
    const delivery = store.deliveries.next(TEAM, 2);
    assert.ok(delivery);
    store.deliveries.confirm(TEAM, delivery);
    store.close();
    assert.deepEqual(
      await forget({ ...nobody, team }, 4),
      { forgotten: 2, untold: 1, requests: 2 },
      'from the third on',
    );
    write('late', 5);
    assert.deepEqual(await forget({ ...nobody, paused: ['team'] }, 4), { forgotten: 0, untold: 1, requests: 3 });
    assert.deepEqual(await forget(nobody, 4), { forgotten: 1, untold: 0, requests: 2 }, 'the team is told no more');
  });

  it('answers all questions about a session of which the beginning was taken out', async () => {
    const at = (day: number): string => new Date(Date.UTC(2026, 9, day, 12)).toISOString();
    for (let day = 1; day <= 20; day++)
      appendFileSync(
        home.file('s'),
        `${replyRecord('s', `r${day}`).replace(/"timestamp":"[^"]+"/, `"timestamp":"${at(day)}"`)}\n`,
      );
    const engine = await createOwnedEngine({ agents: ALL_AGENTS, place: place(home.folder), storePath });
    await engine.sweep();
    const page = () =>
      engine.attribution({
        locale: 'en',
        timeZone: ZONE,
        nowMs: NOW_MS,
        folders: [],
        lens: 'spent',
        thresholds: DEFAULT_THRESHOLDS,
      });
    assert.equal((await page()).historyStart, undefined);
    await engine.care({ task: 'forgetBefore', beforeMs: Date.UTC(2026, 9, 11) });
    assert.equal(
      (await page()).historyStart,
      'History starts on October 10, 2026: what this session used before that was taken out.',
    );
    const { totals } = await engine.usage({ window: 'all', timeZone: ZONE, nowMs: NOW_MS });
    assert.equal(totals.turns, 10);
    const report = await engine.attributionReport({});
    assert.equal(report?.totals.total_tokens, totals.total_tokens);
    const spent = Object.values(report?.spent ?? {}).reduce((sum, kind) => sum + kind.total_tokens, 0);
    assert.equal(spent, totals.total_tokens);
    const items = await engine.items({ window: 'all', timeZone: ZONE, nowMs: NOW_MS });
    assert.ok(Array.isArray(items));
    assert.equal((await engine.requests({ window: 'all', timeZone: ZONE, nowMs: NOW_MS })).length, 10);
    await engine.dispose();
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
    const forgot = JSON.parse((await cli('store', 'forget', '2030-01-01', ...where)).out);
    assert.deepEqual([forgot.requests, forgot.forgotten], [0, 1]);
    assert.equal((await cli('store', 'forget', 'yesterday', ...where)).code, 2);
    const wrong = await cli('store', 'restore', path.join(home.folder, 'missing.db'), ...where);
    assert.deepEqual([wrong.code, JSON.parse(wrong.out).problems.length], [1, 1]);
    for (const args of [
      ['store', 'check'],
      ['store', 'check', '--store', path.join(home.folder, 'misspelt.db')],
      ['store', 'backup', ...where],
      ['store', ...where],
      ['usage', '--store', ''],
    ])
      assert.equal((await cli(...args)).code, 2, args.join(' '));
    assert.ok(!existsSync(path.join(home.folder, 'misspelt.db')));
    assert.equal((await cli('usage', '--store', home.folder, '--home', home.folder)).code, 2);
  }).timeout(120_000);
});
