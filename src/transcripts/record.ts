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
  readonly bytes: Uint8Array;
  /**
   * What the agent wants of the record (`LineAgent.scan`), found without parsing it. Absent where only parsing tells. Valid until the next
   * record is read, like `bytes`.
   */
  readonly value?: object;
  /** Byte offset of the record's first byte in the file. */
  offset: number;
}
