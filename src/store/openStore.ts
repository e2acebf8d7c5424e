import { copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readSchema } from './assets.ts';
import { damagedPages } from './checkStore.ts';
import { type Connection, isCorrupt, SqliteError } from './connection.ts';
import { makeFolder } from './makeFolder.ts';
import { NewerStoreError, prepareSchema, type SchemaSteps } from './prepareSchema.ts';
import { replaceAsPrepared } from './replaceStore.ts';
import { setAside } from './setAside.ts';
import { loadSqlite, type Sqlite } from './sqlite.ts';
import { type Store, storeOn } from './store.ts';

export interface OpenStoreOptions {
  /** The store's file; its folder is made when missing. In memory without one. */
  path?: string;
  /** For the name of a file that is set aside. */
  nowMs: number;
  /** Told when the file turns out to be damaged later on: opened again, it is looked at closely, and set aside if need be. */
  onDamage?: () => void;
  /** Default: those of this version. */
  migrations?: readonly string[];
}

/** What happened on the way that the user should know. */
export type StoreTrouble =
  /** The file was damaged: it now has the name `movedTo`, and the store begins anew from the transcripts. */
  | { kind: 'corrupt'; path: string; movedTo: string }
  /** A newer version of this program wrote the file: it is left alone, and this run keeps its figures in memory. */
  | { kind: 'newer'; path: string; version: number }
  /** The file cannot be opened or written (`code` of the system, or what SQLite says): this run keeps its figures in memory. */
  | { kind: 'unusable'; path: string; code: string };

export interface OpenedStore {
  store: Store;
  trouble?: StoreTrouble;
}

/**
 * Opens the store, makes or migrates its tables, and copes with a file that cannot be used.
 *
 * The caller owns the file alone: nothing locks it, and a second writer would corrupt it within seconds.
 * Rejects only when the installation is incomplete.
 */
export async function openStore({
  path: file,
  nowMs,
  onDamage = () => {},
  migrations,
}: OpenStoreOptions): Promise<OpenedStore> {
  const sqlite = await loadSqlite();
  const inMemory = (): Store => storeOn(openConnection(sqlite, {}));
  if (file === undefined) return { store: inMemory() };
  const onFile = (): Store =>
    storeOn(
      watchDamage(openConnection(sqlite, { migrations }, file), () => {
        suspect(file);
        onDamage();
      }),
      file,
    );
  try {
    makeFolder(path.dirname(file));
    replaceAsPrepared(file);
    return { store: onFile() };
  } catch (error) {
    if (error instanceof NewerStoreError) {
      return { store: inMemory(), trouble: { kind: 'newer', path: file, version: error.version } };
    }
    if (!isCorrupt(error)) return { store: inMemory(), trouble: { kind: 'unusable', path: file, code: codeOf(error) } };
  }
  try {
    const movedTo = setAside(file, nowMs);
    rmSync(suspicionOf(file), { force: true });
    return { store: onFile(), trouble: { kind: 'corrupt', path: file, movedTo } };
  } catch (error) {
    return { store: inMemory(), trouble: { kind: 'unusable', path: file, code: codeOf(error) } };
  }
}

function openConnection(sqlite: Sqlite, steps: Pick<SchemaSteps, 'migrations'>, file?: string): Connection {
  const isNew = file === undefined || !existsSync(file);
  const connection = sqlite.open(file);
  try {
    // Exclusive before the first access: without shared memory, WAL needs its index to be this process's own.
    connection.exec('PRAGMA locking_mode = EXCLUSIVE');
    if (isNew) connection.exec('PRAGMA page_size = 8192');
    if (file !== undefined) {
      connection.exec('PRAGMA journal_mode = WAL');
      // In WAL mode this survives the end of the process; a power cut may lose the last commits, rows and cursors alike.
      connection.exec('PRAGMA synchronous = NORMAL');
      connection.exec('PRAGMA wal_autocheckpoint = 2000');
    }
    connection.exec('PRAGMA cache_size = -16384');
    connection.exec('PRAGMA temp_store = MEMORY');
    if (file !== undefined) clearSuspicion(connection, file);
    prepareSchema(connection, {
      ...steps,
      schema: readSchema,
      beforeMigration: (version) => {
        if (file !== undefined) backUp(connection, file, version);
      },
    });
    return connection;
  } catch (error) {
    try {
      connection.close();
    } catch {
      // The first error says what is wrong.
    }
    throw error;
  }
}

/** The same connection, which tells when SQLite finds the file damaged. */
function watchDamage(connection: Connection, onDamage: () => void): Connection {
  const watched =
    <Given extends unknown[], Result>(work: (...given: Given) => Result) =>
    (...given: Given): Result => {
      try {
        return work(...given);
      } catch (error) {
        if (isCorrupt(error)) onDamage();
        throw error;
      }
    };
  const { exec, all, run, insert, first, transaction } = connection;
  return {
    ...connection,
    exec: watched(exec),
    all: watched(all) as Connection['all'],
    run: watched(run),
    insert: watched(insert),
    first: watched(first),
    transaction: watched(transaction) as Connection['transaction'],
  };
}

/** Stands beside a store in which damage was found while it was open. */
const suspicionOf = (file: string): string => `${file}.suspect`;

function suspect(file: string): void {
  try {
    writeFileSync(suspicionOf(file), '');
  } catch {
    // The disk is full or gone: it will be noticed again.
  }
}

/** A store that gave rise to suspicion is looked at page by page before it is used again. Throws when it is damaged. */
function clearSuspicion(connection: Connection, file: string): void {
  if (!existsSync(suspicionOf(file))) return;
  const [damage] = damagedPages(connection);
  if (damage !== undefined) throw new SqliteError(11, damage);
  rmSync(suspicionOf(file), { force: true });
}

/** Copies the whole store beside itself before its tables change. */
function backUp(connection: Connection, file: string, version: number): void {
  connection.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const backup = `${file}.v${version}`;
  rmSync(backup, { force: true });
  copyFileSync(file, backup);
}

/** The system's code; SQLite's own say less than its words. */
const codeOf = (error: unknown): string =>
  error instanceof SqliteError ? error.message : String((error as { code?: unknown } | null)?.code ?? error);
