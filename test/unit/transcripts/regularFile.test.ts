import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openRegularFile, readRegularFile } from '../../../src/transcripts/regularFile.ts';

describe('opening files of others', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'atm-files-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('reads a file, and takes a folder and a device for gone', () => {
    const file = path.join(folder, 'a');
    writeFileSync(file, 'lorem');
    assert.equal(readRegularFile(file).toString(), 'lorem');
    assert.throws(() => openRegularFile(path.join(folder, 'b')), { code: 'ENOENT' });
    if (process.platform === 'win32') return;
    assert.throws(() => openRegularFile(folder), { code: 'ENOENT' });
    assert.throws(() => openRegularFile('/dev/null'), { code: 'ENOENT' });
  });

  it('waits for no writer where a pipe took the place of a file', function () {
    if (process.platform === 'win32') this.skip();
    // In a process of its own: what waits for a pipe cannot be stopped otherwise.
    const { stdout, stderr, signal } = spawnSync(
      process.execPath,
      ['--import=tsx', path.join(import.meta.dirname, 'pipesInPlace.ts'), folder],
      { encoding: 'utf8', timeout: 60_000 },
    );
    assert.equal(signal, null, `it waits for ever\n${stderr}`);
    assert.deepEqual(JSON.parse(stdout || stderr), {
      records: 'ENOENT',
      cursor: 'gone',
      document: 'nothing',
      database: false,
      turns: 1,
    });
  }).timeout(90_000);
});
