import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '../../../src/store/connection.ts';
import { type ForeignDatabases, foreignDatabases } from '../../../src/store/foreignDatabase.ts';
import { loadSqlite, type Sqlite } from '../../../src/store/sqlite.ts';

let sqlite: Sqlite | undefined;
let databases: ForeignDatabases | undefined;
/** Homes in which databases were made, by the home that has the dumps. */
const built = new Map<string, string>();

/** To be called before databases are read; mocha does so by itself. */
export async function startDatabases(): Promise<void> {
  sqlite ??= await loadSqlite();
  databases ??= await foreignDatabases();
}

/** Removes what was made. */
export function endDatabases(): void {
  databases?.dispose();
  databases = undefined;
  for (const [home, copy] of built) if (copy !== home) rmSync(copy, { recursive: true, force: true });
  built.clear();
}

/** The reader of databases. */
export function openDatabases(): ForeignDatabases {
  if (!databases) throw new Error('startDatabases() comes first');
  return databases;
}

/** A home folder whose dumps (`x.db.sql`) are databases (`x.db`): a copy where there are any, else the folder itself. */
export function homeWithDatabases(home: string): string {
  const known = built.get(home);
  if (known !== undefined) return known;
  const dumps = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.sql'));
  const copy = dumps.length === 0 ? home : mkdtempSync(join(tmpdir(), 'atm-home-'));
  if (copy !== home) cpSync(home, copy, { recursive: true, preserveTimestamps: true });
  for (const dump of dumps) {
    if (!sqlite) throw new Error('startDatabases() comes first');
    const connection = sqlite.open(join(copy, dump.replace(/\.sql$/, '')));
    connection.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF');
    connection.exec(readFileSync(join(copy, dump), 'utf8'));
    connection.close();
    rmSync(join(copy, dump));
  }
  built.set(home, copy);
  return copy;
}

/** Changes a database in a file of its own. @returns its new bytes */
export function openDatabase(bytes: Uint8Array, change: (database: Connection) => void): Uint8Array {
  if (!sqlite) throw new Error('startDatabases() comes first');
  const folder = mkdtempSync(join(tmpdir(), 'atm-database-'));
  const path = join(folder, 'copy.db');
  writeFileSync(path, bytes);
  const connection = sqlite.open(path);
  try {
    connection.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF');
    change(connection);
  } finally {
    connection.close();
  }
  const changed = readFileSync(path);
  rmSync(folder, { recursive: true });
  return changed;
}

// Hooks of all tests that read homes; there are none when a script does.
if (typeof before === 'function') {
  before(startDatabases);
  after(endDatabases);
}
