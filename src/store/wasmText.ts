import type { SqliteExports } from './sqlite.ts';

/** Text in the module's memory. */
export interface Scratch {
  /** Writes one zero-ended text. Valid until the next `put` or `begin`. @returns its address */
  put(text: string): number;
  /** Begins a row of texts that are valid together; makes room for `bytes`. */
  begin(bytes: number): void;
  /** Adds a text to the row. @returns its address; its length in bytes is in `lastBytes` */
  add(text: string): number;
  readonly lastBytes: number;
  /** Adds bytes to the row. @returns their address */
  addBytes(bytes: Uint8Array): number;
  /** A text of the module, zero-ended or of a known length in bytes. */
  read(address: number, bytes?: number): string;
  /** The same, where it is likely to be a text that is known: rows repeat names. */
  readLike(address: number, bytes: number, known: string): string;
  pointerAt(address: number): number;
  free(): void;
}

/** UTF-8 bytes per UTF-16 code unit at most. */
export const MAX_BYTES_PER_UNIT = 3;

/** Texts up to this length are copied letter by letter as long as they are ASCII, which most are: a call costs more. */
const SHORT_TEXT = 80;

export function scratch(sqlite: Pick<SqliteExports, 'memory' | 'malloc' | 'free'>): Scratch {
  let bytes = Buffer.from(sqlite.memory.buffer);
  let capacity = 0;
  let start = 0;
  let used = 0;
  let lastBytes = 0;

  /** The memory may have grown, which detaches older views. */
  const current = (): Buffer => {
    if (bytes.length === 0 || bytes.buffer !== sqlite.memory.buffer) bytes = Buffer.from(sqlite.memory.buffer);
    return bytes;
  };

  const begin = (needed: number): void => {
    used = 0;
    if (needed <= capacity) return;
    if (start) sqlite.free(start);
    capacity = Math.max(needed, 2 * capacity, 16_384);
    start = sqlite.malloc(capacity);
    if (!start) throw new Error(`out of memory for a text of ${needed} bytes`);
  };

  const add = (text: string): number => {
    const address = start + used;
    const memory = current();
    const { length } = text;
    let i = 0;
    if (length <= SHORT_TEXT) {
      for (; i < length; i++) {
        const unit = text.charCodeAt(i);
        if (unit > 127) break;
        memory[address + i] = unit;
      }
    }
    lastBytes = i === length ? length : memory.write(text, address, start + capacity - address);
    used += lastBytes;
    return address;
  };

  return {
    begin,
    add,
    get lastBytes() {
      return lastBytes;
    },
    addBytes(added) {
      const address = start + used;
      current().set(added, address);
      used += added.length;
      return address;
    },
    put(text) {
      begin(text.length * MAX_BYTES_PER_UNIT + 1);
      const address = add(text);
      current()[address + lastBytes] = 0;
      return address;
    },
    read(address, length) {
      const memory = current();
      const end = length === undefined ? memory.indexOf(0, address) : address + length;
      return memory.toString('utf8', address, end);
    },
    readLike(address, length, known) {
      const memory = current();
      if (known.length === length) {
        let same = 0;
        while (
          same < length &&
          memory[address + same] === known.charCodeAt(same) &&
          (memory[address + same] as number) < 128
        )
          same++;
        if (same === length) return known;
      }
      return memory.toString('utf8', address, address + length);
    },
    pointerAt: (address) => current().readUInt32LE(address),
    free() {
      if (start) sqlite.free(start);
      start = 0;
      capacity = 0;
    },
  };
}
