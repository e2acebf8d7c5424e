import type { Reader, SqlParams, SqlValue } from './reader.ts';
import type { SqliteExports } from './sqlite.ts';
import { prepare, type Statement } from './statement.ts';
import { type Scratch, scratch } from './wasmText.ts';

/** An error of SQLite itself. `code` is the primary result code: 11 = corrupt, 13 = full, 26 = not a database. */
export class SqliteError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.name = 'SqliteError';
    this.code = code & 0xff;
  }
}

/** Whether an error says that the file is damaged or is no database. */
export const isCorrupt = (error: unknown): boolean =>
  error instanceof SqliteError && (error.code === 11 || error.code === 26);

/** One open database. */
export interface Connection extends Reader {
  /** Runs any number of statements without results. */
  exec(sql: string): void;
  /** Runs one statement with values for its `?`, in order. @returns how many rows it changed */
  run(sql: string, values?: readonly (SqlValue | undefined)[]): number;
  /** Inserts one row. @returns its row id */
  insert(sql: string, values: readonly (SqlValue | undefined)[]): number;
  /** The prepared statement itself, for binding many rows without making anything. */
  statement(sql: string): Statement;
  /** Lays texts where statements can be bound to them, until the next call. @returns their address */
  lay(texts: Uint8Array): number;
  /** The only row of a statement with values for its `?`, as a list of columns; `undefined` without one. */
  first(sql: string, values?: readonly (SqlValue | undefined)[]): SqlValue[] | undefined;
  /** Runs `work` between BEGIN and COMMIT; when it throws, nothing of it stays. */
  transaction<Result>(work: () => Result): Result;
  close(): void;
}

export function connect(sqlite: SqliteExports, name: string, onClose: () => void = () => {}): Connection {
  const text: Scratch = scratch(sqlite);
  const laid: Scratch = scratch(sqlite);
  const statements = new Map<string, Statement>();

  const result = sqlite.malloc(4);
  const opening = sqlite.sqlite3_open(text.put(name), result);
  const db = text.pointerAt(result);
  sqlite.free(result);

  const fail = (code: number): never => {
    throw new SqliteError(code, text.read(sqlite.sqlite3_errmsg(db)));
  };
  if (opening !== 0) fail(opening);

  const statement = (sql: string): Statement => {
    let known = statements.get(sql);
    if (!known) {
      known = prepare(sqlite, db, text, sql, fail);
      statements.set(sql, known);
    }
    return known;
  };

  const exec = (sql: string): void => {
    const code = sqlite.sqlite3_exec(db, text.put(sql), 0, 0, 0);
    if (code !== 0) fail(code);
  };

  return {
    exec,
    all: <Row>(sql: string, params: SqlParams = {}) => statement(sql).all(params) as Row[],
    numbers: (sql, params = {}, into) => statement(sql).numbers(params, into),
    run(sql, values = []) {
      statement(sql).run(values);
      return sqlite.sqlite3_changes(db);
    },
    insert(sql, values) {
      statement(sql).run(values);
      return statement('SELECT last_insert_rowid()').first([])?.[0] as number;
    },
    first: (sql, values = []) => statement(sql).first(values),
    statement,
    lay(texts) {
      laid.begin(texts.length + 1);
      return laid.addBytes(texts);
    },
    transaction(work) {
      exec('BEGIN');
      try {
        const done = work();
        exec('COMMIT');
        return done;
      } catch (error) {
        try {
          exec('ROLLBACK');
        } catch {
          // SQLite has rolled back by itself, as it does when the disk is full.
        }
        throw error;
      }
    },
    close() {
      for (const each of statements.values()) each.finalize();
      statements.clear();
      sqlite.sqlite3_close_v2(db);
      text.free();
      laid.free();
      onClose();
    },
  };
}
