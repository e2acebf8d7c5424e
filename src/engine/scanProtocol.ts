import type { MessagePort } from 'node:worker_threads';
import type { FileBatch } from '../store/batch.ts';
import type { SharedFiles } from './fileTable.ts';

/** What a scan worker is started with. */
export interface ScanJob {
  user: string;
  files: SharedFiles;
  /** Of them. */
  count: number;
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
