/** Bytes that matter to the shape of JSON. */
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Byte offsets of the elements of an array in a JSON document: of the document itself, or of the array that stands under `key` in it.
 * For telling where a record stands; expects JSON that parses, and gives what it can of any other.
 */
export function elementOffsets(json: Uint8Array, key?: string): number[] {
  const start = key === undefined ? json.indexOf(OPEN_ARRAY) : arrayUnder(json, key);
  const offsets: number[] = [];
  if (start < 0) return offsets;
  let depth = 0;
  let awaitsElement = true;
  for (let at = start + 1; at < json.length; at++) {
    const byte = json[at] as number;
    if (byte <= 0x20) continue;
    if (depth === 0 && byte === CLOSE_ARRAY) break;
    if (depth === 0 && byte === COMMA) {
      awaitsElement = true;
      continue;
    }
    if (awaitsElement) {
      offsets.push(at);
      awaitsElement = false;
    }
    if (byte === QUOTE) at = endOfString(json, at);
    else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) depth++;
    else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth--;
  }
  return offsets;
}

/** Where the array under a key of the outermost object begins, or -1. */
function arrayUnder(json: Uint8Array, key: string): number {
  const wanted = Buffer.from(JSON.stringify(key));
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at] as number;
    if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) depth++;
    else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth--;
    else if (byte === QUOTE) {
      const end = endOfString(json, at);
      const isKey = depth === 1 && wanted.equals(json.subarray(at, end + 1));
      at = end;
      if (!isKey) continue;
      const [colon, bracket] = [nextByte(json, end + 1), nextByte(json, nextByte(json, end + 1) + 1)];
      if (json[colon] === 0x3a && json[bracket] === OPEN_ARRAY) return bracket;
    }
  }
  return -1;
}

function nextByte(json: Uint8Array, from: number): number {
  let at = from;
  while (at < json.length && (json[at] as number) <= 0x20) at++;
  return at;
}

/** Index of the quote that ends the string which begins at `quote`, or of the last byte. */
function endOfString(json: Uint8Array, quote: number): number {
  for (let at = quote + 1; at < json.length; at++) {
    if (json[at] === BACKSLASH) at++;
    else if (json[at] === QUOTE) return at;
  }
  return json.length - 1;
}
