/** A transcript as the sweep found it. */
export interface TranscriptFile {
  /** Absolute path. */
  path: string;
  /** Path below its root, with forward slashes. */
  relativePath: string;
  /** The root it was found under. */
  root: string;
  account?: string;
}

/** One whole record of a line file: the bytes between two newlines, without them (and without a trailing `\r`). */
export interface TranscriptRecord {
  /** Valid until the next record is read: the buffer is reused. */
  bytes: Uint8Array;
  /** Byte offset of the record's first byte in the file. */
  offset: number;
}
