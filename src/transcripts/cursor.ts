import { closeSync, readSync } from 'node:fs';
import type { FileFacts } from './findTranscripts.ts';
import { openRegularFile } from './regularFile.ts';

/** How far a transcript has been read, and what was seen of it, so that a replaced file is not taken for a grown one. */
export interface Cursor extends FileFacts {
  /** Bytes read: the offset of the first record that is not read yet. */
  offset: number;
  /** Every whole record of a file of this size was read; `false` after a bounded batch that stopped before. */
  complete: boolean;
  /** Hash of the bytes just before `offset` and of the file's first bytes; empty while `offset` is 0. */
  fingerprint: string;
}

/**
 * `unchanged`: nothing to read. `grown`: read on from the cursor. `replaced`: truncated or rewritten, read anew from 0. `gone`: it cannot
 * be opened (its rows stay).
 */
export type CursorStatus = 'unchanged' | 'grown' | 'replaced' | 'gone';

/** Bytes hashed at either end. Two records that agree here differ in uuid or time in every known format. */
const FINGERPRINT_BYTES = 256;

/**
 * Compares a file with what was read of it. Same size, time and inode: unchanged, without opening it. Smaller than what was read:
 * replaced. Otherwise the bytes before the cursor decide, because modification times are coarse and editors keep inodes.
 *
 * @param isDoubted the file was read while it was being written, so that the same size and time are no proof
 */
export function cursorStatus(path: string, facts: FileFacts, cursor: Cursor, isDoubted = false): CursorStatus {
  const same = facts.size === cursor.size && facts.mtimeMs === cursor.mtimeMs && facts.ino === cursor.ino;
  if (same && !cursor.complete) return 'grown';
  if (same && !isDoubted) return 'unchanged';
  if (facts.size < cursor.offset || facts.size < cursor.size) return 'replaced';
  if (cursor.offset > 0) {
    const now = fingerprintOf(path, cursor.offset);
    if (now === undefined) return 'gone';
    if (now !== cursor.fingerprint) return 'replaced';
  }
  return facts.size === cursor.size && cursor.complete ? 'unchanged' : 'grown';
}

/**
 * The cursor for a file read up to `offset`, or `undefined` when it cannot be opened. `facts` are those from before the reading;
 * `complete` is whether the reading came to their end (`ReadProgress.atEnd`).
 *
 * @param known the fingerprint, where the reading took it
 */
export function cursorAt(
  path: string,
  { size, mtimeMs, ino }: FileFacts,
  offset: number,
  complete: boolean,
  known?: string,
): Cursor | undefined {
  const fingerprint = known ?? (offset === 0 ? '' : fingerprintOf(path, offset));
  return fingerprint === undefined ? undefined : { size, mtimeMs, ino, offset, complete, fingerprint };
}

function fingerprintOf(path: string, offset: number): string | undefined {
  let descriptor: number;
  try {
    descriptor = openRegularFile(path);
  } catch {
    return undefined;
  }
  try {
    return fingerprintIn(descriptor, offset);
  } finally {
    closeSync(descriptor);
  }
}

/** The fingerprint of an open file that was read up to `offset`, which is above 0; `undefined` when it cannot be read. */
export function fingerprintIn(descriptor: number, offset: number): string | undefined {
  try {
    const length = Math.min(FINGERPRINT_BYTES, offset);
    const bytes = Buffer.allocUnsafe(2 * length);
    const first = readSync(descriptor, bytes, 0, length, 0);
    const last = readSync(descriptor, bytes, length, length, offset - length);
    return first + last < 2 * length ? 'shorter' : hashOf(bytes);
  } catch {
    return undefined;
  }
}

/** Two 32-bit FNV-1a sums: enough to tell records apart, and made in no time. */
function hashOf(bytes: Uint8Array): string {
  let a = 0x811c9dc5;
  let b = 0x9dc5811c;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b ^ byte, 0x01000197);
  }
  return `${(a >>> 0).toString(36)}.${(b >>> 0).toString(36)}`;
}
