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
  /** A text of the module, zero-ended or of a known length in bytes. */
  read(address: number, bytes?: number): string;
  pointerAt(address: number): number;
  free(): void;
}

/** UTF-8 bytes per UTF-16 code unit at most. */
export const MAX_BYTES_PER_UNIT = 3;

export function scratch(sqlite: Pick<SqliteExports, 'memory' | 'malloc' | 'free'>): Scratch {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  let bytes = new Uint8Array(sqlite.memory.buffer);
  let capacity = 0;
  let start = 0;
  let used = 0;
  let lastBytes = 0;

  /** The memory may have grown, which detaches older views. */
  const current = (): Uint8Array => {
    if (bytes.buffer !== sqlite.memory.buffer) bytes = new Uint8Array(sqlite.memory.buffer);
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
    lastBytes = encoder.encodeInto(text, current().subarray(address, start + capacity)).written;
    used += lastBytes;
    return address;
  };

  return {
    begin,
    add,
    get lastBytes() {
      return lastBytes;
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
      return decoder.decode(memory.subarray(address, end));
    },
    pointerAt: (address) => new DataView(sqlite.memory.buffer).getUint32(address, true),
    free() {
      if (start) sqlite.free(start);
      start = 0;
      capacity = 0;
    },
  };
}
