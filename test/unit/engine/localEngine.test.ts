import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import { createLocalEngine, type LocalEngine, type LocalEngineOptions } from '../../../src/engine/localEngine.ts';
import { createOwnedEngine, StoreInUseError } from '../../../src/engine/ownedEngine.ts';
import { openStore } from '../../../src/store/openStore.ts';
import { collectTroubles, counts, place, replyRecord, type TranscriptHome, transcriptHome } from './transcriptHome.ts';

const REPLY_TOKENS = 1160;

describe('local engine', () => {
  let home: TranscriptHome;
  const open: LocalEngine[] = [];
  const start = async (options: Partial<LocalEngineOptions> = {}): Promise<LocalEngine> => {
    const engine = await createLocalEngine({ agents: ALL_AGENTS, place: place(home.folder), ...options });
    open.push(engine);
    return engine;
  };
  beforeEach(() => {
    home = transcriptHome();
  });
  afterEach(async () => {
    for (const engine of open.splice(0)) await engine.dispose();
    home.remove();
  });

  it('reads what is there, then only what was appended', async () => {
    const engine = await start();
    home.reply('s1', 'a');
    home.reply('s2', 'b');
    await engine.sweep();
    assert.deepEqual(await counts(engine), { turns: 2, tokens: 2 * REPLY_TOKENS, files: 2, records: 2, rejected: 0 });
    home.reply('s1', 'c');
    await engine.sweep();
    assert.equal(engine.timing()?.filesRead, 1);
    assert.equal((await counts(engine)).records, 3);
    await engine.sweep();
    assert.equal(engine.timing()?.filesRead, 0);
  });

  it('goes on after a restart, in a large file without reading it again', async () => {
    const storePath = path.join(home.storageDir, 'usage.db');
    const large = 400;
    for (let n = 0; n < large; n++) home.reply('large', `l${n}`);
    home.reply('small', 's');
    const first = await start({ storePath });
    await first.sweep();
    await first.dispose();
    home.reply('large', 'lm');
    home.reply('small', 'sm');
    const second = await start({ storePath });
    await second.sweep();
    const bytes = (session: string, reply: string): number => replyRecord(session, reply).length + 1;
    assert.equal(
      second.timing()?.bytesRead,
      bytes('large', 'lm') + bytes('small', 's') + bytes('small', 'sm'),
      'a small file is read anew',
    );
    const turns = large + 3;
    assert.deepEqual(await counts(second), {
      turns,
      tokens: turns * REPLY_TOKENS,
      files: 2,
      records: turns,
      rejected: 0,
    });
  });

  it('keeps figures of transcripts that are deleted', async () => {
    const engine = await start();
    home.reply('s1', 'a');
    await engine.sweep();
    rmSync(home.project, { recursive: true });
    await engine.sweep();
    assert.equal((await counts(engine)).turns, 1);
  });

  it('waits for the end of a line that is being written', async () => {
    const engine = await start();
    const record = replyRecord('s1', 'a');
    writeFileSync(home.file('s1'), record.slice(0, 100));
    await engine.sweep();
    assert.deepEqual(await counts(engine), { turns: 0, tokens: 0, files: 1, records: 0, rejected: 0 });
    appendFileSync(home.file('s1'), `${record.slice(100)}\n`);
    await engine.sweep();
    assert.deepEqual(await counts(engine), { turns: 1, tokens: REPLY_TOKENS, files: 1, records: 1, rejected: 0 });
  });

  it('reads a truncated and a replaced file anew, and counts nothing twice', async () => {
    const engine = await start();
    home.reply('s1', 'a');
    home.reply('s1', 'b');
    await engine.sweep();
    truncateSync(home.file('s1'), replyRecord('s1', 'a').length + 1);
    await engine.sweep();
    assert.equal((await counts(engine)).turns, 2);
    writeFileSync(`${home.file('s1')}.new`, ['c', 'a', 'b'].map((id) => `${replyRecord('s1', id)}\n`).join(''));
    renameSync(`${home.file('s1')}.new`, home.file('s1'));
    await engine.sweep();
    assert.deepEqual(await counts(engine), { turns: 3, tokens: 3 * REPLY_TOKENS, files: 1, records: 3, rejected: 0 });
  });

  it('counts the rest of bad input, and how much of it was rejected', async () => {
    const engine = await start();
    const troubles = collectTroubles(engine);
    mkdirSync(path.join(home.project, 'folder.jsonl'));
    writeFileSync(home.file('empty'), '');
    writeFileSync(
      home.file('bad'),
      Buffer.concat([
        Buffer.from('not JSON\n'),
        Buffer.from([0xff, 0xfe, 0x0a]),
        Buffer.from(`${replyRecord('bad', 'cut').slice(0, 200)}\n`),
        Buffer.from('[]\n"text"\n'),
        Buffer.from(`${replyRecord('bad', 'negative', { output_tokens: -5 })}\n`),
        Buffer.from(`${replyRecord('bad', 'good')}\n`),
      ]),
    );
    await engine.sweep();
    const found = await counts(engine);
    assert.equal(found.records, 7);
    assert.ok(found.rejected >= 5, `${found.rejected} rejected`);
    assert.ok(found.turns >= 1);
    assert.deepEqual(troubles, []);
  });

  it('reads a line of 30 MB and what follows it', async () => {
    const engine = await start();
    const record = JSON.parse(replyRecord('s1', 'a'));
    record.message.content[0].text = 'x'.repeat(30 << 20);
    writeFileSync(home.file('s1'), `${JSON.stringify(record)}\n${replyRecord('s1', 'b')}\n`);
    await engine.sweep();
    assert.equal((await counts(engine)).turns, 2);
  }).timeout(20_000);

  it('names a file that cannot be read once, and counts the others', async function () {
    if (process.platform === 'win32' || process.getuid?.() === 0) this.skip();
    const engine = await start();
    const troubles = collectTroubles(engine);
    home.reply('s1', 'a');
    home.reply('s2', 'b');
    chmodSync(home.file('s1'), 0);
    await engine.sweep();
    await engine.sweep();
    assert.equal((await counts(engine)).turns, 1);
    assert.equal(troubles.length, 1);
    assert.match(troubles[0]?.message ?? '', /s1\.jsonl \(EACCES\)/);
    chmodSync(home.file('s1'), 0o600);
    await engine.sweep();
    assert.equal((await counts(engine)).turns, 2);
  });

  it('says what became of a damaged store, and reads it again from the transcripts', async () => {
    const storePath = path.join(home.storageDir, 'usage.db');
    mkdirSync(home.storageDir);
    writeFileSync(storePath, 'damaged'.repeat(5000));
    home.reply('s1', 'a');
    const engine = await start({ storePath });
    const troubles = collectTroubles(engine);
    await engine.sweep();
    assert.equal((await counts(engine)).turns, 1);
    assert.equal(troubles.length, 1);
    assert.match(troubles[0]?.message ?? '', /now kept as .*usage\.db\.damaged-/);
  });

  it('does not read agents that the settings disable, and looks where they say', async () => {
    home.reply('s1', 'a');
    const engine = await start({ settings: { paths: {}, disabledAgents: ['claude-code'] } });
    await engine.sweep();
    assert.equal((await counts(engine)).turns, 0);
    const elsewhere = path.join(home.folder, 'elsewhere');
    mkdirSync(path.join(elsewhere, 'projects', '-p'), { recursive: true });
    writeFileSync(path.join(elsewhere, 'projects', '-p', 's9.jsonl'), `${replyRecord('s9', 'z')}\n`);
    await engine.configure({ paths: { 'claude-code': [elsewhere] }, disabledAgents: [] });
    assert.equal((await counts(engine)).turns, 1);
  });

  it('tells of an append that it was not asked about, also in a folder that is new', async () => {
    const engine = await start({ watch: true });
    await engine.sweep();
    const told = (): Promise<void> =>
      new Promise((resolve) => {
        const subscription = engine.onChanged(() => {
          subscription.dispose();
          resolve();
        });
      });
    let news = told();
    home.reply('s1', 'a');
    await news;
    news = told();
    const project = path.join(home.folder, '.claude', 'projects', '-work-new');
    mkdirSync(project);
    writeFileSync(path.join(project, 's2.jsonl'), `${replyRecord('s2', 'b')}\n`);
    await news;
    assert.equal((await counts(engine)).turns, 2);
  }).timeout(20_000);

  it('does not say that all is stored when it ends meanwhile', async () => {
    home.reply('s1', 'a');
    const engine = await start();
    const sweep = assert.rejects(engine.sweep(), /the engine has ended/);
    await engine.dispose();
    await sweep;
    await assert.rejects(engine.sweep(), /the engine has ended/);
  });

  it('refuses a store that another one owns, until that one ends', async () => {
    const options = {
      agents: ALL_AGENTS,
      place: place(home.folder),
      storePath: path.join(home.storageDir, 'usage.db'),
    };
    const first = await createOwnedEngine(options);
    await assert.rejects(createOwnedEngine(options), StoreInUseError);
    await first.dispose();
    const second = await createOwnedEngine(options);
    await second.dispose();
  });

  it('leaves a store that a second look finds whole', async () => {
    const storePath = path.join(home.storageDir, 'usage.db');
    const engine = await start({ storePath });
    for (let n = 0; n < 20; n++) home.reply(`s${n % 3}`, `r${n}`);
    await engine.sweep();
    await engine.dispose();
    const { store } = await openStore({ path: storePath, nowMs: 0 });
    assert.deepEqual(store.all('PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
    assert.deepEqual(store.all('SELECT count(*) AS n FROM usage_logs'), [{ n: 20 }]);
    store.close();
  });
});
