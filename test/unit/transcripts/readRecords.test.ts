import assert from 'node:assert/strict';
import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { cursorAt } from '../../../src/transcripts/cursor.ts';
import { type ReadBounds, readRecords, recordBuffer } from '../../../src/transcripts/readRecords.ts';

describe('readRecords', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'records-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  function read(content: string | Buffer, bounds: Partial<ReadBounds> = {}, bufferBytes?: number) {
    const path = join(folder, 'file.jsonl');
    writeFileSync(path, content);
    const records: [offset: number, text: string][] = [];
    const { fingerprint, ...progress } = readRecords(
      path,
      { offset: 0, ...bounds },
      (record) => records.push([record.offset, Buffer.from(record.bytes).toString('latin1')]),
      recordBuffer(bufferBytes),
    );
    // As one who opens the file once more would take it.
    const facts = { size: content.length, mtimeMs: 0, ino: '0' };
    assert.equal(fingerprint ?? '', cursorAt(path, facts, progress.offset, true)?.fingerprint);
    return { records, progress };
  }

  const cases: [name: string, content: string, records: [number, string][], offset: number][] = [
    ['an empty file', '', [], 0],
    [
      'whole lines',
      'a\nbc\n',
      [
        [0, 'a'],
        [2, 'bc'],
      ],
      5,
    ],
    ['a last line without its newline', 'a\nbc', [[0, 'a']], 2],
    ['empty lines', '\n\na\n\n', [[2, 'a']], 5],
    [
      'carriage returns',
      'a\r\n\r\nb\r\n',
      [
        [0, 'a'],
        [5, 'b'],
      ],
      8,
    ],
    ['a carriage return inside a line', 'a\rb\n', [[0, 'a\rb']], 4],
    ['nothing but an unfinished line', 'abc', [], 0],
  ];
  for (const [name, content, records, offset] of cases) {
    it(`reads ${name}`, () => {
      assert.deepEqual(read(content), { records, progress: { offset, records: records.length, atEnd: true } });
    });
  }

  it('reads on from an offset', () => {
    assert.deepEqual(read('a\nbc\nd\n', { offset: 2 }).records, [
      [2, 'bc'],
      [5, 'd'],
    ]);
  });

  it('stops after the records and bytes it was allowed, and says where', () => {
    assert.deepEqual(read('a\nb\nc\n', { maxRecords: 2 }).progress, { offset: 4, records: 2, atEnd: false });
    assert.deepEqual(read('aaaa\nb\nc\n', { maxBytes: 1 }).progress, { offset: 5, records: 1, atEnd: false });
  });

  it('does not look beyond the given end', () => {
    assert.deepEqual(read('a\nbc\n', { end: 3 }).progress, { offset: 2, records: 1, atEnd: true });
  });

  it('tells a file that cannot be opened, and one that is none', () => {
    const none = () => assert.fail('no record');
    assert.equal(readRecords(join(folder, 'missing'), { offset: 0 }, none).trouble, 'ENOENT');
    mkdirSync(join(folder, 'folder.jsonl'));
    assert.equal(readRecords(join(folder, 'folder.jsonl'), { offset: 0 }, none).trouble, 'ENOENT');
  });

  it('gives the same records whatever the buffer and the batches', () => {
    const line = fc
      .uint8Array({ maxLength: 40 })
      .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 10 ? 11 : byte))));
    fc.assert(
      fc.property(
        fc.array(line),
        fc.boolean(),
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 1, max: 90 }),
        (lines, ends, size, batch) => {
          const content = Buffer.concat(
            lines.flatMap((bytes, at) => [bytes, Buffer.from(ends || at < lines.length - 1 ? '\n' : '')]),
          );
          const whole = read(content);
          const pieces: [number, string][] = [];
          let offset = 0;
          for (let atEnd = false; !atEnd; ) {
            const piece = read(content, { offset, maxBytes: batch }, size);
            pieces.push(...piece.records);
            assert.ok(piece.progress.offset > offset || piece.progress.atEnd);
            ({ offset, atEnd } = piece.progress);
          }
          assert.deepEqual([pieces, offset], [whole.records, whole.progress.offset]);
          const expected = lines
            .slice(0, ends ? undefined : -1)
            .map((bytes) => bytes.toString('latin1').replace(/\r$/, ''))
            .filter((text) => text !== '');
          assert.deepEqual(
            pieces.map(([, text]) => text),
            expected,
          );
        },
      ),
    );
  });

  it('reads a line of 40 MB and gives the memory back', () => {
    const path = join(folder, 'huge.jsonl');
    const descriptor = openSync(path, 'w');
    const size = 40 << 20;
    ftruncateSync(descriptor, size);
    writeSync(descriptor, '\nnext\n', size);
    closeSync(descriptor);
    const buffer = recordBuffer();
    const seen: [number, number][] = [];
    const { fingerprint: _, ...progress } = readRecords(
      path,
      { offset: 0 },
      (record) => seen.push([record.offset, record.bytes.length]),
      buffer,
    );
    assert.deepEqual(seen, [
      [0, size],
      [size + 1, 4],
    ]);
    assert.deepEqual(progress, { offset: size + 6, records: 2, atEnd: true });
    assert.ok(buffer.bytes.length <= 8 << 20);
  });
});
