import { closeSync, readSync } from 'node:fs';
import { fingerprintIn } from './cursor.ts';
import { errorCode } from './findTranscripts.ts';
import type { TranscriptRecord } from './record.ts';
import { openRegularFile } from './regularFile.ts';
import type { OnLine, Scanner } from './scanner.ts';

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
  /** Of what was read: see `Cursor.fingerprint`. Absent where nothing was. */
  fingerprint?: string;
  /** The system's error code when the file could not be opened or read. What was handed out before stands. */
  trouble?: string;
}

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const FIRST_BUFFER_BYTES = 1 << 20;
/** A buffer that one giant record blew up is not kept. */
const KEPT_BUFFER_BYTES = 8 << 20;
/** With a scanner so much is read at a time: it stays in the processor's cache. */
const SCANNED_BYTES = 256 << 10;

/** The buffer for `readRecords`, reused over calls. Grows to the longest record and shrinks again after. */
export interface RecordBuffer {
  bytes: Buffer;
}

/** A buffer to pass to every `readRecords` call of one thread. */
export function recordBuffer(size: number = FIRST_BUFFER_BYTES): RecordBuffer {
  return { bytes: Buffer.allocUnsafe(size) };
}

/** A part of a file, and how to find the lines in it. */
interface Window {
  bytes: Buffer;
  /** Bytes to read at a time. */
  step: number;
  /** See `Scanner.scan`. */
  scan: (from: number, to: number, onLine: OnLine) => number;
}

/**
 * Hands the whole records of a line file to `onRecord`, in order: the bytes between newlines, without a trailing `\r`; empty lines are
 * skipped. A last line without a newline is left for the next call, so nothing has to be carried over but the offset. Records are only
 * valid during the call: they and the buffer are reused.
 *
 * @param scanner finds what the records hold too, but for those that are longer than it takes
 */
export function readRecords(
  path: string,
  bounds: ReadBounds,
  onRecord: (record: TranscriptRecord) => void,
  buffer: RecordBuffer = recordBuffer(),
  scanner?: Scanner,
): ReadProgress {
  const progress: ReadProgress = { offset: bounds.offset, records: 0, atEnd: false };
  let descriptor: number;
  try {
    descriptor = openRegularFile(path);
  } catch (error) {
    return { ...progress, trouble: errorCode(error) };
  }
  try {
    readOn(descriptor, bounds, progress, onRecord, buffer, scanner);
    // Taken here, the file need not be opened once more.
    if (progress.offset > 0) progress.fingerprint = fingerprintIn(descriptor, progress.offset);
    return progress;
  } finally {
    closeSync(descriptor);
    if (buffer.bytes.length > KEPT_BUFFER_BYTES) buffer.bytes = Buffer.allocUnsafe(FIRST_BUFFER_BYTES);
  }
}

/** Reads from where `progress` stands, and moves it on. */
function readOn(
  descriptor: number,
  bounds: ReadBounds,
  progress: ReadProgress,
  onRecord: (record: TranscriptRecord) => void,
  buffer: RecordBuffer,
  scanner: Scanner | undefined,
): void {
  const end = bounds.end ?? Number.MAX_SAFE_INTEGER;
  const stopAt = bounds.offset + (bounds.maxBytes ?? Number.MAX_SAFE_INTEGER);
  const maxRecords = bounds.maxRecords ?? Number.MAX_SAFE_INTEGER;
  let window = scanner ? scannedWindow(scanner) : plainWindow(buffer);
  /** File offset of the window's first byte. */
  let base = bounds.offset;
  let filled = 0;
  let isStopped = false;
  /** The window grows until it holds one record that is too long for the scanner. */
  let isGiant = false;
  const record = new WindowRecord();
  const onLine: OnLine = (start, lineEnd, value) => {
    const { bytes } = window;
    record.place(bytes, base, start, lineEnd, value);
    onRecord(record);
    progress.records++;
    progress.offset = base + lineEnd + (bytes[lineEnd] === CARRIAGE_RETURN ? 2 : 1);
    isStopped = progress.records >= maxRecords || progress.offset >= stopAt;
    return !isStopped && !isGiant;
  };
  for (;;) {
    if (filled === window.bytes.length) {
      const larger = Buffer.allocUnsafe(filled * 2);
      window.bytes.copy(larger, 0, 0, filled);
      buffer.bytes = larger;
      window = plainWindow(buffer);
      isGiant = scanner !== undefined;
    }
    let got = 0;
    try {
      const room = Math.min(window.bytes.length - filled, Math.max(window.step, filled));
      const wanted = Math.min(room, Math.max(0, end - base - filled));
      got = wanted === 0 ? 0 : readSync(descriptor, window.bytes, filled, wanted, base + filled);
    } catch (error) {
      progress.trouble = errorCode(error);
      return;
    }
    if (got === 0) {
      progress.atEnd = true;
      return;
    }
    filled += got;
    const { records } = progress;
    const scanned = window.scan(0, filled, onLine);
    if (isStopped) return;
    if (scanner && isGiant && progress.records > records) {
      window = scannedWindow(scanner);
      isGiant = false;
      base = progress.offset;
      filled = 0;
      continue;
    }
    window.bytes.copyWithin(0, scanned, filled);
    filled -= scanned;
    base += scanned;
    progress.offset = base;
  }
}

function scannedWindow(scanner: Scanner): Window {
  return { bytes: scanner.bytes, step: SCANNED_BYTES, scan: scanner.scan };
}

function plainWindow({ bytes }: RecordBuffer): Window {
  return {
    bytes,
    step: bytes.length,
    scan(from, to, onLine) {
      const read = bytes.subarray(0, to);
      for (;;) {
        const newline = read.indexOf(NEWLINE, from);
        if (newline < 0) return from;
        const last = newline > from && bytes[newline - 1] === CARRIAGE_RETURN ? newline - 1 : newline;
        if (last > from && !onLine(from, last, undefined)) return newline + 1;
        from = newline + 1;
      }
    },
  };
}

/** A record in a window, used again for every one. */
class WindowRecord implements TranscriptRecord {
  offset = 0;
  value: object | undefined;
  #window: Buffer | undefined;
  #start = 0;
  #end = 0;

  place(window: Buffer, base: number, start: number, end: number, value: object | undefined): void {
    this.offset = base + start;
    this.value = value;
    this.#window = window;
    this.#start = start;
    this.#end = end;
  }

  get bytes(): Uint8Array {
    return this.#window?.subarray(this.#start, this.#end) ?? new Uint8Array();
  }
}
