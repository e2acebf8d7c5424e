import type { LedgerRows } from '../ledger/rows.ts';
import type { Cursor } from '../transcripts/cursor.ts';
import type { JsonValue } from '../transcripts/json.ts';
import type { PackedRequests } from './packedRequests.ts';

/** What reading a part of one file gave: stored in one transaction together with how far the reading came. */
export interface FileBatch {
  /** Agent id. */
  agent: string;
  /** Login name of whose file this is. */
  user: string;
  /** With `packed` its requests stand there. */
  rows: LedgerRows;
  packed?: PackedRequests;
  /** The rows come from the beginning of their threads: they take the place of what the same file told before, wherever it stood. */
  isWhole?: boolean;
  cursor: FileCursor;
}

/** How far one transcript was read. */
export interface FileCursor extends Cursor, RecordCounts {
  /** Absolute. */
  path: string;
  /** From where it can be read on after a restart. Absent: from where was stored before; `null`: from its beginning. */
  resume?: ResumePoint | null;
  /** The system's error code, or a reason of ours, when the file could not be read on. */
  failure?: string;
  /** Of a file with many sessions: those that were read now. Their counts replace the earlier ones; `records` and the like are then ignored. */
  parts?: PartCounts[];
}

/** Counts over a file, or over a part of it. */
export interface RecordCounts {
  records: number;
  unknownRecords: number;
  rejectedRecords: number;
  /** How often each unknown kind or reason of rejection came. */
  details: RecordDetail[];
}

/** Everything needed to read a file on from a place in it. */
export interface ResumePoint {
  offset: number;
  /** `TranscriptReader.state()` and `FileFold.state()` after the last record before it. */
  readerState: JsonValue;
  foldState: JsonValue;
  /** Of the records before it. */
  counts: RecordCounts;
}

/** Counts over one session of a file with many. */
export interface PartCounts extends RecordCounts {
  /** The agent's id of the session. */
  part: string;
}

/** Records of one file that were not understood for one reason. */
export interface RecordDetail {
  outcome: 'unknown' | 'rejected' | 'field';
  /** The unknown kind, the reason, or the unknown field. Hostile text. */
  detail: string;
  records: number;
}
