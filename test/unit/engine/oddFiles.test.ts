import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { EngineTrouble } from '../../../src/engine/engineApi.ts';
import type { LocalEngine } from '../../../src/engine/localEngine.ts';
import { collectTroubles, engineForEach, type TranscriptHome, turnsNow } from './transcriptHome.ts';

describe('files that become something else', () => {
  let home: TranscriptHome;
  let engine: LocalEngine;
  let troubles: EngineTrouble[];
  engineForEach((...made) => {
    [home, engine] = made;
    troubles = collectTroubles(engine);
  });
  const turns = (): Promise<number> => turnsNow(engine);

  /** Each takes the place of a transcript that was read. */
  const REPLACEMENTS: Record<string, (file: string) => void> = {
    'a folder': (file) => mkdirSync(path.join(file, 'below'), { recursive: true }),
    'a named pipe': (file) => execFileSync('mkfifo', [file]),
    'a link to itself': (file) => symlinkSync(file, file),
    'a link to nothing': (file) => symlinkSync(`${file}.gone`, file),
    'an empty file': (file) => writeFileSync(file, ''),
  };
  for (const [what, replace] of Object.entries(REPLACEMENTS))
    it(`${what}: what was counted stays, and the others go on`, async function () {
      if (process.platform === 'win32') this.skip();
      home.reply('s1', 'a');
      home.reply('s2', 'b');
      assert.equal(await turns(), 2);
      rmSync(home.file('s1'));
      replace(home.file('s1'));
      home.reply('s2', 'c');
      assert.equal(await turns(), 3);
      // A transcript again.
      rmSync(home.file('s1'), { recursive: true });
      home.reply('s1', 'a');
      home.reply('s1', 'd');
      assert.equal(await turns(), 4);
      const told = troubles.map(({ message }) => message);
      if (what === 'a link to itself') assert.match(told.shift() ?? '', /s1\.jsonl \(ELOOP\)/);
      assert.deepEqual(told, []);
    });

  it('another conversation of the same size, time and place is read when it goes on', async () => {
    home.reply('s1', 'a');
    assert.equal(await turns(), 1);
    const { mtimeMs } = statSync(home.file('s1'));
    const other = readFileSync(home.file('s1'), 'utf8').replaceAll('_a"', '_x"').replaceAll('uuid-a', 'uuid-x');
    writeFileSync(home.file('s1'), other);
    utimesSync(home.file('s1'), mtimeMs / 1000, mtimeMs / 1000);
    home.reply('s1', 'b');
    assert.equal(await turns(), 3);
    assert.deepEqual(troubles, []);
  });

  it('a folder of another project, or a name that rotation gives: counted once', async () => {
    home.reply('s1', 'a');
    assert.equal(await turns(), 1);
    const other = path.join(path.dirname(home.project), '-work-other');
    mkdirSync(other);
    renameSync(home.file('s1'), path.join(other, 's1.jsonl'));
    assert.equal(await turns(), 1);
    renameSync(path.join(other, 's1.jsonl'), path.join(other, 's1.jsonl.1'));
    home.reply('s1', 'b');
    assert.equal(await turns(), 2);
    assert.deepEqual(troubles, []);
  });

  it('a file or folder whose name is not valid UTF-8 is told once, and the others are counted', async function () {
    if (process.platform !== 'linux') this.skip();
    const named = (folder: string, byte: number, ending = ''): Buffer =>
      Buffer.concat([Buffer.from(`${folder}/odd-`), Buffer.from([byte]), Buffer.from(ending)]);
    home.reply('s1', 'a');
    copyFileSync(home.file('s1'), named(home.project, 0xfe, '.jsonl'));
    mkdirSync(named(path.dirname(home.project), 0xff));
    for (const reply of ['b', 'c', 'd']) {
      home.reply('s2', reply);
      await turns();
    }
    assert.equal(await turns(), 4);
    const told = troubles.map(({ message }) => message.slice(message.lastIndexOf('/')));
    const why = '(EILSEQ). Everything else is counted; give it a name in UTF-8 to include it.';
    assert.deepEqual(told.sort(), [`/odd-\uFFFD ${why}`, `/odd-\uFFFD.jsonl ${why}`]);
  });

  it('a configuration folder that was a link to nothing is read once there is something', async function () {
    if (process.platform === 'win32') this.skip();
    const real = path.join(home.folder, 'elsewhere');
    home.reply('s1', 'a');
    renameSync(path.join(home.folder, '.claude'), real);
    symlinkSync(path.join(home.folder, 'mounted'), path.join(home.folder, '.claude'));
    assert.equal(await turns(), 0);
    renameSync(real, path.join(home.folder, 'mounted'));
    assert.equal(await turns(), 1);
    assert.deepEqual(troubles, []);
  });
});
