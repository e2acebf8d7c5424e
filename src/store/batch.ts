import type { LedgerRows } from '../ledger/rows.ts';
import type { Cursor } from '../transcripts/cursor.ts';
import type { JsonValue } from '../transcripts/json.ts';

/** What reading a part of one file gave: stored in one transaction together with how far the reading came. */
export interface FileBatch {
  /** Agent id. */
  agent: string;
  /** Login name of whose file this is. */
  user: string;
  rows: LedgerRows;
  cursor: FileCursor;
}

/** How far one transcript was read, and everything needed to go on. */
export interface FileCursor extends Cursor {
  /** Absolute. */
  path: string;
  /** `TranscriptReader.state()` and `FileFold.state()` after the last record. */
  readerState: JsonValue;
  foldState: JsonValue;
  /** Counts over the whole file so far. */
  records: number;
  unknownRecords: number;
  rejectedRecords: number;
  /** How often each unknown kind or reason of rejection came, over the whole file so far. */
  details: RecordDetail[];
  /** The system's error code when the file could not be read on. */
  failure?: string;
}

/** Records of one file that were not understood for one reason. */
export interface RecordDetail {
  outcome: 'unknown' | 'rejected';
  /** The unknown kind, or the reason. Hostile text. */
  detail: string;
  records: number;
}
