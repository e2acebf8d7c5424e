import { sep } from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import type { FileBatch } from '../store/batch.ts';
import type { FoundTranscript } from '../transcripts/findTranscripts.ts';

/** A file that a scan worker may take. */
export interface ScanFile {
  agentId: string;
  file: FoundTranscript;
}

/** What many files have in common. */
interface ScanPlace extends Omit<ScanFile['file'], 'path' | 'relativePath' | 'facts'> {
  agentId: string;
  /** What stands before `relativePath` in the path. */
  before: string;
}

/** Very many files as text that all threads share: a thread makes an object only of the one that it takes. */
export interface ScanFiles {
  count: number;
  places: ScanPlace[];
  /** JSON of one `PackedFile` after the other, UTF-8. */
  text: SharedArrayBuffer;
  /** Where each ends. */
  ends: SharedArrayBuffer;
}

/** Place, path below the root, size, time, inode. */
type PackedFile = [place: number, relativePath: string, size: number, mtimeMs: number, ino: string];

/** Twice over all files, so that never more than one of them is held as text beside the bytes. */
export function packFiles(files: readonly ScanFile[]): ScanFiles {
  const places = new Map<string, { index: number; place: ScanPlace }>();
  const placeOf = ({ agentId, file: { path, relativePath, root, account } }: ScanFile): number => {
    const before = path.slice(0, path.length - relativePath.length);
    const key = JSON.stringify([agentId, root, account, before]);
    let known = places.get(key);
    if (!known) {
      known = { index: places.size, place: { agentId, root, account, before } };
      places.set(key, known);
    }
    return known.index;
  };
  const textOf = (scan: ScanFile): string => {
    const { relativePath, facts } = scan.file;
    return JSON.stringify([placeOf(scan), relativePath, facts.size, facts.mtimeMs, facts.ino] satisfies PackedFile);
  };
  const bytes = files.reduce((sum, file) => sum + Buffer.byteLength(textOf(file)), 0);
  const [text, ends] = [new SharedArrayBuffer(bytes), new SharedArrayBuffer(4 * files.length)];
  const [into, marks] = [Buffer.from(text), new Uint32Array(ends)];
  let end = 0;
  files.forEach((file, index) => {
    end += into.write(textOf(file), end);
    marks[index] = end;
  });
  return { count: files.length, places: [...places.values()].map(({ place }) => place), text, ends };
}

export function fileAt({ places, text, ends }: ScanFiles, index: number): ScanFile {
  const marks = new Uint32Array(ends);
  const start = marks[index - 1] ?? 0;
  const packed = Buffer.from(text, start, (marks[index] ?? start) - start).toString('utf8');
  const [place, relativePath, size, mtimeMs, ino] = JSON.parse(packed) as PackedFile;
  const { agentId, before, ...found } = places[place] as ScanPlace;
  // Below its root a path has forward slashes on every system.
  const path = before + (sep === '/' ? relativePath : relativePath.replaceAll('/', sep));
  return { agentId, file: { ...found, path, relativePath, facts: { size, mtimeMs, ino } } };
}

/** What a scan worker is started with. */
export interface ScanJob {
  user: string;
  files: ScanFiles;
  /** Numbers that all threads share: see `NEXT` and `WAITING`. */
  shared: SharedArrayBuffer;
}

/** What a scan worker gets. */
export type ScanWorkerData = ScanJob & { port: MessagePort };

/** Place of the number of the next file that nobody has taken yet. */
export const NEXT = 0;
/** Place of the weight (`weightOf`) of what was sent and was not taken yet. */
export const WAITING = 1;
export const SHARED_BYTES = 8;

/** More weight than this may not wait to be taken. */
export const MOST_WAITING = 64 << 20;

/** A part of a file that was read. */
export interface ScannedPart {
  /** Its number among `ScanJob.files`. */
  index: number;
  /** Absent where nothing could be read: the file is gone, or the thread gave up on it. */
  batch?: FileBatch;
  bytes: number;
  atEnd: boolean;
}

/** What a part takes to be kept, as bytes of a transcript: also small ones have a cursor, a session, a thread. */
export const weightOf = ({ bytes }: ScannedPart): number => bytes + (192 << 10);

/** What a worker sends: parts of one or several files; `null` at its end. */
export type ScanMessage = ScannedPart[] | null;
