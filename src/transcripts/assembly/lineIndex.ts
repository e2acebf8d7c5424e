// Looks at a line once, 64 bytes at a time, whatever it holds: where its quotes are, and which bytes are no character of their own.

/** Where the line begins and ends; the byte at `lineEnd` is its newline, or the carriage return before it. */
export let lineStart: usize = 0;
export let lineEnd: usize = 0;
/** The line has a control character, an unknown escape or broken UTF-8: only a real parser may judge it. */
export let isOdd: bool = false;
/** The line has escapes that are written otherwise than `JSON.stringify` would: `\/` or `\u....`. */
export let hasLongEscapes: bool = false;

/** For each 64 bytes: the quotes that no backslash precedes; the bytes that add no UTF-16 code unit; how many such there were before. */
let quotes: usize = 0;
let silent: usize = 0;
let silentBefore: usize = 0;

/** @param at room for 20 bytes per 64 bytes of the longest line, and 64 more */
export function placeIndex(at: usize, longestLine: usize): void {
  const blocks = longestLine / 64 + 2;
  quotes = at;
  silent = quotes + blocks * 8;
  silentBefore = silent + blocks * 8;
}

function mask(a: v128, b: v128, c: v128, d: v128): u64 {
  const low = <u32>i8x16.bitmask(a) | ((<u32>i8x16.bitmask(b)) << 16);
  const high = <u32>i8x16.bitmask(c) | ((<u32>i8x16.bitmask(d)) << 16);
  return <u64>low | ((<u64>high) << 32);
}

function equal(a: v128, b: v128, c: v128, d: v128, byte: i8): u64 {
  const x = i8x16.splat(byte);
  return mask(i8x16.eq(a, x), i8x16.eq(b, x), i8x16.eq(c, x), i8x16.eq(d, x));
}

function greater(a: v128, b: v128, c: v128, d: v128, byte: i8): u64 {
  const x = i8x16.splat(byte);
  return mask(i8x16.gt_s(a, x), i8x16.gt_s(b, x), i8x16.gt_s(c, x), i8x16.gt_s(d, x));
}

/** Whether one of the bytes has this value. */
function has(a: v128, b: v128, c: v128, d: v128, byte: i8): v128 {
  const x = i8x16.splat(byte);
  return v128.or(v128.or(i8x16.eq(a, x), i8x16.eq(b, x)), v128.or(i8x16.eq(c, x), i8x16.eq(d, x)));
}

/** Whether there are four hexadecimal digits at `at`. */
function isHex(at: usize): bool {
  for (const end = at + 4; at < end; at++) {
    const byte = <u32>load<u8>(at);
    if (byte - 48 > 9 && (byte | 32) - 97 > 5) return false;
  }
  return true;
}

/** Looks at the line that begins at `start`. @returns the address of its newline; there must be one somewhere */
export function indexLine(start: usize): usize {
  lineStart = start;
  isOdd = false;
  hasLongEscapes = false;
  let silentSum: u32 = 0;
  /** The first byte of the next block is escaped. */
  let escapeOpen: u64 = 0;
  /** The first bytes of the next block belong to a `\u....`. */
  let longOpen: u64 = 0;
  /** UTF-8 that goes on in the next block: the bytes that must be continuations; those of them that are a code unit. */
  let goesOn: u64 = 0;
  let secondUnits: u64 = 0;
  let isStrange = false;
  let at = start;
  let index: usize = 0;
  while (true) {
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const c = v128.load(at, 32);
    const d = v128.load(at, 48);
    let quote = equal(a, b, c, d, 34);
    const backslash = equal(a, b, c, d, 92);
    let unseen = longOpen;
    longOpen = 0;
    let within: u64 = ~(<u64>0);
    const smallest = i8x16.min_u(i8x16.min_u(a, b), i8x16.min_u(c, d));
    let newline: u64 = 0;
    if (i8x16.bitmask(i8x16.eq(i8x16.min_u(smallest, i8x16.splat(31)), smallest))) {
      newline = equal(a, b, c, d, 10);
      if (newline) within = (newline & (0 - newline)) - 1;
      const x = i8x16.splat(31);
      const control =
        mask(
          i8x16.eq(i8x16.min_u(a, x), a),
          i8x16.eq(i8x16.min_u(b, x), b),
          i8x16.eq(i8x16.min_u(c, x), c),
          i8x16.eq(i8x16.min_u(d, x), d),
        ) & within;
      if (control) {
        // A carriage return before the newline is no part of the line.
        const last = at + <usize>ctz(newline) - 1;
        if (newline && load<u8>(last) === 13 && last >= start && popcnt(control) === 1) within >>= 1;
        else if (control) isOdd = true;
      }
    }
    if (backslash | escapeOpen) {
      const odd: u64 = (~(<u64>0) / 3) * 2;
      const begins = backslash & ~escapeOpen;
      const codes = (((begins << 1) | odd) - begins) ^ odd;
      const escaped = codes ^ (backslash | escapeOpen);
      const escaping = codes & backslash;
      escapeOpen = escaping >> 63;
      const quotesAndEscaped = quote;
      quote &= ~escaped;
      unseen |= escaping;
      // Nearly all are new lines, quotes and backslashes.
      let rest = escaped & ~(backslash | quotesAndEscaped | equal(a, b, c, d, 110)) & within;
      while (rest) {
        const bit = ctz(rest);
        rest &= rest - 1;
        const byte = load<u8>(at + <usize>bit);
        if (byte === 116 || byte === 114 || byte === 98 || byte === 102) continue;
        hasLongEscapes = true;
        if (byte === 117 && isHex(at + <usize>bit + 1)) {
          // Of the six bytes the last one counts.
          unseen |= (<u64>15) << bit;
          if (bit > 60) longOpen |= <u64>15 >> (64 - bit);
        } else if (byte !== 47) isOdd = true;
      }
    }
    if (i8x16.bitmask(v128.or(v128.or(a, b), v128.or(c, d))) || goesOn) {
      const high = mask(a, b, c, d);
      const continues = high & ~greater(a, b, c, d, -65);
      const leads = high & ~continues;
      const three = greater(a, b, c, d, -33) & leads;
      let four: u64 = 0;
      const largest = i8x16.max_u(i8x16.max_u(a, b), i8x16.max_u(c, d));
      const strange = v128.or(
        v128.or(i8x16.eq(i8x16.max_u(largest, i8x16.splat(-16)), largest), has(a, b, c, d, -32)),
        v128.or(has(a, b, c, d, -19), v128.or(has(a, b, c, d, -64), has(a, b, c, d, -63))),
      );
      if (v128.any_true(strange)) {
        isStrange = true;
        four = greater(a, b, c, d, -17) & leads;
      }
      const expected = goesOn | (leads << 1) | (three << 2) | (four << 3);
      // The newline is looked at too: it must not stand where a continuation should.
      const looked = within | (within + 1);
      if ((expected ^ continues) & looked) isOdd = true;
      unseen |= continues & ~(secondUnits | (four << 1));
      goesOn = (leads >> 63) | (three >> 62) | (four >> 61);
      secondUnits = four >> 63;
    }
    store<u64>(quotes + (index << 3), quote | ~within);
    store<u64>(silent + (index << 3), unseen & within);
    store<u32>(silentBefore + (index << 2), silentSum);
    silentSum += <u32>popcnt(unseen & within);
    if (newline) {
      lineEnd = at + <usize>popcnt(within);
      if (isStrange && !isOdd && !isUtf8()) isOdd = true;
      return at + <usize>ctz(newline);
    }
    at += 64;
    index++;
  }
}

/** Whether the ranges of the second bytes are kept too, where the pattern of the line is right. */
function isUtf8(): bool {
  for (let at = lineStart; at < lineEnd; at++) {
    const lead = load<u8>(at);
    if (lead < 0xc0) continue;
    const second = load<u8>(at + 1);
    if (lead < 0xc2 || lead > 0xf4) return false;
    if (lead === 0xe0 && second < 0xa0) return false;
    if (lead === 0xed && second > 0x9f) return false;
    if (lead === 0xf0 && second < 0x90) return false;
    if (lead === 0xf4 && second > 0x8f) return false;
  }
  return true;
}

/** The closing quote of the string whose first byte is at `at`; `lineEnd` or more when there is none. */
export function stringEnd(at: usize): usize {
  const offset = at - lineStart;
  let block = offset >> 6;
  const bit = <u64>(offset & 63);
  let open = (load<u64>(quotes + (block << 3)) >> bit) << bit;
  while (!open) open = load<u64>(quotes + (++block << 3));
  return lineStart + (block << 6) + <usize>ctz(open);
}

function silentUpTo(at: usize): u32 {
  const offset = at - lineStart;
  const block = offset >> 6;
  const before = load<u64>(silent + (block << 3)) & (((<u64>1) << (<u64>(offset & 63))) - 1);
  return load<u32>(silentBefore + (block << 2)) + <u32>popcnt(before);
}

/** UTF-16 code units of the string in these bytes, its escapes undone. */
export function units(from: usize, to: usize): u32 {
  return <u32>(to - from) - (silentUpTo(to) - silentUpTo(from));
}

/** The first place after `from` with `least` code units before it that is in no character or escape; at most `to`. */
export function startEnd(from: usize, to: usize, least: u32): usize {
  let at = from;
  while (true) {
    const missing = <i32>least - <i32>units(from, at);
    if (missing <= 0) break;
    at += <usize>missing;
    if (at >= to) return to;
  }
  while (at < to && ((load<u8>(at) & 0xc0) === 0x80 || (load<u8>(at - 1) < 0x80 && units(at - 1, at) === 0))) at++;
  return at;
}
