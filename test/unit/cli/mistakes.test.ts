import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const CLI = path.join(import.meta.dirname, '../../../src/cli.ts');

/** Runs the CLI from source. @returns its exit code and what it told on stderr */
const told = (...args: string[]): Promise<[code: number, err: string]> =>
  new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', CLI, ...args], (error, _, err) =>
      resolve([typeof error?.code === 'number' ? error.code : 0, err]),
    );
  });

describe('what the command line says of a mistake', function () {
  this.timeout(60_000);

  let home: string;
  before(() => {
    home = mkdtempSync(path.join(tmpdir(), 'atm-mistakes-'));
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  it('names an option that there is not, and where they all are', async () => {
    assert.deepEqual(await told('usage', '--hlep'), [
      2,
      "Unknown option '--hlep'\nCommands and options: cli.js help\n",
    ]);
  });

  it('says that a home holds no transcripts', async () => {
    assert.deepEqual(await told('usage', '--home', home), [
      0,
      `No transcripts of any agent were found under ${home}.\n`,
    ]);
  });

  it('ends where no store can be made', async () => {
    const file = path.join(home, 'file');
    writeFileSync(file, '');
    const [code, err] = await told('usage', '--home', home, '--store', path.join(file, 'a', 'usage.db'));
    assert.equal(code, 2);
    assert.match(err, /usage\.db cannot be used \((ENOTDIR|ENOENT|EEXIST)\)/);
  });
});
