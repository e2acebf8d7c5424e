/**
 * A long text that is put together of very many pieces, as UTF-8. To write its bytes takes a fraction of what it takes to make strings of
 * the pieces, to join and to encode them.
 */
export interface TextBytes {
  /** Bytes so far. */
  readonly length: number;
  /** Begins anew. */
  clear(): void;
  add(text: string): void;
  addByte(byte: number): void;
  /** Adds a number as it is written in JSON. */
  addNumber(value: number): void;
  /** A copy of all bytes. */
  copy(): Uint8Array<ArrayBuffer>;
}

/** UTF-8 bytes per UTF-16 code unit at most. */
const MAX_BYTES_PER_UNIT = 3;
const MOST_DIGITS = 10;

export function textBytes(): TextBytes {
  let bytes = Buffer.allocUnsafeSlow(1 << 16);
  let length = 0;

  const makeRoom = (more: number): void => {
    if (length + more > bytes.length) grow(more);
  };

  const grow = (more: number): void => {
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * bytes.length, length + more));
    bytes.copy(larger, 0, 0, length);
    bytes = larger;
  };

  const add = (text: string): void => {
    const units = text.length;
    makeRoom(units * MAX_BYTES_PER_UNIT);
    for (let i = 0; i < units; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 127) {
        length += bytes.write(text, length, 'utf8');
        return;
      }
      // Behind `length` it may be written as often as one likes.
      bytes[length + i] = unit;
    }
    length += units;
  };

  return {
    get length() {
      return length;
    },
    clear() {
      length = 0;
    },
    add,
    addByte(byte) {
      makeRoom(1);
      bytes[length++] = byte;
    },
    addNumber(value) {
      if ((value | 0) !== value || value < 0) {
        add(String(value));
        return;
      }
      makeRoom(MOST_DIGITS);
      if (value < 10) {
        bytes[length++] = 48 + value;
        return;
      }
      const digits = digitsOf(value);
      let rest = value;
      for (let at = length + digits - 1; at >= length; at--) {
        const tenth = (rest / 10) | 0;
        bytes[at] = 48 + rest - 10 * tenth;
        rest = tenth;
      }
      length += digits;
    },
    copy: () => new Uint8Array(bytes.subarray(0, length)),
  };
}

/** Of a whole number from 10 to 2^31. */
function digitsOf(value: number): number {
  if (value < 10_000) return value < 100 ? 2 : value < 1000 ? 3 : 4;
  if (value < 1_000_000) return value < 100_000 ? 5 : 6;
  return value < 100_000_000 ? (value < 10_000_000 ? 7 : 8) : value < 1_000_000_000 ? 9 : 10;
}
