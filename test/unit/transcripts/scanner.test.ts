import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readRecords, recordBuffer } from '../../../src/transcripts/readRecords.ts';
import { createScanner, type Scanner } from '../../../src/transcripts/scanner.ts';
import { jsonSize, SIZE, START, TEXT, type WantedObject } from '../../../src/transcripts/wanted.ts';
import { compileScanner } from '../../../vite.scanner.mts';
import { compareValues } from '../../fuzz/compare.ts';
import { fuzz, type Subject, subjects } from '../../fuzz/fuzz.ts';

const WANTED: WantedObject = {
  fields: {
    a: TEXT,
    size: SIZE,
    start: START,
    none: { nothing: true },
    inner: { object: { fields: { a: TEXT, b: TEXT } } },
    list: { list: { object: { fields: { a: TEXT, size: SIZE } } } },
    strict: { object: { strict: true, fields: { a: TEXT, none: { nothing: true } } } },
    sized: { object: { sized: true, fields: { a: TEXT } } },
  },
};

/** Lines that the scanner takes itself. */
const SCANNED: Record<string, string> = {
  'nothing wanted': '{"x":1,"y":[{"z":"a"},[]],"":{}}',
  'each kind of value': '{"a":"text","inner":{"a":1,"b":null},"list":[{"a":true},{"a":false}]}',
  'other types than usual':
    '{"a":{"b":[1]},"size":7,"start":[1],"inner":"text","list":{"a":1},"strict":[],"sized":"x"}',
  'numbers of all forms': '{"a":-0.5e-7,"inner":{"a":123456789,"b":12345678901234567890},"size":1e999}',
  'white space': '{ "a" : "b" , "list" : [ { "a" : 1 } , [ ] ] , "inner" : { } , "x" : [ ] }',
  'the same key twice': '{"a":"first","inner":{"a":1,"b":2},"a":"last","inner":{"b":3},"list":[{"a":1}],"list":[]}',
  'escapes of all forms': String.raw`{"a":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\ud800","size":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\ud800"}`,
  'characters of all lengths': `{"a":"aé→😀","size":"${'aé→😀'.repeat(40)}","start":"${'aé→😀'.repeat(80)}"}`,
  'a start that ends within an escape': `{"start":"${'x'.repeat(255)}\\u00e9${'\\n'.repeat(20)}"}`,
  'a start that ends within a pair': `{"start":"${'😀'.repeat(127)}x😀😀😀"}`,
  'nothing but backslashes': `{"a":"${'\\\\'.repeat(70)}","size":"${'\\\\'.repeat(71)}"}`,
  'a text too long to be copied': `{"a":"${'long '.repeat(1000)}","inner":{"a":"${'long '.repeat(30)}"}}`,
  'an unknown field where it counts': '{"strict":{"a":1,"new":{"b":2}}}',
  'a known field where it counts': '{"strict":{"a":1,"none":{"b":2}}}',
  'the size of an object': '{"sized":{"a":"é\\n","b":[1,{"c":"→"}],"d":true}}',
  'the size of an object that is written otherwise': String.raw`{"sized":{"a":"\u0041\/", "b":1.0}}`,
  'the size of an object with a key twice': '{"sized":{"b":{"c":1,"d":2,"c":3}}}',
  'the size of an object with negative zero': '{"sized":{"b":-0,"c":123456789012345678}}',
  'brackets in strings': '{"x":"[{","a":"}]","list":[{"a":"\\"]"}]}',
  'deep nesting': `{"x":${'['.repeat(500)}${']'.repeat(500)},"a":1}`,
};

/** Lines that only the parser can judge, most of them broken. */
const PARSED: Record<string, string | Buffer> = {
  'no object': '[1]',
  'a text': '"a"',
  'an end too early': '{"a":"b"',
  'a string without an end': '{"a":"b}',
  'something after the end': '{"a":1}}',
  'a comma too many': '{"a":1,}',
  'a comma too few': '{"a":1 "b":2}',
  'no colon': '{"a" 1}',
  'brackets that do not match': '{"x":[1}',
  'a wrong bracket within': '{"x":[{"a":1]}}',
  'a bare word': '{"x":nul}',
  'a word too long': '{"x":nullx}',
  'a leading zero': '{"x":01}',
  'a point without digits': '{"x":1.}',
  'an exponent without digits': '{"x":1e}',
  'a minus alone': '{"x":-}',
  'an unknown escape': '{"x":"\\x"}',
  'an escape cut short': '{"x":"\\u00e"}',
  'a backslash outside a string': '{"x":1\\}',
  'a control character': '{"x":"a\u0001b"}',
  'a tab between tokens': '{"a":\t1}',
  'a key written with escapes': '{"\\u0061":1}',
  'half a character': Buffer.from([...Buffer.from('{"size":"'), 0xe2, 0x82, ...Buffer.from('"}')]),
  'a character in too many bytes': Buffer.from([...Buffer.from('{"size":"'), 0xc0, 0x80, ...Buffer.from('"}')]),
  'a surrogate in UTF-8': Buffer.from([...Buffer.from('{"size":"'), 0xed, 0xa0, 0x80, ...Buffer.from('"}')]),
  'a character beyond the last': Buffer.from([
    ...Buffer.from('{"size":"'),
    0xf4,
    0x90,
    0x80,
    0x80,
    ...Buffer.from('"}'),
  ]),
  'nesting beyond all measure': `{"x":${'['.repeat(5000)}${']'.repeat(5000)}}`,
};

/** The same line with its parts at other places in the blocks of 64 bytes that the scanner looks at. */
function* shifted(line: Buffer): Generator<Buffer> {
  yield line;
  if (line[0] !== 0x7b) return;
  for (let width = 1; width <= 64; width++)
    yield Buffer.concat([Buffer.from(`{"${'p'.repeat(width)}":0,`), line.subarray(1)]);
}

describe('scanner', () => {
  let scanner: Scanner;
  let all: Subject[];
  let folder: string;

  before(async function () {
    this.timeout(120_000);
    const module = new WebAssembly.Module(await compileScanner());
    scanner = createScanner(module, WANTED);
    all = subjects(module);
    folder = mkdtempSync(path.join(tmpdir(), 'scanner-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const [lines, scanned] of [
    [SCANNED, 1],
    [PARSED, 0],
  ] as const) {
    for (const [name, line] of Object.entries(lines)) {
      it(`${scanned ? 'takes' : 'leaves to the parser'} ${name}`, () => {
        for (const bytes of shifted(Buffer.from(line as string))) {
          const seen = compareValues(scanner, WANTED, Buffer.concat([bytes, Buffer.from('\n')]));
          assert.deepEqual(seen, { lines: 1, scanned, difference: undefined });
        }
      });
    }
  }

  it('tells lengths as JSON, in UTF-16 code units', () => {
    const line = Buffer.from('{"sized":{"a":"é😀\\n","b":[1,2]},"size":"é😀\\n"}\n');
    line.copy(scanner.bytes);
    scanner.scan(0, line.length, (_start, _end, value) => {
      const { sized, size } = value as { sized: object; size: string };
      assert.deepEqual([jsonSize(sized), size.length], [23, 4]);
      return true;
    });
  });

  it('forgets what the line before held', () => {
    const lines = [
      '{"a":"x","inner":{"a":1,"b":2},"list":[{"a":1},{"a":2}]}',
      '{"inner":{"b":3},"list":[{"size":"y"}]}',
      '{}',
    ];
    const bytes = Buffer.from(`${lines.join('\n')}\n`.repeat(3));
    assert.deepEqual(compareValues(scanner, WANTED, bytes), { lines: 9, scanned: 9, difference: undefined });
  });

  it('finds the same lines as the parser whatever stands between them', () => {
    const bytes = Buffer.from('\n\r\n{"a":1}\r\n\n{"a":\n2}\n{"a":"\r"}\r\n{"a":3}\r\r\n{"a":4}');
    assert.deepEqual(compareValues(scanner, WANTED, bytes), { lines: 5, scanned: 1, difference: undefined });
  });

  it('goes on where one tape is full, and leaves a line that fills one to the parser', () => {
    const many = `${JSON.stringify({ list: Array.from({ length: 3000 }, (_, a) => ({ a: `element ${a}` })) })}\n`;
    const tooMany = `{"list":[${'{},'.repeat(200_000)}{}]}\n`;
    assert.deepEqual(compareValues(scanner, WANTED, Buffer.from(many.repeat(20))), {
      lines: 20,
      scanned: 20,
      difference: undefined,
    });
    assert.deepEqual(compareValues(scanner, WANTED, Buffer.from(many + tooMany + many)), {
      lines: 3,
      scanned: 2,
      difference: undefined,
    });
    const repeated = `{${Array.from({ length: 200_000 }, (_, a) => `"a":"${a}"`)}}\n`;
    assert.deepEqual(compareValues(scanner, WANTED, Buffer.from(repeated)), {
      lines: 1,
      scanned: 0,
      difference: undefined,
    });
  });

  it('reads the same records from a file as without it, giants among them', () => {
    const file = path.join(folder, 'file.jsonl');
    const small = Array.from({ length: 500 }, (_, a) => `{"a":${a},"x":"${'y'.repeat(a * 7)}"}`).join('\n');
    const giant = (size: number): string => `{"a":"giant","x":"${'z'.repeat(size)}"}`;
    writeFileSync(
      file,
      [small, giant(300_000), small, giant(9 << 20), small, giant(1 << 20), small, '{"a":"unended'].join('\n'),
    );
    const read = (with_: Scanner | undefined, maxBytes?: number) => {
      const records: unknown[] = [];
      const buffer = recordBuffer(1000);
      for (let offset = 0, atEnd = false; !atEnd; ) {
        const progress = readRecords(
          file,
          { offset, maxBytes },
          (record) =>
            records.push([
              record.offset,
              record.bytes.length,
              (JSON.parse(Buffer.from(record.bytes).toString()) as { a: unknown }).a,
              (record.value as { a?: unknown } | undefined)?.a,
            ]),
          buffer,
          with_,
        );
        ({ offset, atEnd } = progress);
      }
      return records;
    };
    const plain = read(undefined) as unknown[][];
    assert.equal(plain.length, 2003);
    const expected = plain.map(([offset, length, a]) => [
      offset,
      length,
      a,
      (length as number) > 8 << 20 ? undefined : a,
    ]);
    assert.deepEqual(read(scanner), expected);
    assert.deepEqual(read(scanner, 100_000), expected);
  });

  it('tells of damaged records what the parser does', function () {
    this.timeout(60_000);
    assert.deepEqual(all.map(({ agent }) => agent.id).sort(), ['claude-code', 'codex', 'pi', 'qwen-code']);
    for (const subject of all) {
      const { difference, lines, scanned } = fuzz(subject, 7, 2500);
      assert.equal(difference, undefined);
      assert.ok(scanned > lines / 4, `only ${scanned} of ${lines} were scanned`);
    }
  });
});
