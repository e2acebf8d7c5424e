import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BackupTrouble } from './backupTrouble.ts';
import { damagedPages } from './checkStore.ts';
import { SqliteError } from './connection.ts';
import { copyWhole } from './copyWhole.ts';
import { SCHEMA_VERSION } from './migrations.ts';
import { prepareReplacement, replaceAsPrepared } from './replaceStore.ts';
import { loadSqlite } from './sqlite.ts';

/** Looks closely at a file that is to take the place of a store; `undefined` when it can. */
export async function backupTrouble(file: string): Promise<BackupTrouble | undefined> {
  if (!existsSync(file)) return { kind: 'missing' };
  const sqlite = await loadSqlite();
  // SQLite writes beside a file while it reads it: it gets a copy.
  const folder = mkdtempSync(path.join(tmpdir(), 'agent-token-meter-'));
  try {
    const copy = path.join(folder, 'backup.db');
    copyWhole(file, copy);
    const connection = sqlite.open(copy);
    try {
      connection.exec('PRAGMA locking_mode = EXCLUSIVE');
      const version = Number(connection.first('PRAGMA user_version')?.[0] ?? 0);
      if (version > SCHEMA_VERSION) return { kind: 'newer' };
      if (version === 0 || !connection.first("SELECT 1 FROM sqlite_schema WHERE name = 'cursors'"))
        return { kind: 'foreign' };
      const [damage] = damagedPages(connection);
      return damage === undefined ? undefined : { kind: 'damaged', detail: damage };
    } finally {
      connection.close();
    }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { kind: error instanceof SqliteError && error.code === 11 ? 'damaged' : 'unreadable', detail };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Puts a backup in the place of the store, which nobody may have open. What stood there is kept beside it.
 *
 * @returns where that is now; `undefined` when there was nothing. Throws system errors
 */
export function restoreBackup(backup: string, store: string, nowMs: number): string | undefined {
  const keptAs = prepareReplacement(backup, store, nowMs);
  replaceAsPrepared(store);
  return keptAs;
}
