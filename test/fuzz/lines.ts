import type { Wanted, WantedObject } from '../../src/transcripts/wanted.ts';
import type { Random } from './random.ts';

/** What breaks scanners: pieces of JSON, of escapes and of UTF-8, whole and halved. */
const PIECES = [
  ...[
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    ' ',
    '\t',
    '\r',
    '\n',
    '\0',
    '\u001f',
    '\u007f',
    'x',
    '/',
    '\\/',
    '\\"',
    '\\\\',
  ],
  ...[
    '\\u',
    '\\u00',
    '\\u0041',
    '\\u000a',
    '\\ud83d\\ude00',
    '\\ud83d',
    '\\ude00',
    '\\n',
    '\\b',
    '\\x',
    "\\'",
    '\\u00e',
  ],
  ...[
    'true',
    'false',
    'null',
    'nul',
    '0',
    '-0',
    '-',
    '01',
    '1.',
    '1.5',
    '1e5',
    '1E+',
    '12345678901',
    '9007199254740993',
    '1e999',
  ],
  ...[
    '{}',
    '[]',
    '""',
    '[ ]',
    '{ }',
    '{"a":1,"a":2}',
    '"a":1,',
    ',"b":[1,{"c":"d"}]',
    '[[[[[[[[',
    ']]]]]]]]',
    '{"a":{"a":{"a":',
  ],
  ...['é', '→', '語', '😀', '\ufeff', '\u2028', '\ud800'],
]
  .map((text) => Buffer.from(text))
  .concat(
    [
      [0x80],
      [0xc0, 0x80],
      [0xc1],
      [0xc3],
      [0xe2, 0x82],
      [0xe0, 0x80, 0x80],
      [0xed, 0xa0, 0x80],
      [0xf0, 0x9f, 0x98],
    ].map((bytes) => Buffer.from(bytes)),
    [[0xf0, 0x80, 0x80, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xf5], [0xff], [0xfe, 0xff]].map((bytes) =>
      Buffer.from(bytes),
    ),
  );

/** A line with some damage, from none at all to beyond recognition. */
export function mutated(line: Buffer, random: Random, others: readonly Buffer[]): Buffer {
  let bytes = line;
  for (let times = random.pick([0, 1, 1, 1, 2, 3, 8]); times > 0; times--) bytes = mutatedOnce(bytes, random, others);
  return bytes;
}

function mutatedOnce(bytes: Buffer, random: Random, others: readonly Buffer[]): Buffer {
  const at = random.below(bytes.length + 1);
  const to = Math.min(bytes.length, at + random.below(random.pick([2, 8, 64, 1000])));
  const around = (middle: Uint8Array, end = at): Buffer =>
    Buffer.concat([bytes.subarray(0, at), middle, bytes.subarray(end)]);
  switch (random.below(12)) {
    case 0:
      return around(Buffer.from([random.below(256)]), at + 1);
    case 1:
      return around(random.pick(PIECES));
    case 2:
      return around(random.pick(PIECES), to);
    case 3:
      return around(Buffer.alloc(0), to);
    case 4:
      return around(bytes.subarray(at, to));
    case 5:
      return bytes.subarray(0, at);
    case 6: {
      const other = random.pick(others);
      const from = random.below(other.length + 1);
      return around(other.subarray(from, from + random.below(400)), to);
    }
    case 7:
      return around(Buffer.from(random.pick(['é', 'x', '😀', '\\n', '\\u00e9', 'ab"', ' ']).repeat(random.below(300))));
    case 8:
      return rewritten(bytes, (value) => shuffled(value, random));
    case 9:
      return rewritten(bytes, (value) => value, random.pick([1, ' ']));
    case 10:
      return Buffer.from(bytes.toString('latin1').replace(/[\x80-\xff]/g, '\\u00e9'), 'latin1');
    default:
      return rewritten(bytes, (value) => replaced(value, random));
  }
}

function rewritten(bytes: Buffer, change: (value: unknown) => unknown, space?: number | string): Buffer {
  try {
    return Buffer.from(JSON.stringify(change(JSON.parse(bytes.toString())), undefined, space).replaceAll('\n', ' '));
  } catch {
    return bytes;
  }
}

/** The same with the keys of all objects in another order, some of them twice. */
function shuffled(value: unknown, random: Random): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, random));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [key, shuffled(inner, random)]);
  for (let last = entries.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [entries[last], entries[other]] = [entries[other] as [string, unknown], entries[last] as [string, unknown]];
  }
  return Object.fromEntries(entries);
}

const ODD_VALUES = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e300,
  2 ** 53,
  '',
  'text',
  'é'.repeat(300),
  [],
  {},
  [null],
  [[]],
  [{}],
  { type: 'text' },
];

/** The same with one value somewhere in it replaced by an odd one. */
function replaced(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random.chance(0.1)) return random.pick(ODD_VALUES);
  const copy: Record<string, unknown> = Array.isArray(value) ? ([...value] as never) : { ...value };
  const keys = Object.keys(copy);
  if (keys.length === 0) return random.pick(ODD_VALUES);
  const key = random.pick(keys);
  copy[key] = replaced(copy[key], random);
  return copy;
}

/** A value made up along a description: most of it has the wanted shape. */
export function madeUp(wanted: Wanted | undefined, random: Random, depth = 0): unknown {
  const kind = random.below(10);
  if (wanted?.object && kind < 6) return madeUpObject(wanted.object, random, depth);
  if (wanted?.list && kind < 9)
    return Array.from({ length: random.below(4) }, () => madeUp(wanted.list, random, depth + 1));
  if (kind < 7) return madeUpText(random);
  if (kind < 8 && depth < 4)
    return { a: madeUp(undefined, random, depth + 1), b: [madeUp(undefined, random, depth + 1)] };
  return random.pick(ODD_VALUES);
}

export function madeUpObject(wanted: WantedObject, random: Random, depth = 0): object {
  const value: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(wanted.fields))
    if (random.chance(0.5)) value[key] = madeUp(inner, random, depth + 1);
  if (random.chance(0.3)) value[random.pick(['other', 'typ', 'éa', ''])] = madeUp(undefined, random, depth + 1);
  return shuffled(value, random) as object;
}

function madeUpText(random: Random): string {
  const piece = random.pick([
    'a',
    'word ',
    'é',
    '→',
    '😀',
    '"',
    '\\',
    '\n',
    '\u0001',
    '/',
    '\ud83d',
    '2026-11-22T05:00:00.000Z',
  ]);
  const text = piece.repeat(random.below(random.pick([2, 10, 100, 400])));
  return random.chance(0.3) ? text + random.pick(['user', 'assistant', 'text', 'tool_use']) : text;
}
