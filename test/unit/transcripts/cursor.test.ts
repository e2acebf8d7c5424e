import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cursor, type CursorStatus, cursorAt, cursorStatus } from '../../../src/transcripts/cursor.ts';
import { type FileFacts, fileFacts } from '../../../src/transcripts/findTranscripts.ts';

describe('cursorStatus', () => {
  let folder: string;
  let path: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'cursor-'));
    path = join(folder, 'file.jsonl');
  });
  after(() => rmSync(folder, { recursive: true }));

  const content = `${'x'.repeat(300)}\n${'y'.repeat(300)}\n`;

  function facts(): FileFacts {
    const found = fileFacts(path);
    assert.ok(found);
    return found;
  }

  function start(offset = content.length, complete = true): Cursor {
    writeFileSync(path, content);
    utimesSync(path, 1000, 1000);
    const cursor = cursorAt(path, facts(), offset, complete);
    assert.ok(cursor);
    return cursor;
  }

  const touch = (seconds: number) => utimesSync(path, seconds, seconds);
  const cases: [name: string, change: () => void, status: CursorStatus][] = [
    ['nothing happened', () => {}, 'unchanged'],
    ['only its time changed', () => touch(2000), 'unchanged'],
    ['it grew', () => appendFileSync(path, 'z\n'), 'grown'],
    [
      'it grew within one tick of a coarse clock',
      () => {
        appendFileSync(path, 'z\n');
        touch(1000);
      },
      'grown',
    ],
    ['it shrank', () => writeFileSync(path, 'x\n'), 'replaced'],
    [
      'another of the same size took its place',
      () => {
        writeFileSync(path, content.replaceAll('y', 'z'));
        touch(2000);
      },
      'replaced',
    ],
    ['a longer one took its place', () => writeFileSync(path, `${content.replaceAll('y', 'z')}more\n`), 'replaced'],
    ['its head was rewritten and it grew', () => writeFileSync(path, `w${content.slice(1)}more\n`), 'replaced'],
    ['it went away after the listing', () => rmSync(path), 'gone'],
  ];
  for (const [name, change, status] of cases) {
    it(`says ${status} when ${name}`, () => {
      const cursor = start();
      const before = facts();
      change();
      const now = fileFacts(path) ?? { ...before, mtimeMs: before.mtimeMs + 1 };
      assert.equal(cursorStatus(path, now, cursor), status);
    });
  }

  it('holds the bytes against each other when size and time are no proof', () => {
    const cursor = start();
    assert.equal(cursorStatus(path, facts(), cursor, true), 'unchanged');
    writeFileSync(path, content.replaceAll('y', 'z'));
    touch(1000);
    assert.equal(cursorStatus(path, facts(), cursor), 'unchanged');
    assert.equal(cursorStatus(path, facts(), cursor, true), 'replaced');
  });

  it('goes on with a file whose reading stopped midway', () => {
    const cursor = start(301, false);
    assert.equal(cursorStatus(path, facts(), cursor), 'grown');
  });

  it('reads a file that was empty', () => {
    const cursor = start(0);
    appendFileSync(path, 'z\n');
    assert.equal(cursorStatus(path, facts(), cursor), 'grown');
  });

  it('gives no cursor for a file that is gone', () => {
    const cursor = start();
    rmSync(path);
    assert.equal(cursorAt(path, cursor, cursor.offset, true), undefined);
  });
});
