import type { Connection } from './connection.ts';
import { MIGRATIONS } from './migrations.ts';

/** A store that a newer version of this program has written. */
export class NewerStoreError extends Error {
  readonly version: number;
  constructor(version: number) {
    super(`the store has version ${version}, which this version of the program does not know`);
    this.name = 'NewerStoreError';
    this.version = version;
  }
}

export interface SchemaSteps {
  /** Text of `schema.sql`; asked for when there are no tables yet. */
  schema(): string;
  /** Called with the old version before an existing store is changed: the time for a backup. */
  beforeMigration?: (version: number) => void;
  migrations?: readonly string[];
}

/**
 * Makes the tables of a new store, or brings those of an older one up to date, in one transaction.
 * Throws `NewerStoreError` before anything is written.
 */
export function prepareSchema(connection: Connection, steps: SchemaSteps): void {
  const migrations = steps.migrations ?? MIGRATIONS;
  const target = 1 + migrations.length;
  const version = Number(connection.first('PRAGMA user_version')?.[0] ?? 0);
  if (version === target) return;
  if (version > target) throw new NewerStoreError(version);
  if (version > 0) steps.beforeMigration?.(version);
  connection.transaction(() => {
    if (version === 0) connection.exec(steps.schema());
    else for (const migration of migrations.slice(version - 1)) connection.exec(migration);
    connection.exec(`PRAGMA user_version = ${target}`);
  });
}
