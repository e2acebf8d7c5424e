import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, watch as systemWatch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FolderWatch, watchFolders } from '../../../src/transcripts/watchFolders.ts';

describe('watchFolders', () => {
  let folder: string;
  let watch: FolderWatch | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'watch-'));
    for (const name of ['a', 'b', 'c']) mkdirSync(join(folder, name));
  });
  afterEach(() => {
    watch?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });
  const at = (...names: string[]) => names.map((name) => join(folder, name));

  it('hints at a file that changed', async () => {
    const hint = new Promise<string>((resolve) => {
      watch = watchFolders(at('a'), resolve);
    });
    appendFileSync(join(folder, 'a', 'x.jsonl'), 'x\n');
    assert.equal(await hint, join(folder, 'a', 'x.jsonl'));
  });

  it('watches the first folders up to the limit, never the forbidden or the missing', () => {
    watch = watchFolders(at('missing', 'a', 'b', 'c'), () => {}, { limit: 3, never: at('a') });
    assert.deepEqual(watch.watched(), at('b', 'c'));
  });

  it('takes up and drops folders with an update, and everything when disposed', () => {
    watch = watchFolders(at('a', 'b'), () => {});
    assert.equal(watch.update(at('b', 'c')), true, 'c is watched only from now on');
    assert.deepEqual(watch.watched(), at('b', 'c'));
    assert.equal(watch.update(at('c', 'missing')), false);
    watch.dispose();
    assert.deepEqual(watch.watched(), []);
    assert.equal(watch.update(at('a')), false);
    assert.deepEqual(watch.watched(), []);
  });

  it('drops a folder that goes away', async () => {
    const gone = new Promise<string>((resolve) => {
      watch = watchFolders(at('a'), resolve);
    });
    rmSync(join(folder, 'a'), { recursive: true });
    await gone;
    assert.deepEqual(watch?.watched(), []);
  });

  it('takes up a folder that was removed and made again', async () => {
    let hinted = (_path: string): void => {};
    watch = watchFolders(at('a'), (path) => hinted(path));
    rmSync(join(folder, 'a'), { recursive: true });
    // Another folder first, so that the new one gets another inode.
    mkdirSync(join(folder, 'other'));
    mkdirSync(join(folder, 'a'));
    watch.update(at('a'));
    const hint = new Promise<string>((resolve) => {
      hinted = (path) => path.endsWith('x.jsonl') && resolve(path);
    });
    appendFileSync(join(folder, 'a', 'x.jsonl'), 'x\n');
    assert.equal(await hint, join(folder, 'a', 'x.jsonl'));
  });

  for (const code of ['ENOSPC', 'EMFILE']) {
    it(`looks at the newest folders itself when the system has no watches left (${code})`, async () => {
      writeFileSync(join(folder, 'b', 'old.jsonl'), 'x\n');
      let isFull = true;
      const hints: string[] = [];
      const first = new Promise<void>((resolve) => {
        watch = watchFolders(at('a', 'b', 'missing'), (path) => resolve(void hints.push(path)), {
          pollEveryMs: 5,
          watch(path, options, onEvent) {
            if (isFull && path.endsWith('b')) throw Object.assign(new Error('full'), { code });
            return systemWatch(path, options, onEvent);
          },
        });
      });
      assert.deepEqual([watch?.watched(), watch?.polled()], [at('a'), at('b')]);
      appendFileSync(join(folder, 'b', 'old.jsonl'), 'y\n');
      await first;
      assert.deepEqual(new Set(hints), new Set([join(folder, 'b', 'old.jsonl')]));
      isFull = false;
      watch?.update(at('a', 'b'));
      assert.deepEqual([watch?.watched(), watch?.polled()], [at('a', 'b'), []]);
    });
  }
});
