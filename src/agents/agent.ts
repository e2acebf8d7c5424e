import type { JsonValue } from '../transcripts/json.ts';
import type { TranscriptFile, TranscriptRecord } from '../transcripts/record.ts';
import type { LookupPlace, Root } from '../transcripts/root.ts';
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
}

/** Reads the records of one file in order. Everything it remembers between records is in `state()`. */
export interface TranscriptReader {
  /** Never throws: trouble is an outcome. */
  read(record: TranscriptRecord): RecordReading;
  /** Plain data from which `Agent.open` continues after a restart. Small: it is stored with every commit. */
  state(): JsonValue;
}

/** One coding agent: where its transcripts are and how a record becomes events. The only place that knows a vendor's format. */
export interface Agent {
  /** Stable id, the `type` of the usage contract: `claude-code`, `codex`. */
  id: string;
  /** The product's name for people: `Claude Code`. */
  label: string;
  /** The folders under which its transcripts lie, whether they exist or not. */
  roots(place: LookupPlace): Root[];
  /** Whether a file below a root is a transcript. `relativePath` has forward slashes. */
  isTranscript(relativePath: string): boolean;
  /** How files of this agent change: `lines` = append-only records ended by a newline. */
  form: 'lines';
  /** A reader for a file, new or continued from its `state()`. A state of an older shape is refused with `undefined`: read the file anew. */
  open(file: TranscriptFile, state?: JsonValue): TranscriptReader | undefined;
}
