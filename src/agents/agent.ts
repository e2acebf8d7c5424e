import type { JsonValue } from '../transcripts/json.ts';
import type { TranscriptFile, TranscriptRecord } from '../transcripts/record.ts';
import type { LookupPlace, Root } from '../transcripts/root.ts';
import type { WantedObject } from '../transcripts/wanted.ts';
import type { AgentEvent } from './event.ts';

/** What one record became. */
export interface RecordReading {
  events: AgentEvent[];
  /**
   * `read`: understood, with or without events. `unknown`: a kind this module does not know (drift). `rejected`: not what the format
   * promises (broken JSON, wrong shape, impossible numbers).
   */
  outcome: 'read' | 'unknown' | 'rejected';
  /** The unknown kind, or why the record was rejected. Never content of the record. */
  detail?: string;
  /** Fields beside the known ones where a new one may change what is counted (`usage.thinking_budget`). Names only. */
  unknownFields?: string[];
}

/** Reads the records of one file in order. Everything it remembers between records is in `state()`. */
export interface TranscriptReader {
  /** Never throws: trouble is an outcome. */
  read(record: TranscriptRecord): RecordReading;
  /** Plain data from which `Agent.open` continues after a restart. Small: it is stored with every commit. */
  state(): JsonValue;
}

/** A record of a document or database, with the place where it stands. */
export interface PlacedReading extends RecordReading {
  /** For opening the transcript there: byte offset in a document, row number in a database. */
  offset: number;
}

/** A database of an agent: a consistent, read-only picture, write-ahead log included. */
export interface Database {
  /**
   * All rows of a SELECT, keyed by column name; a BLOB is `null` (`CAST(x AS TEXT)` reads one that holds text). `params` are keyed with
   * their prefix: `{ ':id': 'a' }`. Throws when the schema is not the one that was asked for, and when the database is damaged; the
   * latter is noticed by the engine too, which then drops what was read and tries again.
   */
  all<Row>(sql: string, params?: Record<string, string | number | null>): Row[];
}

/** What the reader of a document may see of the disk. Nothing throws: what is missing or unreadable is `undefined` or empty. */
export interface Disk {
  read(path: string): Uint8Array | undefined;
  /** Names in a folder, sorted. */
  list(folder: string): string[];
  database(path: string): Database | undefined;
}

/** What all forms of transcripts have in common. */
interface Source {
  /** Stable id, the `type` of the usage contract: `claude-code`, `codex`. */
  id: string;
  /** The product's name for people: `Claude Code`. */
  label: string;
  /** The folders under which its transcripts lie, whether they exist or not. */
  roots(place: LookupPlace): Root[];
  /** Whether a file below a root is a transcript. `relativePath` has forward slashes. */
  isTranscript(relativePath: string): boolean;
}

/** Append-only records ended by a newline: read once, from where the last reading ended. */
export interface LineAgent extends Source {
  form: 'lines';
  /** What its reader needs of most records: they are then scanned for it, not parsed. `TranscriptRecord.value` holds what was found. */
  wanted?: WantedObject;
  /** A reader for a file, new or continued from its `state()`. A state of an older shape is refused with `undefined`: read the file anew. */
  open(file: TranscriptFile, state?: JsonValue): TranscriptReader | undefined;
}

/** A file that is rewritten, alone or together with others: read as a whole and folded anew whenever one of them changes. */
export interface DocumentAgent extends Source {
  form: 'document';
  /**
   * Absolute paths of the other files and folders that belong to the transcript, whether they exist or not: it is read anew when one of
   * them changes. Of a folder its entries count, not what lies deeper; of a database its write-ahead log too.
   */
  companions?(file: TranscriptFile): string[];
  /**
   * All records in order. `undefined` when the file was caught in the middle of being written: the last good state stands, it is read again.
   * Never throws.
   */
  read(file: TranscriptFile, disk: Disk): PlacedReading[] | undefined;
}

/** A database with many sessions: only those that changed are read, each folded anew. */
export interface DatabaseAgent extends Source {
  form: 'database';
  /**
   * Sessions that changed since `seen` (all of them without), those to be read first in front, and what to pass the next time. A session
   * may be named once too often, never once too seldom. `seen` is stored: keep it small. It may be one of an older version of the module,
   * or tell of rows that are gone by now. Never throws; `undefined` = not readable now.
   */
  changes(database: Database, seen: JsonValue | undefined): { sessions: string[]; seen: JsonValue } | undefined;
  /** All records of one session in order; none for one that is gone. Never throws. */
  readSession(database: Database, sessionId: string, file: TranscriptFile): PlacedReading[];
}

/**
 * One coding agent: where its transcripts are and how a record becomes events. The only place that knows a vendor's format. An agent that
 * keeps transcripts in several forms has an entry for each, with the same id and label.
 */
export type Agent = LineAgent | DocumentAgent | DatabaseAgent;
