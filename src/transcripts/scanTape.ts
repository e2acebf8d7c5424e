import { setJsonSize, setOnlyWanted } from './wanted.ts';
import type { WantedTable } from './wantedTable.ts';

/** The scanner's memory: the tape of what was found, and the texts beside it. Addresses are in bytes. */
export interface TapeMemory {
  buffer: ArrayBuffer;
  tape: number;
  texts: number;
}

/** One line as it stands on the tape. */
export interface TapeLine {
  /** Addresses of its first byte and of the one after its last. */
  start: number;
  end: number;
  /** What is wanted of it; `undefined` when it must be parsed. Valid until the next line is read. */
  value: object | undefined;
}

/** Makes objects of what the scanner found. */
export interface TapeReader {
  /** Goes to the beginning of a new tape. */
  begin(tapeBytes: number, textBytes: number): void;
  /** The next line, in an object that is used again; `undefined` at the end. */
  next(): TapeLine | undefined;
  /** Lets go of the texts that the tape may tell as the same again. */
  forget(): void;
}

/** So many of the last texts of each field are known; `assembly/tape.ts` says which. One more place is for those that are too long. */
export const LASTS = 8;

// The kinds of entries; `assembly/tape.ts` writes them.
const LINE = 0;
const TEXT = 1;
const SAME = 2;
const RAW = 3;
const SIZE = 4;
const WHOLE_NUMBER = 5;
const NULL = 6;
const TRUE = 7;
const FALSE = 8;
const OBJECT = 9;
const END = 10;
const LIST = 11;
const LIST_END = 12;
const START = 13;
/** In the entry of a line: its object follows. */
const IS_READ = 256;

/** Objects and lists are used again for every line, as their fields are the same. */
interface Reused {
  value: Record<string, unknown>;
  /** The fields that are set, a bit each. */
  set: number;
}

export function readTape(memory: TapeMemory, { fields, nodes: objects }: WantedTable): TapeReader {
  const bytes = Buffer.from(memory.buffer);
  const entries = new Int32Array(memory.buffer);
  const names = fields.map((field) => field.name);
  const bits = Int32Array.from(fields, (field) => 1 << field.bit);
  const nodes = Int32Array.from(fields, (field) => field.node);
  const keys = objects.map((object) => Object.keys(object.fields));
  const isSized = objects.map((object) => object.sized === true);
  const pools: Reused[][] = objects.map(() => []);
  const used = new Int32Array(objects.length);
  const lists: unknown[][] = [];
  let listsUsed = 0;
  /** The last texts of each field: the tape tells when it is one of them again. */
  const lasts: string[] = new Array<string>(names.length * (LASTS + 1)).fill('');
  let texts = '';
  let at = 0;
  let end = 0;
  const line: TapeLine = { start: 0, end: 0, value: undefined };

  function object(node: number): object {
    const place = used[node] as number;
    used[node] = place + 1;
    const reused = (pools[node] as Reused[])[place] ?? another(node);
    const { value } = reused;
    let set = 0;
    for (;;) {
      const entry = entries[at] as number;
      if ((entry & 255) === END) break;
      const field = entry >> 8;
      value[names[field] as string] = taken(entry, field);
      set |= bits[field] as number;
    }
    const own = keys[node] as string[];
    for (let stale = reused.set & ~set; stale !== 0; stale &= stale - 1)
      value[own[31 - Math.clz32(stale & -stale)] as string] = undefined;
    reused.set = set;
    if (isSized[node]) {
      const size = entries[at + 1] as number;
      setJsonSize(value, size >= 0 ? size : JSON.stringify(raw(at + 2)).length);
      at += 4;
    } else at++;
    return value;
  }

  function another(node: number): Reused {
    const value: Record<string, unknown> = {};
    for (const key of keys[node] as string[]) value[key] = undefined;
    if (isSized[node]) setJsonSize(value, undefined);
    if (objects[node]?.strict) setOnlyWanted(value);
    const reused = { value, set: 0 };
    (pools[node] as Reused[]).push(reused);
    return reused;
  }

  function list(): unknown[] {
    const place = listsUsed++;
    const elements = lists[place] ?? [];
    lists[place] = elements;
    let length = 0;
    for (;;) {
      const entry = entries[at] as number;
      if ((entry & 255) === LIST_END) break;
      elements[length++] = taken(entry, entry >> 8);
    }
    // To set the length is slow, and it is nearly always the same.
    if (elements.length !== length) elements.length = length;
    at++;
    return elements;
  }

  /** The value whose entry is at `at`, which moves behind it. */
  function taken(entry: number, field: number): unknown {
    switch (entry & 255) {
      case SAME:
        at += 2;
        return lasts[field * (LASTS + 1) + (entries[at - 1] as number)];
      case TEXT: {
        const from = entries[at + 1] as number;
        const text = texts.slice(from, from + (entries[at + 2] as number));
        lasts[field * (LASTS + 1) + (entries[at + 3] as number)] = text;
        at += 4;
        return text;
      }
      case SIZE:
        at += 2;
        return filler(entries[at - 1] as number);
      case START: {
        const start = unescaped(entries[at + 1] as number, entries[at + 2] as number);
        at += 4;
        return start + filler((entries[at - 1] as number) - start.length);
      }
      case WHOLE_NUMBER:
        at += 2;
        return entries[at - 1];
      case OBJECT:
        at++;
        return object(nodes[field] as number);
      case LIST:
        at++;
        return list();
      case NULL:
        at++;
        return null;
      case TRUE:
        at++;
        return true;
      case FALSE:
        at++;
        return false;
      case RAW:
        at += 3;
        return raw(at - 2);
      default:
        throw new Error('the scanner and its reader differ');
    }
  }

  /** The JSON between the two addresses that stand at `place`. */
  function raw(place: number): unknown {
    return JSON.parse(bytes.toString('utf8', entries[place], entries[place + 1]));
  }

  /** The text between two addresses that lie within its quotes. */
  function unescaped(from: number, to: number): string {
    const written = bytes.toString('utf8', from, to);
    return written.includes('\\') ? JSON.parse(`"${written}"`) : written;
  }

  return {
    begin(tapeBytes, textBytes) {
      at = memory.tape / 4;
      end = at + tapeBytes / 4;
      texts = bytes.toString('latin1', memory.texts, memory.texts + textBytes);
    },
    forget() {
      lasts.fill('');
    },
    next() {
      if (at === end) return undefined;
      const entry = entries[at] as number;
      line.start = entries[at + 1] as number;
      line.end = entries[at + 2] as number;
      at += 3;
      line.value = undefined;
      if (entry === (LINE | IS_READ)) {
        used.fill(0);
        listsUsed = 0;
        at++;
        line.value = object(0);
      }
      return line;
    },
  };
}

const FILLER_CHARS = 1 << 20;
const FILLER = Buffer.alloc(FILLER_CHARS, 'x').toString('latin1');

/** A text of this length, as nobody needs to know what it says. */
function filler(length: number): string {
  return length <= FILLER_CHARS ? FILLER.slice(0, length) : 'x'.repeat(length);
}
