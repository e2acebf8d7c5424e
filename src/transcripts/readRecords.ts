import { closeSync, openSync, readSync } from 'node:fs';
import { errorCode } from './findTranscripts.ts';
import type { TranscriptRecord } from './record.ts';

/** Where to start and when to stop. */
export interface ReadBounds {
  /** Byte offset of a record's first byte. */
  offset: number;
  /** Stop after the record that reaches this many bytes; at least one record is always read. Default: no bound. */
  maxBytes?: number;
  /** Stop after this many records. Default: no bound. */
  maxRecords?: number;
  /** Do not look beyond this byte, so that a file is read as its facts described it. Default: to its end. */
  end?: number;
}

/** How far one call came. */
export interface ReadProgress {
  /** Offset of the first record that was not read: where to go on. */
  offset: number;
  /** Records handed out. */
  records: number;
  /** All whole records up to the end were read; what may follow is a record without its newline. */
  atEnd: boolean;
  /** The system's error code when the file could not be opened or read. What was handed out before stands. */
  trouble?: string;
}

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const FIRST_BUFFER_BYTES = 1 << 20;
/** A buffer that one giant record blew up is not kept. */
const KEPT_BUFFER_BYTES = 8 << 20;

/** The buffer for `readRecords`, reused over calls. Grows to the longest record and shrinks again after. */
export interface RecordBuffer {
  bytes: Buffer;
}

/** A buffer to pass to every `readRecords` call of one thread. */
export function recordBuffer(size: number = FIRST_BUFFER_BYTES): RecordBuffer {
  return { bytes: Buffer.allocUnsafe(size) };
}

/**
 * Hands the whole records of a line file to `onRecord`, in order: the bytes between newlines, without a trailing `\r`; empty lines are
 * skipped. A last line without a newline is left for the next call, so nothing has to be carried over but the offset. Records are only
 * valid during the call: the buffer is reused.
 */
export function readRecords(
  path: string,
  bounds: ReadBounds,
  onRecord: (record: TranscriptRecord) => void,
  buffer: RecordBuffer = recordBuffer(),
): ReadProgress {
  const end = bounds.end ?? Number.MAX_SAFE_INTEGER;
  const stopAt = bounds.offset + (bounds.maxBytes ?? Number.MAX_SAFE_INTEGER);
  const maxRecords = bounds.maxRecords ?? Number.MAX_SAFE_INTEGER;
  const progress: ReadProgress = { offset: bounds.offset, records: 0, atEnd: false };
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    return { ...progress, trouble: errorCode(error) };
  }
  try {
    let bytes = buffer.bytes;
    let filled = 0;
    let searched = 0;
    for (;;) {
      if (filled === bytes.length) {
        const larger = Buffer.allocUnsafe(bytes.length * 2);
        bytes.copy(larger, 0, 0, filled);
        bytes = larger;
        buffer.bytes = larger;
      }
      let got = 0;
      try {
        const position = progress.offset + filled;
        const wanted = Math.min(bytes.length - filled, Math.max(0, end - position));
        got = wanted === 0 ? 0 : readSync(descriptor, bytes, filled, wanted, position);
      } catch (error) {
        progress.trouble = errorCode(error);
        return progress;
      }
      if (got === 0) {
        progress.atEnd = true;
        return progress;
      }
      filled += got;
      const read = bytes.subarray(0, filled);
      let start = 0;
      for (;;) {
        const newline = read.indexOf(NEWLINE, Math.max(start, searched));
        if (newline < 0) break;
        const last = newline > start && bytes[newline - 1] === CARRIAGE_RETURN ? newline - 1 : newline;
        if (last > start) {
          onRecord({ bytes: read.subarray(start, last), offset: progress.offset });
          progress.records++;
        }
        progress.offset += newline + 1 - start;
        start = newline + 1;
        if (progress.records >= maxRecords || progress.offset >= stopAt) return progress;
      }
      bytes.copyWithin(0, start, filled);
      filled -= start;
      searched = filled;
    }
  } finally {
    closeSync(descriptor);
    if (buffer.bytes.length > KEPT_BUFFER_BYTES) buffer.bytes = Buffer.allocUnsafe(FIRST_BUFFER_BYTES);
  }
}
