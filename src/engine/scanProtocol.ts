import type { MessagePort } from 'node:worker_threads';
import type { FileBatch } from '../store/batch.ts';
import type { FoundTranscript } from '../transcripts/findTranscripts.ts';

/** What a scan worker is started with. */
export interface ScanJob {
  user: string;
  files: { agentId: string; file: FoundTranscript }[];
  /** Numbers that all threads share: see `NEXT` and `WAITING`. */
  shared: SharedArrayBuffer;
}

/** What a scan worker gets. */
export type ScanWorkerData = ScanJob & { port: MessagePort };

/** Place of the number of the next file that nobody has taken yet. */
export const NEXT = 0;
/** Place of the bytes of transcripts whose rows were sent and are not stored yet. */
export const WAITING = 1;
export const SHARED_BYTES = 8;

/** More than this may not wait to be stored. */
export const MOST_WAITING_BYTES = 96 << 20;

/** A part of a file that was read. */
export interface ScannedPart {
  /** Place in `ScanJob.files`. */
  index: number;
  /** Absent where nothing could be read: the file is gone, or the thread gave up on it. */
  batch?: FileBatch;
  bytes: number;
  atEnd: boolean;
}

/** What a worker sends: parts of one or several files; `null` at its end. */
export type ScanMessage = ScannedPart[] | null;
