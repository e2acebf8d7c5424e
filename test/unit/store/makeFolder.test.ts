import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '../../../src/store/makeFolder.ts';

describe('making a folder', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'atm-folder-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('makes those above it too, for their owner only', () => {
    makeFolder(join(root, 'a', 'b', 'c'));
    for (const made of ['a', 'a/b', 'a/b/c']) {
      assert.ok(statSync(join(root, made)).isDirectory());
      if (process.platform !== 'win32') assert.equal(statSync(join(root, made)).mode & 0o777, 0o700);
    }
    makeFolder(join(root, 'a', 'b', 'c'));
  });

  it('makes no more above it than it may', () => {
    assert.throws(() => makeFolder(join(root, 'a', 'b', 'c'), 1), { code: 'ENOENT' });
    assert.ok(!existsSync(join(root, 'a')));
    makeFolder(join(root, 'a', 'b', 'c'), 2);
    assert.ok(existsSync(join(root, 'a', 'b', 'c')));
  });

  it('says so where a file has the name, or one above it', () => {
    writeFileSync(join(root, 'file'), '');
    assert.throws(() => makeFolder(join(root, 'file')), { code: 'EEXIST' });
    assert.throws(() => makeFolder(join(root, 'file', 'a')), { code: /^(ENOTDIR|ENOENT)$/ });
  });

  it('ends where nothing can be made though the folder above is there', function () {
    if (process.platform !== 'linux') this.skip();
    assert.throws(() => makeFolder('/proc/agent-token-meter/store'), { code: 'ENOENT' });
  });
});
