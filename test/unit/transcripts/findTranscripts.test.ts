import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileFacts, findTranscripts } from '../../../src/transcripts/findTranscripts.ts';

describe('findTranscripts', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'find-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function file(path: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), 'x\n');
  }

  function find(root = folder): { files: string[]; troubles: string[] } {
    const found = [...findTranscripts({ path: root, account: 'who' }, (path) => path.endsWith('.jsonl'))];
    const transcripts = found.flatMap((directory) => directory.transcripts);
    for (const transcript of transcripts) {
      assert.deepEqual(transcript.facts, fileFacts(transcript.path));
      assert.equal(transcript.account, 'who');
      assert.equal(transcript.root, root);
    }
    return {
      files: transcripts.map((transcript) => transcript.relativePath).sort(),
      troubles: found.flatMap((directory) =>
        directory.troubles.map((trouble) => `${trouble.code} ${relative(folder, trouble.path)}`),
      ),
    };
  }

  it('lists what is accepted, at any depth, with forward slashes', () => {
    for (const path of ['a.jsonl', 'b.txt', 'c/d/e.jsonl']) file(path);
    assert.deepEqual(find(), { files: ['a.jsonl', 'c/d/e.jsonl'], troubles: [] });
  });

  it('looks no deeper than the root says', () => {
    for (const path of ['a.jsonl', 'b/c.jsonl', 'b/d/e.jsonl']) file(path);
    const at = (depth: number) =>
      [...findTranscripts({ path: folder, depth }, (path) => path.endsWith('.jsonl'))].flatMap((directory) =>
        directory.transcripts.map((transcript) => transcript.relativePath),
      );
    assert.deepEqual(at(0), ['a.jsonl']);
    assert.deepEqual(at(1).sort(), ['a.jsonl', 'b/c.jsonl']);
  });

  it('looks only into a folder below the root, when that is asked for', () => {
    for (const path of ['a.jsonl', 'b/c.jsonl', 'b/d/e.jsonl', 'bb/f.jsonl']) file(path);
    const from = (below: string, depth?: number) =>
      [...findTranscripts({ path: folder, depth }, (path) => path.endsWith('.jsonl'), join(folder, below))].flatMap(
        (directory) => directory.transcripts.map((transcript) => transcript.relativePath),
      );
    assert.deepEqual(from('b').sort(), ['b/c.jsonl', 'b/d/e.jsonl']);
    assert.deepEqual(from('b/d'), ['b/d/e.jsonl']);
    assert.deepEqual(from('b', 1), ['b/c.jsonl'], 'as deep as the root says');
    assert.deepEqual(from('b/d', 1), []);
    assert.deepEqual(from('gone'), []);
  });

  it('takes a directory for a directory, whatever its name', () => {
    file('x.jsonl/y.jsonl');
    assert.deepEqual(find().files, ['x.jsonl/y.jsonl']);
  });

  it('says nothing of a root that does not exist or is a file', () => {
    assert.deepEqual(find(join(folder, 'missing')), { files: [], troubles: [] });
    file('plain');
    assert.deepEqual(find(join(folder, 'plain')), { files: [], troubles: [] });
  });

  it('follows links once, whatever circles they make', () => {
    file('real/a.jsonl');
    symlinkSync(join(folder, 'real'), join(folder, 'linked'));
    symlinkSync(folder, join(folder, 'real', 'up'));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling.jsonl'));
    const { files, troubles } = find();
    assert.equal(files.length, 1);
    assert.deepEqual(troubles, []);
  });

  it('finds a transcript behind a link to a file', () => {
    file('other/a.txt');
    symlinkSync(join(folder, 'other/a.txt'), join(folder, 'b.jsonl'));
    assert.deepEqual(find().files, ['b.jsonl']);
  });

  it('hands out a directory that holds very many in parts', () => {
    for (let n = 0; n < 1_100; n++) file(`many/${n}.jsonl`);
    const parts = [...findTranscripts({ path: folder }, () => true)].filter(
      ({ transcripts }) => transcripts.length > 0,
    );
    assert.deepEqual(
      parts.map(({ path, transcripts }) => [path, transcripts.length]),
      [512, 512, 76].map((count) => [join(folder, 'many'), count]),
    );
    assert.equal(find().files.length, 1_100);
  });

  it('reports a directory that cannot be read and goes on', function () {
    if (process.getuid?.() === 0 || process.platform === 'win32') this.skip();
    file('closed/a.jsonl');
    file('open/b.jsonl');
    chmodSync(join(folder, 'closed'), 0);
    const found = find();
    chmodSync(join(folder, 'closed'), 0o700);
    assert.deepEqual(found, { files: ['open/b.jsonl'], troubles: ['EACCES closed'] });
  });
});
