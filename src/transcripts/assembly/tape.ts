// What was found, as a row of numbers, and beside it the plain texts one after the other.
import { isSame } from './same';

/** Kinds; with the number of the field above them. */
export const LINE: i32 = 0,
  TEXT: i32 = 1,
  SAME: i32 = 2,
  RAW: i32 = 3,
  SIZE: i32 = 4,
  WHOLE_NUMBER: i32 = 5,
  NULL: i32 = 6,
  TRUE: i32 = 7,
  FALSE: i32 = 8;
export const OBJECT: i32 = 9,
  END: i32 = 10,
  LIST: i32 = 11,
  LIST_END: i32 = 12,
  START: i32 = 13;

/** A longer text is parsed when it is wanted. */
const LONGEST_TEXT: u32 = 1024;
/** A text of this size is compared with one of the last of its field. */
const LONGEST_SAME: u32 = 112;
const SAME_BYTES: usize = 128;
/** So many of the last texts of each field are known, each in the place that its length and some of its letters give it. */
const SAMES: usize = 8;

let tape: usize = 0;
let tapeStart: usize = 0;
let tapeEnd: usize = 0;
let texts: usize = 0;
let textsStart: usize = 0;
let textsEnd: usize = 0;
let lasts: usize = 0;
let fields: i32 = 0;

/** Room for what one element or text needs at most. */
const SLACK = 4096;

export function placeTape(at: usize, bytes: usize, textsAt: usize, textBytes: usize): void {
  tapeStart = at;
  tapeEnd = at + bytes - SLACK;
  textsStart = textsAt;
  textsEnd = textsAt + textBytes - SLACK;
}

/** @param at room for 1,024 bytes per field */
export function placeLasts(at: usize, fieldCount: i32): void {
  lasts = at;
  fields = fieldCount;
}

export function beginTape(): void {
  tape = tapeStart;
  texts = textsStart;
}

/** No text is told as the same as one before this: what stood on the tape was taken back, or not read. */
export function forgetLasts(): void {
  for (let i: usize = 0; i < <usize>fields * SAMES; i++) store<i32>(lasts + i * SAME_BYTES, -1);
}

export function tapeUsed(): i32 {
  return <i32>(tape - tapeStart);
}

export function textsUsed(): i32 {
  return <i32>(texts - textsStart);
}

export function tapeIsFull(): bool {
  return tape > tapeEnd || texts > textsEnd;
}

export function tapeMark(): usize {
  return tape;
}

export function rewind(mark: usize): void {
  tape = mark;
}

export function put1(word: i32): void {
  store<i32>(tape, word);
  tape += 4;
}

export function put2(word: i32, a: i32): void {
  store<i32>(tape, word);
  store<i32>(tape, a, 4);
  tape += 8;
}

export function put3(word: i32, a: i32, b: i32): void {
  store<i32>(tape, word);
  store<i32>(tape, a, 4);
  store<i32>(tape, b, 8);
  tape += 12;
}

export function put4(word: i32, a: i32, b: i32, c: i32): void {
  store<i32>(tape, word);
  store<i32>(tape, a, 4);
  store<i32>(tape, b, 8);
  store<i32>(tape, c, 12);
  tape += 16;
}

/** A string between its quotes, of so many code units. */
export function putText(number: i32, from: usize, to: usize, size: u32): void {
  const length = <u32>(to - from);
  if (size !== length || length > LONGEST_TEXT) {
    put3(number | RAW, <i32>from - 1, <i32>to + 1);
    return;
  }
  let place = <i32>SAMES;
  if (length <= LONGEST_SAME) {
    // The last letters of ids differ most, the first ones of names.
    const letters = <u32>load<u8>(from) * 5 + <u32>load<u8>(from + (length >> 1)) + <u32>load<u8>(to - 1) * 3;
    place = <i32>((length + letters + (letters >> 3)) & <u32>(SAMES - 1));
    const last = lasts + ((<usize>number >> 8) * SAMES + <usize>place) * SAME_BYTES;
    if (load<u32>(last) === length && isSame(last + 8, from, length)) {
      put2(number | SAME, place);
      return;
    }
    store<u32>(last, length);
    for (let i: u32 = 0; i < length; i += 16) v128.store(last + 8 + i, v128.load(from + i));
  }
  put4(number | TEXT, <i32>(texts - textsStart), <i32>length, place);
  for (let i: u32 = 0; i < length; i += 16) v128.store(texts + i, v128.load(from + i));
  texts += length;
}
