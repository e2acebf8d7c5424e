// Walks the JSON of one indexed line: checks all of it, and puts what is wanted of it on a tape.

import { forgetKeys, isUnlike, keysNoted, noteKey, setUnlike } from './likeness';
import { hasLongEscapes, lineEnd, lineStart, startEnd, stringEnd, units } from './lineIndex';
import { measure, written } from './measure';
import { isSame } from './same';
import {
  byte,
  CLOSE,
  CLOSE_LIST,
  COLON,
  COMMA,
  FAILED,
  MINUS,
  numberEnd,
  OPEN,
  OPEN_LIST,
  QUOTE,
  skip,
  skipSpace,
  wordEnd,
  ZERO,
} from './skip';
import {
  END,
  FALSE,
  forgetLasts,
  LIST,
  LIST_END,
  NULL,
  OBJECT,
  put1,
  put2,
  put3,
  put4,
  putText,
  RAW,
  rewind,
  SIZE,
  START,
  TRUE,
  tapeIsFull,
  tapeMark,
  WHOLE_NUMBER,
} from './tape';

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

const SHORTEST_START: u32 = 256;

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
  const wasUnlike = isUnlike();
  const keys = keysNoted();
  if (isSized) setUnlike(hasLongEscapes);
  put1(number | OBJECT);
  let at = start + 1;
  if (byte(at) === 32) {
    setUnlike(true);
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
        setUnlike(true);
        at = skipSpace(at);
        if (byte(at) !== COLON) return FAILED;
      }
      at++;
      if (byte(at) === 32) {
        setUnlike(true);
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
        setUnlike(true);
        at = skipSpace(at);
        next = byte(at);
      }
      if (next === COMMA) {
        at++;
        if (byte(at) === 32) {
          setUnlike(true);
          at = skipSpace(at);
        }
      } else if (next === CLOSE) break;
      else return FAILED;
    }
  }
  at++;
  if (isSized) {
    // The text of the value itself is measured: its escapes count as they are written.
    put4(number | END, isUnlike() ? -1 : <i32>written(start, at), <i32>start, <i32>at);
    setUnlike(wasUnlike);
    forgetKeys(keys);
  } else put1(number | END);
  return at;
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
  setUnlike(false);
  forgetKeys(0);
  if (byte(lineStart) !== OPEN) return false;
  const end = takeObject(node, 0, lineStart);
  return end !== FAILED && skipSpace(end) === lineEnd;
}
