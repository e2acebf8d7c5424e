// Checks JSON, and finds where its values end.
import { setUnlike } from './likeness';
import { lineEnd, stringEnd } from './lineIndex';

export const FAILED: usize = 0;

// Bytes of JSON.
export const QUOTE: u32 = 34,
  COMMA: u32 = 44,
  MINUS: u32 = 45,
  DOT: u32 = 46,
  ZERO: u32 = 48,
  COLON: u32 = 58;
export const OPEN_LIST: u32 = 91,
  CLOSE_LIST: u32 = 93,
  OPEN: u32 = 123,
  CLOSE: u32 = 125;

const DEEPEST: u32 = 512;

export function byte(at: usize): u32 {
  return <u32>load<u8>(at);
}

export function skipSpace(at: usize): usize {
  while (byte(at) === 32) at++;
  return at;
}

/** @returns where the number at `at` ends, or `FAILED` */
export function numberEnd(at: usize): usize {
  const first = at;
  if (byte(at) === MINUS) at++;
  if (byte(at) === ZERO) at++;
  else {
    if (byte(at) - ZERO > 9) return FAILED;
    while (byte(at) - ZERO <= 9) at++;
  }
  // Longer ones and those with fractions may be rounded; -0 loses its sign.
  if (at - first > 15 || (byte(first) === MINUS && byte(first + 1) === ZERO)) setUnlike(true);
  if (byte(at) === DOT) {
    setUnlike(true);
    at++;
    if (byte(at) - ZERO > 9) return FAILED;
    while (byte(at) - ZERO <= 9) at++;
  }
  if ((byte(at) | 32) === 101) {
    setUnlike(true);
    at++;
    if (byte(at) === MINUS || byte(at) === 43) at++;
    if (byte(at) - ZERO > 9) return FAILED;
    while (byte(at) - ZERO <= 9) at++;
  }
  return at;
}

/** @returns where the `true`, `false` or `null` at `at` ends, or `FAILED` */
export function wordEnd(at: usize): usize {
  const four = load<u32>(at);
  if (four === 0x65757274 || four === 0x6c6c756e) return at + 4;
  if (four === 0x736c6166 && byte(at + 4) === 101) return at + 5;
  return FAILED;
}

/** @returns where the value at `at` ends, or `FAILED` when it is none */
export function skip(at: usize): usize {
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
