import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import { listeners } from '../../../src/engine/listeners.ts';
import { createLocalEngine } from '../../../src/engine/localEngine.ts';
import { counts, place, transcriptHome } from './transcriptHome.ts';

describe('listeners', () => {
  const complaints: unknown[] = [];
  const { error } = console;
  beforeEach(() => {
    complaints.length = 0;
    console.error = (complaint: unknown) => void complaints.push(complaint);
  });
  afterEach(() => {
    console.error = error;
  });
  const broken = new Error('a broken window');
  const BROKEN: ((event: unknown) => void)[] = [
    () => {
      throw broken;
    },
    async () => {
      await delay(0);
      throw broken;
    },
  ];

  for (const [index, listener] of BROKEN.entries())
    it(`hear all the same when one goes wrong ${['at once', 'later'][index]}`, async () => {
      const heard: string[] = [];
      const { add, tell } = listeners<string>();
      add((event) => heard.push(`first ${event}`));
      add(listener, ['early']);
      add((event) => heard.push(`last ${event}`), ['early']);
      tell('now');
      await delay(5);
      assert.deepEqual(heard, ['first now', 'last now', 'last early']);
      assert.deepEqual(complaints, [broken, broken]);
    });

  it('hear nothing more once they are disposed of', async () => {
    const heard: string[] = [];
    const { add, tell } = listeners<string>();
    add((event) => heard.push(event), ['early']).dispose();
    tell('now');
    await delay(0);
    assert.deepEqual(heard, []);
  });

  it('that go wrong keep an engine neither from storing nor from telling others', async () => {
    const home = transcriptHome();
    // What the store's file cannot be used for is told.
    const storePath = path.join(home.folder, 'no-folder', 'usage.db');
    writeFileSync(path.dirname(storePath), '');
    const engine = await createLocalEngine({ agents: ALL_AGENTS, place: place(home.folder), storePath });
    try {
      const heard: string[] = [];
      for (const listener of BROKEN) {
        engine.onChanged(() => listener(undefined));
        engine.onProgress(listener);
        engine.onTrouble(listener);
      }
      engine.onChanged(() => heard.push('changed'));
      engine.onTrouble(({ severity }) => heard.push(severity));
      home.reply('s1', 'a');
      await engine.sweep();
      await delay(5);
      assert.deepEqual(heard.sort(), ['changed', 'error']);
      assert.equal((await counts(engine)).turns, 1);
      assert.deepEqual(complaints, Array(4).fill(broken));
    } finally {
      await engine.dispose();
      home.remove();
    }
  });
});
