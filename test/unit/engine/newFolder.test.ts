import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { claudeCode } from '../../../src/agents/claudeCode.ts';
import { createIngest, type Ingest } from '../../../src/engine/ingest.ts';
import { foreignDatabases } from '../../../src/store/foreignDatabase.ts';
import { openStore } from '../../../src/store/openStore.ts';
import type { Store } from '../../../src/store/store.ts';
import { place, replyRecord, type TranscriptHome, transcriptHome } from './transcriptHome.ts';

describe('a folder that comes', () => {
  let home: TranscriptHome;
  let store: Store;
  let ingest: Ingest;
  /** What was watched, the newest first. */
  let watched: readonly string[];

  beforeEach(async () => {
    home = transcriptHome();
    ({ store } = await openStore({ nowMs: 0 }));
    watched = [];
    ingest = createIngest({
      store,
      databases: foreignDatabases,
      user: 'ada',
      agents: () => [{ agent: claudeCode, roots: claudeCode.roots(place(home.folder)) }],
      onFolders(folders) {
        watched = folders;
        return false;
      },
      onStored() {},
      onProgress() {},
      onTrouble: ({ message }) => assert.fail(message),
    });
  });
  afterEach(() => {
    ingest.stop();
    store.close();
    home.remove();
  });

  const write = (...parts: string[]): string => {
    const file = path.join(home.project, ...parts);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${replyRecord('s', parts.join())}\n`);
    return file;
  };
  const isStored = (file: string): boolean => store.cursors.find('claude-code', file) !== undefined;

  it('is watched and read at once, with the folders below it; all others are left to the sweep', async () => {
    home.reply('first', 'a');
    await ingest.sweep();
    const elsewhere = write('other.jsonl');
    const session = path.join(home.project, 'session');
    const files = [write('session', 'subagents', 'agent-1.jsonl'), write('session', 'subagents', 'agent-2.jsonl')];
    const before = [...watched];
    assert.equal(ingest.lookAt(session), false, 'there is still a sweep');
    assert.deepEqual(files.map(isStored), [true, true]);
    assert.equal(isStored(elsewhere), false);
    assert.deepEqual(watched, [session, ...before]);
    await ingest.sweep();
    assert.equal(isStored(elsewhere), true);
  });

  it('is read no second time when it is told again', async () => {
    home.reply('first', 'a');
    await ingest.sweep();
    const file = write('session', 'subagents', 'agent-1.jsonl');
    const folder = path.dirname(file);
    ingest.lookAt(folder);
    await ingest.sweep();
    appendFileSync(file, `${replyRecord('s', 'more')}\n`);
    const before = store.cursors.find('claude-code', file)?.offset;
    assert.equal(ingest.lookAt(folder), false);
    assert.equal(
      store.cursors.find('claude-code', file)?.offset,
      before,
      'a folder that is known has watches of its own',
    );
  });

  it('is left to the first sweep before that has ended, and may lead nowhere', async () => {
    const file = write('session', 'subagents', 'agent-1.jsonl');
    assert.equal(ingest.lookAt(path.dirname(file)), false);
    assert.deepEqual([watched, isStored(file)], [[], false]);
    await ingest.sweep();
    assert.equal(isStored(file), true);
    const loop = path.join(home.project, 'loop');
    symlinkSync(loop, loop);
    assert.equal(ingest.lookAt(loop), true, 'nothing that can be looked into');
    assert.equal(ingest.lookAt(path.join(home.folder, 'gone')), true);
  });
});
