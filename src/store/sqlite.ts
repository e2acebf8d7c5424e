import { readSqliteWasm } from './assets.ts';
import { type Connection, connect } from './connection.ts';
import { realFiles } from './realFiles.ts';

/** The functions of SQLite's C interface that are used here, as the module exports them. Pointers are numbers. */
export interface SqliteExports {
  memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  free(pointer: number): void;
  sqlite3_open(name: number, result: number): number;
  sqlite3_close_v2(db: number): number;
  sqlite3_exec(db: number, sql: number, callback: 0, argument: 0, message: 0): number;
  sqlite3_errmsg(db: number): number;
  sqlite3_changes(db: number): number;
  sqlite3_prepare_v2(db: number, sql: number, bytes: number, result: number, tail: 0): number;
  sqlite3_finalize(statement: number): number;
  sqlite3_step(statement: number): number;
  sqlite3_reset(statement: number): number;
  sqlite3_clear_bindings(statement: number): number;
  sqlite3_bind_int(statement: number, index: number, value: number): number;
  sqlite3_bind_double(statement: number, index: number, value: number): number;
  sqlite3_bind_text(statement: number, index: number, text: number, bytes: number, destructor: 0): number;
  sqlite3_bind_parameter_index(statement: number, name: number): number;
  sqlite3_column_count(statement: number): number;
  sqlite3_column_name(statement: number, index: number): number;
  sqlite3_column_type(statement: number, index: number): number;
  sqlite3_column_double(statement: number, index: number): number;
  sqlite3_column_text(statement: number, index: number): number;
  sqlite3_column_bytes(statement: number, index: number): number;
}

/** SQLite, loaded once per thread. */
export interface Sqlite {
  /**
   * Opens a database: a real file (made when missing, parent folder must exist), or one in memory without a path.
   * The caller makes sure that no other connection, here or in another process, has the file open: there are no locks.
   * With `isReadOnly` the files are neither made nor written, a write-ahead log is applied in memory. Throws `SqliteError`.
   */
  open(path?: string, isReadOnly?: boolean): Connection;
}

let loading: Promise<Sqlite> | undefined;

/** sql.js for this thread, which can be started only once in each. Rejects when the installation is incomplete. @see start */
export function loadSqlite(): Promise<Sqlite> {
  loading ??= start();
  return loading;
}

/**
 * Starts sql.js with its file calls answered by real files.
 *
 * The debug build is used because it keeps the names of those calls; its SQLite is as fast as the release build's, and the slow checks of
 * its JavaScript are passed by, as the module's exports are called directly.
 */
async function start(): Promise<Sqlite> {
  // Both of the very same version.
  const { default: initSqlJs } = await import('sql.js/dist/sql-wasm-debug.js');
  const wasm = readSqliteWasm();
  const files = realFiles();
  let exports: SqliteExports | undefined;
  // At once: nothing of it is compiled before it is called.
  const module = new WebAssembly.Module(wasm);
  await initSqlJs({
    print: () => {},
    printErr: () => {},
    instantiateWasm(imports, receive) {
      files.install(imports);
      growQuietly(imports);
      const instance = new WebAssembly.Instance(module, imports);
      exports = instance.exports as unknown as SqliteExports;
      files.attach(exports.memory);
      receive(instance, module);
      return {};
    },
  });
  if (!exports) throw new Error('sql.js did not ask for its module');
  const loaded = exports;
  let opened = 0;
  return {
    open(path, isReadOnly) {
      if (path === undefined) return connect(loaded, ':memory:');
      const name = `/real-${++opened}.db`;
      files.map(name, path, isReadOnly);
      return connect(loaded, name, () => files.unmap(name));
    },
  };
}

/** The debug build warns on the console whenever its memory grows; nobody needs to read that. */
function growQuietly(imports: WebAssembly.Imports): void {
  const { env } = imports;
  const grow = env?.emscripten_resize_heap as ((bytes: number) => boolean) | undefined;
  if (!env || !grow) throw new Error('this build of sql.js does not import emscripten_resize_heap');
  env.emscripten_resize_heap = (bytes: number) => {
    const { warn } = console;
    console.warn = () => {};
    try {
      return grow(bytes);
    } finally {
      console.warn = warn;
    }
  };
}
