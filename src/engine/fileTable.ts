import { sep } from 'node:path';
import type { Agent } from '../agents/agent.ts';
import type { FoundTranscript } from '../transcripts/findTranscripts.ts';
import type { AgentFile } from './agentFile.ts';

/** Files in the order in which they are read. */
export interface FileList {
  readonly length: number;
  at(index: number): AgentFile | undefined;
}

/** One after the other. */
export function* filesOf(files: FileList): Generator<AgentFile> {
  for (let index = 0; index < files.length; index++) yield files.at(index) as AgentFile;
}

/** Very many files, kept as a few buffers that threads can share: an object is made only of the one that is asked for. */
export interface FileTable extends FileList {
  add(found: AgentFile): void;
  /** Orders the files by their time. */
  newestFirst(): void;
  /** Bytes that are most likely left to read. */
  unreadBytes(): number;
  /** Those of which `keep` is true, in the same order. */
  filter(keep: (row: FileRow, index: number) => boolean): FileTable;
  /** For other threads. */
  shared(): SharedFiles;
}

/** What can be told of a file without making much of it. */
export interface FileRow {
  agent: Agent;
  size: number;
  isNew: boolean;
}

/** What many files have in common. */
interface Place extends Omit<FoundTranscript, 'path' | 'relativePath' | 'facts'> {
  agentId: string;
  /** What stands before `relativePath` in the path. */
  before: string;
}

/** A table as another thread gets it. */
export interface SharedFiles {
  places: Place[];
  /** The rows, in the order of the files. */
  order: SharedArrayBuffer;
  /** `NUMBERS` for each row. */
  numbers: SharedArrayBuffer;
  /** Of one row after the other, UTF-8: the inode, a space, the path below the root. */
  text: SharedArrayBuffer;
}

/** A file that another thread may take. */
export interface SharedFile {
  agentId: string;
  file: FoundTranscript;
}

/** Place, end of the text, size, time, bytes to read, and the sum of the marks. */
const NUMBERS = 6;
const [PLACE, END, SIZE, MTIME, UNREAD, MARKS] = [0, 1, 2, 3, 4, 5] as const;
const IS_NEW = 1;
const IS_DOUBTED = 2;

export function fileTable(): FileTable {
  const places: Place[] = [];
  const agents: Agent[] = [];
  let numbers = new Float64Array(new SharedArrayBuffer(0));
  let text = Buffer.from(new SharedArrayBuffer(0));
  let textEnd = 0;
  let rows = 0;

  /** There are few, and files of one come one after the other: the last is looked at first. */
  const placeOf = (agent: Agent, { path, relativePath, root, account }: FoundTranscript): number => {
    const length = path.length - relativePath.length;
    for (let index = places.length - 1; index >= 0; index--) {
      const place = places[index] as Place;
      if (agents[index] !== agent || place.root !== root || place.account !== account) continue;
      if (place.before.length === length && path.startsWith(place.before)) return index;
    }
    agents.push(agent);
    return places.push({ agentId: agent.id, root, account, before: path.slice(0, length) }) - 1;
  };

  const addRow = ({ agent, file, unreadBytes, isNew, isDoubted }: AgentFile): number => {
    const { size, mtimeMs, ino } = file.facts;
    const row = `${ino} ${file.relativePath}`;
    // At most three bytes for each of its units.
    if (textEnd + 3 * row.length > text.length) text = Buffer.from(larger(text, textEnd + 3 * row.length));
    if ((rows + 1) * NUMBERS > numbers.length)
      numbers = new Float64Array(larger(new Uint8Array(numbers.buffer), 8 * (rows + 1) * NUMBERS));
    textEnd += text.write(row, textEnd);
    const at = rows * NUMBERS;
    numbers[at + PLACE] = placeOf(agent, file);
    numbers[at + END] = textEnd;
    numbers[at + SIZE] = size;
    numbers[at + MTIME] = mtimeMs;
    numbers[at + UNREAD] = unreadBytes ?? size;
    numbers[at + MARKS] = (isNew ? IS_NEW : 0) + (isDoubted ? IS_DOUBTED : 0);
    return rows++;
  };

  const view = (first: Uint32Array<SharedArrayBuffer>, firstLength: number): FileTable => {
    let order = first;
    let length = firstLength;
    const at = (index: number): AgentFile | undefined => {
      if (index < 0 || index >= length) return undefined;
      const row = order[index] as number;
      const marks = numbers[row * NUMBERS + MARKS] as number;
      return {
        agent: agents[numbers[row * NUMBERS + PLACE] as number] as Agent,
        file: fileIn(places, numbers, text, row),
        unreadBytes: numbers[row * NUMBERS + UNREAD] as number,
        isNew: (marks & IS_NEW) !== 0,
        isDoubted: (marks & IS_DOUBTED) !== 0,
      };
    };
    return {
      get length() {
        return length;
      },
      at,
      add(found) {
        if (length === order.length) order = new Uint32Array(larger(new Uint8Array(order.buffer), 4 * (length + 1)));
        order[length++] = addRow(found);
      },
      newestFirst() {
        const mtimeOf = (row: number): number => numbers[row * NUMBERS + MTIME] as number;
        order.subarray(0, length).sort((a, b) => mtimeOf(b) - mtimeOf(a));
      },
      unreadBytes() {
        let bytes = 0;
        for (let index = 0; index < length; index++)
          bytes += numbers[(order[index] as number) * NUMBERS + UNREAD] as number;
        return bytes;
      },
      filter(keep) {
        const kept = new Uint32Array(new SharedArrayBuffer(4 * length));
        let count = 0;
        for (let index = 0; index < length; index++) {
          const row = order[index] as number;
          const agent = agents[numbers[row * NUMBERS + PLACE] as number] as Agent;
          const isNew = ((numbers[row * NUMBERS + MARKS] as number) & IS_NEW) !== 0;
          if (keep({ agent, size: numbers[row * NUMBERS + SIZE] as number, isNew }, index)) kept[count++] = row;
        }
        return view(kept, count);
      },
      shared: () => ({
        places,
        order: order.buffer,
        numbers: numbers.buffer,
        text: text.buffer as unknown as SharedArrayBuffer,
      }),
    };
  };
  return view(new Uint32Array(new SharedArrayBuffer(0)), 0);
}

/** The file at a place of a table that another thread made. */
export function sharedFileAt({ places, order, numbers, text }: SharedFiles, index: number): SharedFile {
  const row = new Uint32Array(order)[index] as number;
  const columns = new Float64Array(numbers);
  return {
    agentId: (places[columns[row * NUMBERS + PLACE] as number] as Place).agentId,
    file: fileIn(places, columns, Buffer.from(text), row),
  };
}

function fileIn(places: readonly Place[], numbers: Float64Array, text: Buffer, row: number): FoundTranscript {
  const at = row * NUMBERS;
  const { agentId: _, before, ...found } = places[numbers[at + PLACE] as number] as Place;
  const packed = text.toString('utf8', row === 0 ? 0 : numbers[at - NUMBERS + END], numbers[at + END]);
  const space = packed.indexOf(' ');
  const relativePath = packed.slice(space + 1);
  return {
    ...found,
    // Below its root a path has forward slashes on every system.
    path: before + (sep === '/' ? relativePath : relativePath.replaceAll('/', sep)),
    relativePath,
    facts: { size: numbers[at + SIZE] as number, mtimeMs: numbers[at + MTIME] as number, ino: packed.slice(0, space) },
  };
}

/** The same bytes with room for at least so many: what is not used costs no memory. */
function larger(bytes: Uint8Array, atLeast: number): SharedArrayBuffer {
  const copy = new SharedArrayBuffer(Math.ceil(Math.max(4096, 2 * bytes.length, atLeast) / 64) * 64);
  new Uint8Array(copy).set(bytes);
  return copy;
}
