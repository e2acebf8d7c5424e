import type { FileBatch } from '../store/batch.ts';

/** A part of one file, read and folded, but not stored yet. */
export interface FileReading {
  batch: FileBatch;
  /** Bytes read, or a part of the file's size where bytes cannot be told. */
  bytes: number;
  /** Nothing is left to read of the file as it was found. */
  atEnd: boolean;
  /** There are rows, or counts of records: figures change. Otherwise only the cursor moves. */
  hasNews: boolean;
}

/** The file cannot be read at this moment: what was read of it before stands, it is tried again. */
export interface NotNow {
  /** `UNFINISHED`: caught in the middle of being written. Else why a database cannot be used, or the system's code. */
  notNow: string;
}
