import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import { createLocalEngine, type LocalEngine } from '../../../src/engine/localEngine.ts';
import {
  collectTroubles,
  counts,
  engineForEach,
  place,
  replyRecord,
  type TranscriptHome,
  turnsNow,
} from './transcriptHome.ts';

/** Longer than the coarsest file system's times. */
const REST_MS = 3_100;

describe('liveness', () => {
  let home: TranscriptHome;
  let engine: LocalEngine;
  engineForEach((...made) => {
    [home, engine] = made;
  });
  const turns = (): Promise<number> => turnsNow(engine);
  const write = (session: string, ...replies: string[]): void =>
    writeFileSync(home.file(session), replies.map((reply) => `${replyRecord(session, reply)}\n`).join(''));

  it('follows files that are created, renamed, rotated, replaced and deleted', async () => {
    const troubles = collectTroubles(engine);
    write('s1', 'a');
    assert.equal(await turns(), 1);
    renameSync(home.file('s1'), home.file('moved'));
    assert.equal(await turns(), 1, 'the same requests under another name');
    home.reply('moved', 'b');
    assert.equal(await turns(), 2);
    renameSync(home.file('moved'), `${home.file('moved')}.1`);
    write('moved', 'c');
    assert.equal(await turns(), 3, 'a new file where the old one was');
    rmSync(home.file('moved'));
    assert.equal(await turns(), 3);
    write('moved', 'd');
    assert.equal(await turns(), 4);
    rmSync(home.project, { recursive: true });
    writeFileSync(home.project, 'a file where the folder was');
    assert.equal(await turns(), 4);
    rmSync(home.project);
    mkdirSync(home.project);
    write('s2', 'e');
    assert.equal(await turns(), 5);
    assert.deepEqual(troubles, []);
  });

  it('reads what was appended, whatever the clock says', async () => {
    write('s1', 'a');
    assert.equal(await turns(), 1);
    for (const [reply, year] of [
      ['b', 2001],
      ['c', 2090],
      ['d', 1971],
    ] as const) {
      home.reply('s1', reply);
      const seconds = Date.UTC(year) / 1000;
      utimesSync(home.file('s1'), seconds, seconds);
      await engine.sweep();
    }
    assert.equal(await turns(), 4);
  });

  it('looks again at what was rewritten within one tick of a coarse clock', async () => {
    const document = path.join(home.folder, '.gemini', 'tmp', 'p', 'chats', 'session-1.json');
    mkdirSync(path.dirname(document), { recursive: true });
    const writeDocument = (output: number): void =>
      writeFileSync(
        document,
        JSON.stringify({
          sessionId: 'g1',
          startTime: '2026-10-01T10:00:00.000Z',
          messages: [
            {
              id: 'm1',
              type: 'gemini',
              timestamp: '2026-10-01T10:00:01.000Z',
              content: 'lorem',
              model: 'gemini-2.5-pro',
              tokens: { input: 10, output, cached: 0, thoughts: 0, tool: 0, total: 10 + output },
            },
          ],
        }),
      );
    write('s1', 'a');
    writeDocument(1);
    const seconds = Math.floor(Date.now() / 1000);
    const tick = (): void => {
      for (const file of [home.file('s1'), document]) utimesSync(file, seconds, seconds);
    };
    tick();
    assert.equal(await turns(), 2);
    const before = statSync(document);
    write('s1', 'b');
    writeDocument(7);
    tick();
    assert.deepEqual([statSync(document).size, statSync(document).mtimeMs], [before.size, before.mtimeMs]);
    const { tokens } = await counts(engine);
    await delay(REST_MS);
    assert.equal(await turns(), 3);
    assert.equal((await counts(engine)).tokens, tokens + 1160 + 6);
    await delay(REST_MS);
    await engine.sweep();
    assert.equal(engine.timing()?.filesRead, 0, 'beyond doubt');
  }).timeout(20_000);

  it('looks only once at files that a restored backup gave other times', async () => {
    for (const session of ['s1', 's2', 's3']) write(session, session);
    assert.equal(await turns(), 3);
    for (const session of ['s1', 's2', 's3']) utimesSync(home.file(session), 1_000_000_000, 1_000_000_000);
    await engine.sweep();
    assert.equal(engine.timing()?.bytesRead, 0);
    await engine.sweep();
    assert.equal(engine.timing()?.filesRead, 0);
    home.reply('s1', 'more');
    assert.equal(await turns(), 4);
  });

  it('sees at once what came into a new folder while it was looked at, before it was watched', async () => {
    await engine.dispose();
    const project = path.join(home.folder, '.claude', 'projects', '-work-new');
    const file = path.join(project, 's2.jsonl');
    let looks = 0;
    // The agent is asked about a name when its folder was listed, which is before the folder is watched.
    const agents = ALL_AGENTS.map((agent) => ({
      ...agent,
      isTranscript(name: string) {
        if (name.endsWith('first.jsonl') && ++looks === 1) writeFileSync(file, `${replyRecord('s2', 'b')}\n`);
        return agent.isTranscript(name);
      },
    }));
    engine = await createLocalEngine({ agents, place: place(home.folder), watch: true });
    await engine.sweep();
    mkdirSync(project);
    writeFileSync(path.join(project, 'first.jsonl'), `${replyRecord('s1', 'a')}\n`);
    const deadline = performance.now() + 10_000;
    while ((await counts(engine)).turns < 2 && performance.now() < deadline) await delay(20);
    assert.equal((await counts(engine)).turns, 2);
    assert.ok(looks > 0);
  }).timeout(20_000);

  it('counts a linked configuration folder once, whatever circles links make', async () => {
    write('s1', 'a');
    mkdirSync(path.join(home.folder, '.config'));
    symlinkSync(path.join(home.folder, '.claude'), path.join(home.folder, '.config', 'claude'));
    symlinkSync(home.folder, path.join(home.project, 'circle'));
    symlinkSync(path.join(home.folder, 'nowhere'), home.file('dangling'));
    await engine.sweep();
    assert.deepEqual(await counts(engine), { turns: 1, tokens: 1160, files: 1, records: 1, rejected: 0 });
  });

  it('reads a configuration folder that is only a link', async () => {
    write('s1', 'a');
    renameSync(path.join(home.folder, '.claude'), path.join(home.folder, 'elsewhere'));
    symlinkSync(path.join(home.folder, 'elsewhere'), path.join(home.folder, '.claude'));
    assert.equal(await turns(), 1);
    home.reply('s1', 'b');
    assert.equal(await turns(), 2);
  });
});
