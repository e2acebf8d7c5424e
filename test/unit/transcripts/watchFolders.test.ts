import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
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
    watch.update(at('b', 'c'));
    assert.deepEqual(watch.watched(), at('b', 'c'));
    watch.dispose();
    assert.deepEqual(watch.watched(), []);
    watch.update(at('a'));
    assert.deepEqual(watch.watched(), []);
  });
});
