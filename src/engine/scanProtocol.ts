import type { MessagePort } from 'node:worker_threads';
import type { FileBatch } from '../store/batch.ts';
import type { FoundTranscript } from '../transcripts/findTranscripts.ts';

/** A file that a scan worker may take. */
export interface ScanFile {
  agentId: string;
  file: FoundTranscript;
}

/** Very many files as text that all threads share: a thread makes an object only of the one that it takes. */
export interface ScanFiles {
  count: number;
  /** JSON of one after the other, UTF-8. */
  text: SharedArrayBuffer;
  /** Where each ends. */
  ends: SharedArrayBuffer;
}

export function packFiles(files: readonly ScanFile[]): ScanFiles {
  const parts = files.map((file) => JSON.stringify(file));
  const bytes = parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
  const [text, ends] = [new SharedArrayBuffer(bytes), new SharedArrayBuffer(4 * files.length)];
  const [into, places] = [Buffer.from(text), new Uint32Array(ends)];
  let end = 0;
  parts.forEach((part, index) => {
    end += into.write(part, end);
    places[index] = end;
  });
  return { count: files.length, text, ends };
}

export function fileAt({ text, ends }: ScanFiles, index: number): ScanFile {
  const places = new Uint32Array(ends);
  const start = places[index - 1] ?? 0;
  return JSON.parse(Buffer.from(text, start, (places[index] ?? start) - start).toString('utf8')) as ScanFile;
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
export const MOST_WAITING = 96 << 20;

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
export const weightOf = ({ bytes }: ScannedPart): number => bytes + (64 << 10);

/** What a worker sends: parts of one or several files; `null` at its end. */
export type ScanMessage = ScannedPart[] | null;
