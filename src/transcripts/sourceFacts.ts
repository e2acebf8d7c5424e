import { createHash } from 'node:crypto';
import { type BigIntStats, closeSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openRegularFile } from './regularFile.ts';

/** What tells whether a SQLite database moved on, without opening it. Each entry is an opaque text that changes with what it describes. */
export interface DatabaseFacts {
  /** Of the database file itself; its header counts transactions, and so is finer than times. */
  main: string;
  /** Of the write-ahead log, which holds what the file itself does not have yet; empty without one. */
  log: string;
  /** Which run of the log it is: a log begins anew after all of it went into the file. Empty without one. */
  logRun: string;
  /** Of the index that writers of the log share: finer than times, and kept up to date where times are not (Windows). */
  index: string;
  /** A transaction without write-ahead log is under way, or ended by a crash: the file alone is not consistent. */
  isHalfWritten: boolean;
  /** When the file itself was last written, epoch milliseconds. */
  writtenAtMs: number;
}

/** Extensions that agents use for SQLite databases. */
const DATABASE_NAME = /\.(db|sqlite\d?|vscdb)$/i;

const DATABASE_HEADER_BYTES = 100;
const LOG_HEADER_BYTES = 32;
/** Two copies of the header and the count of pages that went into the file. The bytes after may be locked. */
const INDEX_HEADER_BYTES = 100;
/** The first bytes of a rollback journal that is in use. */
const JOURNAL_MAGIC = 'd9d505f920a163d7';

/** The facts of a database now, or `undefined` when it is gone or not a file. */
export function databaseFacts(path: string): DatabaseFacts | undefined {
  const main = statOf(path);
  if (!main?.isFile()) return undefined;
  const log = statOf(`${path}-wal`);
  return {
    main: `${textOf(main)} ${beginningOf(path, DATABASE_HEADER_BYTES)}`,
    log: log && log.size > 0n ? textOf(log) : '',
    logRun: log && log.size > 0n ? beginningOf(`${path}-wal`, LOG_HEADER_BYTES) : '',
    index: log && log.size > 0n ? beginningOf(`${path}-shm`, INDEX_HEADER_BYTES) : '',
    isHalfWritten: beginningOf(`${path}-journal`, 8) === JOURNAL_MAGIC,
    writtenAtMs: Number(main.mtimeMs),
  };
}

/**
 * One text for files and folders together: it differs when one of them changed, came or went. Of a folder count its entries with their
 * facts, not what lies deeper; of a database its write-ahead log too. Costs a look at each, nothing is read.
 */
export function sourceFingerprint(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) {
    const stats = statOf(path);
    hash.update(`${path}\n`);
    if (stats?.isDirectory()) {
      for (const name of namesIn(path)) hash.update(`${name} ${textOf(statOf(join(path, name)))}\n`);
    } else if (stats && DATABASE_NAME.test(path)) {
      hash.update(databaseFingerprint(path));
    } else {
      hash.update(textOf(stats));
    }
    hash.update('\n');
  }
  return hash.digest('base64url').slice(0, 22);
}

/** One text for a database with its write-ahead log. */
export function databaseFingerprint(path: string): string {
  const facts = databaseFacts(path);
  if (!facts) return 'gone';
  const { main, log, logRun, index } = facts;
  return createHash('sha256').update([main, log, logRun, index].join('|')).digest('base64url').slice(0, 22);
}

/** The database that a file beside it belongs to: its write-ahead log, its index, its journal. Other paths stay as they are. */
export const databaseBeside = (path: string): string => path.replace(/-(wal|shm|journal)$/, '');

/** Names in a folder, sorted; none when it cannot be read. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function statOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** A folder is told by its times alone: its size means nothing. */
const textOf = (stats: BigIntStats | undefined): string =>
  stats ? `${stats.isDirectory() ? '' : stats.size}:${stats.mtimeNs}:${stats.ino}` : 'gone';

/** The first bytes of a file in hexadecimal digits; empty when it is gone or cannot be read. */
function beginningOf(path: string, length: number): string {
  let descriptor: number;
  try {
    descriptor = openRegularFile(path);
  } catch {
    return '';
  }
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, length, 0)).toString('hex');
  } catch {
    return '';
  } finally {
    closeSync(descriptor);
  }
}
