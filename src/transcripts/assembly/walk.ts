// Walks the JSON of one indexed line: checks all of it, and puts what is wanted of it on a tape.

import { hasLongEscapes, lineEnd, lineStart, startEnd, stringEnd, units } from './lineIndex';
import { isSame } from './same';
import { forgetLasts, put1, put2, put3, put4, putText, rewind, tapeIsFull, tapeMark } from './tape';

export const FAILED: usize = 0;

// Bytes of JSON.
const QUOTE: u32 = 34,
  COMMA: u32 = 44,
  MINUS: u32 = 45,
  DOT: u32 = 46,
  ZERO: u32 = 48,
  COLON: u32 = 58;
const OPEN_LIST: u32 = 91,
  CLOSE_LIST: u32 = 93,
  OPEN: u32 = 123,
  CLOSE: u32 = 125;

import { END, FALSE, LIST, LIST_END, NULL, OBJECT, RAW, SIZE, START, TRUE, WHOLE_NUMBER } from './tape';

// How a field's string is wanted.
const BY_NOTHING: i32 = 0,
  BY_TEXT: i32 = 1,
  BY_SIZE: i32 = 2,
  BY_START: i32 = 3;

// Offsets in a field: its key, its number, how its string is wanted; the node of its object, the field of its elements.
const KEY: usize = 0,
  KEY_LENGTH: usize = 4,
  FIELD: usize = 8,
  STRING: usize = 12,
  NODE: usize = 16,
  ELEMENT: usize = 20;
/** In place of a node or an element: the whole of it is wanted, or nothing. */
const _WHOLE: i32 = 0,
  NOTHING: i32 = 1;
// Offsets in a node: how keys are found, what is asked of the object, the fields by hash.
const MULTIPLIER: usize = 0,
  MASK: usize = 4,
  FLAGS: usize = 8,
  SLOTS: usize = 12;
const STRICT: i32 = 1,
  SIZED: i32 = 2;

const DEEPEST: u32 = 512;
const SHORTEST_START: u32 = 256;

function byte(at: usize): u32 {
  return <u32>load<u8>(at);
}

function skipSpace(at: usize): usize {
  while (byte(at) === 32) at++;
  return at;
}

/** What is measured is not written as `JSON.stringify` would write it. */
let isUnlike = false;

/** @returns where the number at `at` ends, or `FAILED` */
function numberEnd(at: usize): usize {
  const first = at;
  if (byte(at) === MINUS) at++;
  if (byte(at) === ZERO) at++;
  else {
    if (byte(at) - ZERO > 9) return FAILED;
    while (byte(at) - ZERO <= 9) at++;
  }
  // Longer ones and those with fractions may be rounded; -0 loses its sign.
  if (at - first > 15 || (byte(first) === MINUS && byte(first + 1) === ZERO)) isUnlike = true;
  if (byte(at) === DOT) {
    isUnlike = true;
    at++;
    if (byte(at) - ZERO > 9) return FAILED;
    while (byte(at) - ZERO <= 9) at++;
  }
  if ((byte(at) | 32) === 101) {
    isUnlike = true;
    at++;
    if (byte(at) === MINUS || byte(at) === 43) at++;
    if (byte(at) - ZERO > 9) return FAILED;
    while (byte(at) - ZERO <= 9) at++;
  }
  return at;
}

/** @returns where the `true`, `false` or `null` at `at` ends, or `FAILED` */
function wordEnd(at: usize): usize {
  const four = load<u32>(at);
  if (four === 0x65757274 || four === 0x6c6c756e) return at + 4;
  if (four === 0x736c6166 && byte(at + 4) === 101) return at + 5;
  return FAILED;
}

/** @returns where the value at `at` ends, or `FAILED` when it is none */
function skip(at: usize): usize {
  const first = byte(at);
  if (first === QUOTE) {
    const end = stringEnd(at + 1);
    return end < lineEnd ? end + 1 : FAILED;
  }
  if (first === OPEN || first === OPEN_LIST) return skipInside(at);
  if (first - ZERO <= 9 || first === MINUS) return numberEnd(at);
  return wordEnd(at);
}

/** One bit for each open bracket: 1 = object. */
const stack = memory.data(DEEPEST / 8);

/** The same for objects and lists. */
function skipInside(at: usize): usize {
  let depth: u32 = 0;
  let isObject = false;
  while (true) {
    // Here a value begins.
    at = skipSpace(at);
    const first = byte(at);
    if (first === QUOTE) {
      at = stringEnd(at + 1);
      if (at >= lineEnd) return FAILED;
      at++;
    } else if (first === OPEN || first === OPEN_LIST) {
      if (depth === DEEPEST) return FAILED;
      if (depth > 0) {
        const bits = stack + ((depth - 1) >> 3);
        const bit = (<u32>1) << ((depth - 1) & 7);
        store<u8>(bits, isObject ? byte(bits) | bit : byte(bits) & ~bit);
      }
      depth++;
      isObject = first === OPEN;
      at = skipSpace(at + 1);
      if (byte(at) === (isObject ? CLOSE : OPEN_LIST + 2)) {
        // Empty: it ends below.
      } else {
        if (isObject) {
          at = skipKey(at);
          if (at === FAILED) return FAILED;
        }
        continue;
      }
    } else {
      at = first - ZERO <= 9 || first === MINUS ? numberEnd(at) : wordEnd(at);
      if (at === FAILED) return FAILED;
    }
    // Here a value has ended.
    for (;;) {
      at = skipSpace(at);
      const next = byte(at);
      if (next === COMMA) {
        at++;
        if (isObject) {
          at = skipKey(skipSpace(at));
          if (at === FAILED) return FAILED;
        }
        break;
      }
      if (next !== (isObject ? CLOSE : CLOSE_LIST)) return FAILED;
      at++;
      depth--;
      if (depth === 0) return at;
      isObject = (byte(stack + ((depth - 1) >> 3)) & ((<u32>1) << ((depth - 1) & 7))) !== 0;
    }
  }
}

/** @returns what follows the key at `at` and its colon, or `FAILED` */
function skipKey(at: usize): usize {
  if (byte(at) !== QUOTE) return FAILED;
  at = stringEnd(at + 1);
  if (at >= lineEnd) return FAILED;
  at = skipSpace(at + 1);
  return byte(at) === COLON ? at + 1 : FAILED;
}

/** Signatures of the keys of the objects that are being measured, one after the other. */
const MOST_KEYS = 512;
const signatures = memory.data(MOST_KEYS * 8);
let signaturesUsed: i32 = 0;

/** Two equal keys have equal signatures. */
function signature(from: usize, length: u32): u64 {
  const some: u64 = length >= 8 ? ~(<u64>0) : ((<u64>1) << (<u64>length * 8)) - 1;
  const begin = load<u64>(from) & some;
  const end = length >= 8 ? load<u64>(from + length - 8) : 0;
  return (begin * 0x9e37_79b9_7f4a7) ^ (end * 0xc2b2_ae3d_27d4f) ^ <u64>length;
}

/** Notes a key of the object whose keys began at `first`; a repeated one is not what `JSON.stringify` would write. */
function noteKey(first: i32, from: usize, to: usize): void {
  const mark = signature(from, <u32>(to - from));
  for (let i = first; i < signaturesUsed; i++) if (load<u64>(signatures + (i << 3)) === mark) isUnlike = true;
  if (signaturesUsed === MOST_KEYS) isUnlike = true;
  else store<u64>(signatures + (signaturesUsed++ << 3), mark);
}

/** Like `skip`, and notes in `isUnlike` when `JSON.stringify` would write the value otherwise. */
function measure(at: usize, depth: i32): usize {
  const first = byte(at);
  if (first !== OPEN && first !== OPEN_LIST) return skip(at);
  if (depth > 32) {
    isUnlike = true;
    return skip(at);
  }
  const isObject = first === OPEN;
  const keys = signaturesUsed;
  at++;
  if (byte(at) === first + 2) return at + 1;
  while (true) {
    if (isObject) {
      const key = at + 1;
      at = spaced(at);
      if (byte(at) !== QUOTE) return FAILED;
      const end = stringEnd(at + 1);
      if (end >= lineEnd) return FAILED;
      noteKey(keys, key, end);
      at = spaced(end + 1);
      if (byte(at) !== COLON) return FAILED;
      at++;
    }
    at = measure(spaced(at), depth + 1);
    if (at === FAILED) return FAILED;
    at = spaced(at);
    const next = byte(at);
    if (next === COMMA) at++;
    else if (next === first + 2) break;
    else {
      // An empty list with a space in it.
      return FAILED;
    }
  }
  signaturesUsed = keys;
  return at + 1;
}

function spaced(at: usize): usize {
  if (byte(at) !== 32) return at;
  isUnlike = true;
  return skipSpace(at);
}

/** The field of a node that has this key, or 0. */
function fieldOf(node: usize, from: usize, length: u32): usize {
  const middle = length < 4 ? 0 : byte(from + (length >> 1) - 2);
  const multiplier = load<u32>(node, MULTIPLIER);
  const hash = ((length * multiplier + byte(from)) * multiplier + byte(from + length - 1)) * multiplier + middle;
  const field = <usize>load<u32>(node + ((((hash >> 8) ^ hash) & load<u32>(node, MASK)) << 2), SLOTS);
  if (!field || load<u32>(field, KEY_LENGTH) !== length) return 0;
  return isSame(<usize>load<u32>(field, KEY), from, length) ? field : 0;
}

/** Puts the value at `at` on the tape as its field wants it. @returns where it ends, or `FAILED` */
function take(field: usize, at: usize): usize {
  if (tapeIsFull()) return FAILED;
  const number = load<i32>(field, FIELD) << 8;
  const wanted = load<i32>(field, STRING);
  const first = byte(at);
  if (first === QUOTE) {
    const from = at + 1;
    const end = stringEnd(from);
    if (end >= lineEnd) return FAILED;
    if (wanted === BY_TEXT) putText(number, from, end, units(from, end));
    else if (wanted === BY_SIZE) put2(number | SIZE, units(from, end));
    else if (wanted === BY_START) {
      const size = units(from, end);
      if (size <= SHORTEST_START) putText(number, from, end, size);
      else put4(number | START, <i32>from, <i32>startEnd(from, end, SHORTEST_START), size);
    }
    return end + 1;
  }
  if (first === OPEN) {
    const node = load<i32>(field, NODE);
    if (node > NOTHING) return takeObject(<usize>node, number, at);
    return node === NOTHING ? skip(at) : takeWhole(number, at);
  }
  if (first === OPEN_LIST) {
    const element = load<i32>(field, ELEMENT);
    if (element > NOTHING) return takeList(<usize>element, number, at);
    return element === NOTHING ? skip(at) : takeWhole(number, at);
  }
  if (wanted === BY_NOTHING) return skip(at);
  if (first - ZERO <= 9) {
    const end = numberEnd(at);
    if (end === FAILED) return FAILED;
    if (end - at > 9) {
      put3(number | RAW, <i32>at, <i32>end);
      return end;
    }
    let value: i32 = 0;
    for (let digit = at; digit < end; digit++) {
      const figure = byte(digit) - ZERO;
      if (figure > 9) {
        put3(number | RAW, <i32>at, <i32>end);
        return end;
      }
      value = value * 10 + figure;
    }
    put2(number | WHOLE_NUMBER, value);
    return end;
  }
  if (first === MINUS) return takeWhole(number, at);
  const end = wordEnd(at);
  if (end !== FAILED) put1(number | (first === 116 ? TRUE : first === 110 ? NULL : FALSE));
  return end;
}

function takeWhole(number: i32, at: usize): usize {
  const end = skip(at);
  if (end !== FAILED) put3(number | RAW, <i32>at, <i32>end);
  return end;
}

function takeObject(node: usize, number: i32, start: usize): usize {
  const flags = load<i32>(node, FLAGS);
  const isSized = (flags & SIZED) !== 0;
  const mark = tapeMark();
  const wasUnlike = isUnlike;
  const keys = signaturesUsed;
  if (isSized) isUnlike = hasLongEscapes;
  put1(number | OBJECT);
  let at = start + 1;
  if (byte(at) === 32) {
    isUnlike = true;
    at = skipSpace(at);
  }
  if (byte(at) !== CLOSE) {
    for (;;) {
      if (byte(at) !== QUOTE) return FAILED;
      const from = at + 1;
      const end = stringEnd(from);
      if (end >= lineEnd) return FAILED;
      at = end + 1;
      if (byte(at) !== COLON) {
        isUnlike = true;
        at = skipSpace(at);
        if (byte(at) !== COLON) return FAILED;
      }
      at++;
      if (byte(at) === 32) {
        isUnlike = true;
        at = skipSpace(at);
      }
      if (isSized) noteKey(keys, from, end);
      const field = fieldOf(node, from, <u32>(end - from));
      if (field) {
        const first = byte(at);
        if (isSized && (first === OPEN || first === OPEN_LIST) && measure(at, 0) === FAILED) return FAILED;
        at = take(field, at);
      } else {
        // A known key may be written with escapes.
        if (units(from, end) !== <u32>(end - from)) return FAILED;
        if (flags & STRICT) {
          rewind(mark);
          forgetLasts();
          return takeWhole(number, start);
        }
        at = isSized ? measure(at, 0) : skip(at);
      }
      if (at === FAILED) return FAILED;
      let next = byte(at);
      if (next === 32) {
        isUnlike = true;
        at = skipSpace(at);
        next = byte(at);
      }
      if (next === COMMA) {
        at++;
        if (byte(at) === 32) {
          isUnlike = true;
          at = skipSpace(at);
        }
      } else if (next === CLOSE) break;
      else return FAILED;
    }
  }
  at++;
  if (isSized) {
    // The text of the value itself is measured: its escapes count as they are written.
    put4(number | END, isUnlike ? -1 : <i32>written(start, at), <i32>start, <i32>at);
    isUnlike = wasUnlike;
    signaturesUsed = keys;
  } else put1(number | END);
  return at;
}

/** UTF-16 code units of these bytes as they are written. */
function written(from: usize, to: usize): u32 {
  let count: u32 = 0;
  let at = from;
  for (; at + 16 <= to; at += 16) {
    const bytes = v128.load(at);
    count +=
      16 -
      popcnt(i8x16.bitmask(i8x16.lt_s(bytes, i8x16.splat(-64)))) +
      popcnt(i8x16.bitmask(i8x16.gt_s(bytes, i8x16.splat(-17))) & i8x16.bitmask(bytes));
  }
  for (; at < to; at++) {
    const one = byte(at);
    count += (one & 0xc0) === 0x80 ? 0 : one >= 0xf0 ? 2 : 1;
  }
  return count;
}

function takeList(element: usize, number: i32, at: usize): usize {
  put1(number | LIST);
  at = skipSpace(at + 1);
  if (byte(at) !== CLOSE_LIST) {
    for (;;) {
      at = take(element, at);
      if (at === FAILED) return FAILED;
      at = skipSpace(at);
      const next = byte(at);
      if (next === CLOSE_LIST) break;
      if (next !== COMMA) return FAILED;
      at = skipSpace(at + 1);
    }
  }
  put1(number | LIST_END);
  return at + 1;
}

/** Walks the indexed line as the object that `node` describes. @returns whether it is one */
export function walkLine(node: usize): bool {
  isUnlike = false;
  signaturesUsed = 0;
  if (byte(lineStart) !== OPEN) return false;
  const end = takeObject(node, 0, lineStart);
  return end !== FAILED && skipSpace(end) === lineEnd;
}
