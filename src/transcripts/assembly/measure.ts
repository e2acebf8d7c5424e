// The size that a value has as JSON.
import { forgetKeys, keysNoted, noteKey, setUnlike } from './likeness';
import { lineEnd, stringEnd } from './lineIndex';
import { byte, COLON, COMMA, FAILED, OPEN, OPEN_LIST, QUOTE, skip, skipSpace } from './skip';

/** Like `skip`, and notes by `setUnlike` when `JSON.stringify` would write the value otherwise. */
export function measure(at: usize, depth: i32): usize {
  const first = byte(at);
  if (first !== OPEN && first !== OPEN_LIST) return skip(at);
  if (depth > 32) {
    setUnlike(true);
    return skip(at);
  }
  const isObject = first === OPEN;
  const keys = keysNoted();
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
  forgetKeys(keys);
  return at + 1;
}

function spaced(at: usize): usize {
  if (byte(at) !== 32) return at;
  setUnlike(true);
  return skipSpace(at);
}

/** UTF-16 code units of these bytes as they are written. */
export function written(from: usize, to: usize): u32 {
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
