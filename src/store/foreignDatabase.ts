import { existsSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DatabaseFacts, databaseFacts } from '../transcripts/sourceFacts.ts';
import { type Connection, SqliteError } from './connection.ts';
import { copyDatabase, type DatabaseTrouble } from './databaseCopy.ts';
import type { Reader } from './reader.ts';
import { loadSqlite, type Sqlite } from './sqlite.ts';

/** A consistent picture of another program's database at one moment. */
export interface ForeignDatabase extends Pick<Reader, 'all'> {
  /**
   * All rows of a SELECT. Throws when it does not fit the schema, and when the picture turns out to be damaged or is closed. Each text of a
   * SELECT stays prepared: values belong into `params`.
   */
  all: Reader['all'];
  /** Set once a query failed for another reason than its own text: what was read of this picture may be incomplete. */
  readonly failure: DatabaseTrouble | undefined;
  /** The picture made room for another one: open it again. */
  readonly isClosed: boolean;
}

export type Opening =
  | { database: ForeignDatabase; trouble?: undefined }
  | { database?: undefined; trouble: DatabaseTrouble };

/** Databases of other programs, read-only and without their notice. */
export interface ForeignDatabases {
  /** The database as it is now: the picture of before when nothing changed. Never throws. Two pictures are kept. */
  open(file: string): Opening;
  /** Closes the pictures and removes their copies. */
  dispose(): void;
}

export interface ForeignDatabasesOptions {
  /** Where the private folder of the copies is made. Default: the system's folder for temporary files. */
  folder?: string;
  /** Pictures kept at a time. Default: 2. */
  limit?: number;
}

interface Picture {
  file: string;
  facts: DatabaseFacts;
  copy: string;
  connection: Connection | undefined;
  database: ForeignDatabase;
}

const FOLDER_PREFIX = 'agent-token-meter-';

/** SQLite's code of an error in the text of a statement: no such table, no such column, malformed JSON. */
const SQL_ERROR = 1;

/** Rejects only when the installation is incomplete. Nothing is written before the first database is opened. */
export async function foreignDatabases(options: ForeignDatabasesOptions = {}): Promise<ForeignDatabases> {
  const sqlite = await loadSqlite();
  const base = options.folder ?? tmpdir();
  const limit = options.limit ?? 2;
  /** Most recently used first. */
  const pictures: Picture[] = [];
  let folder: string | undefined;
  let made = 0;

  const remove = (picture: Picture): void => {
    const index = pictures.indexOf(picture);
    if (index >= 0) pictures.splice(index, 1);
    close(picture);
    removeCopy(picture.copy);
  };

  const removeAll = (): void => {
    for (const picture of [...pictures]) remove(picture);
    if (folder !== undefined) removeQuietly(folder);
    folder = undefined;
  };

  return {
    open(file) {
      // A cleaner of temporary files may have taken the folder.
      if (folder !== undefined && !existsSync(folder)) removeAll();
      const known = pictures.find((picture) => picture.file === file);
      const now = databaseFacts(file);
      if (known && now && isSame(known.facts, now) && known.database.failure === undefined) {
        pictures.sort((a, b) => Number(b === known) - Number(a === known));
        return { database: known.database };
      }
      if (known) close(known);
      if (!known) while (pictures.length >= limit) remove(pictures.at(-1) as Picture);
      let copy = known?.copy;
      try {
        if (copy === undefined) {
          folder ??= makeFolder(base);
          copy = path.join(folder, `${++made}.db`);
        }
        // A copy that failed in use is not built upon.
        const reused = known?.database.failure === undefined ? known?.facts : undefined;
        const copied = copyDatabase(file, copy, reused);
        if ('facts' in copied) {
          if (known) pictures.splice(pictures.indexOf(known), 1);
          const picture = openPicture(sqlite, file, copy, copied.facts);
          pictures.unshift(picture);
          return { database: picture.database };
        }
        if (known) remove(known);
        else removeCopy(copy);
        return copied;
      } catch (error) {
        if (known) remove(known);
        if (copy !== undefined) removeCopy(copy);
        return { trouble: troubleOf(error) };
      }
    },
    dispose: removeAll,
  };
}

/** Throws when the copy is no usable database. */
function openPicture(sqlite: Sqlite, file: string, copy: string, facts: DatabaseFacts): Picture {
  const connection = sqlite.open(copy, true);
  try {
    // Exclusive before the first access: the index of the log is then kept in memory.
    connection.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA query_only = 1;');
    // The file is hostile: nothing in its schema may do more than hold data.
    connection.exec('PRAGMA trusted_schema = 0; PRAGMA cell_size_check = 1; PRAGMA temp_store = MEMORY;');
    connection.all('SELECT count(*) FROM sqlite_schema');
  } catch (error) {
    closeQuietly(connection);
    throw error;
  }
  let failure: DatabaseTrouble | undefined;
  const picture: Picture = {
    file,
    facts,
    copy,
    connection,
    database: {
      all<Row>(sql: string, params?: Parameters<Reader['all']>[1]): Row[] {
        if (!picture.connection) throw new Error('the picture of the database is closed');
        try {
          return picture.connection.all<Row>(sql, params);
        } catch (error) {
          if (!(error instanceof SqliteError && error.code === SQL_ERROR)) failure = troubleOf(error);
          throw error;
        }
      },
      get failure() {
        return failure;
      },
      get isClosed() {
        return picture.connection === undefined;
      },
    },
  };
  return picture;
}

/** What SQLite says of a file that is not whole, or the code of the system. */
function troubleOf(error: unknown): DatabaseTrouble {
  if (error instanceof SqliteError) return [1, 11, 26].includes(error.code) ? 'DAMAGED' : `SQLITE_${error.code}`;
  return (error as NodeJS.ErrnoException | null)?.code ?? 'UNKNOWN';
}

const isSame = (a: DatabaseFacts, b: DatabaseFacts): boolean =>
  a.main === b.main && a.log === b.log && a.logRun === b.logRun && a.index === b.index;

function close(picture: Picture): void {
  if (picture.connection) closeQuietly(picture.connection);
  picture.connection = undefined;
}

function closeQuietly(connection: Connection): void {
  try {
    connection.close();
  } catch {
    // A damaged database may refuse; its copy is removed all the same.
  }
}

function removeCopy(copy: string): void {
  for (const suffix of ['', '-wal', '-journal', '-shm']) removeQuietly(copy + suffix);
}

function removeQuietly(target: string): void {
  try {
    rmSync(target, { recursive: true, force: true });
  } catch {
    // The next start clears what is left.
  }
}

/** A folder that only this user can read. Clears what processes that were killed have left. */
function makeFolder(base: string): string {
  for (const name of readdirSync(base)) {
    const [, owner] = /^agent-token-meter-(\d+)-/.exec(name) ?? [];
    if (owner !== undefined && !isAlive(Number(owner)) && isMine(path.join(base, name))) {
      removeQuietly(path.join(base, name));
    }
  }
  return mkdtempSync(path.join(base, `${FOLDER_PREFIX}${process.pid}-`));
}

function isMine(folder: string): boolean {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  return stats?.isDirectory() === true && (process.getuid === undefined || stats.uid === process.getuid());
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
