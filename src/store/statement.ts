import type { SqlParams, SqlValue } from './reader.ts';
import type { SqliteExports } from './sqlite.ts';
import { MAX_BYTES_PER_UNIT, type Scratch } from './wasmText.ts';

/** One prepared statement. Kept for the life of the connection. */
export interface Statement {
  /** All rows, keyed by column name. */
  all(params: SqlParams): Record<string, SqlValue>[];
  /** All rows as numbers, one row after the other; in `into` where they have room there. */
  numbers(params: SqlParams, into?: Float64Array): Float64Array;
  /** The first row's columns. */
  first(values: readonly (SqlValue | undefined)[]): SqlValue[] | undefined;
  run(values: readonly (SqlValue | undefined)[]): void;
  /** Binds one value without making anything; places count from 1. NaN = NULL. */
  bindNumber(place: number, value: number): void;
  /** The same for text that lies in the module's memory until the statement has run; a length below 0 = NULL. */
  bindBytes(place: number, address: number, bytes: number): void;
  /** Runs with what is bound. */
  runBound(): void;
  /** The first row's columns, with what is bound. */
  firstBound(): SqlValue[] | undefined;
  finalize(): void;
}

const ROW = 100;
const DONE = 101;
const INTEGER = 1;
const FLOAT = 2;
const TEXT = 3;

/**
 * @param fail throws the connection's last error
 */
export function prepare(
  sqlite: SqliteExports,
  db: number,
  text: Scratch,
  sql: string,
  fail: (code: number) => never,
): Statement {
  const result = sqlite.malloc(4);
  const code = sqlite.sqlite3_prepare_v2(db, text.put(sql), -1, result, 0);
  const statement = text.pointerAt(result);
  sqlite.free(result);
  if (code !== 0) fail(code);
  const columns = Array.from({ length: sqlite.sqlite3_column_count(statement) }, (_, index) =>
    text.read(sqlite.sqlite3_column_name(statement, index)),
  );
  const parameters = new Map<string, number>();
  /** Values that the statement holds from the last time. */
  let bound = 0;
  /** Those that `bindNumber` bound: most numbers of a row are those of the row before. A place that holds something else has none. */
  const numbers: (number | undefined)[] = [];

  const parameterIndex = (name: string): number => {
    let index = parameters.get(name);
    if (index === undefined) {
      index = sqlite.sqlite3_bind_parameter_index(statement, text.put(name));
      parameters.set(name, index);
    }
    return index;
  };

  /** Texts stay in the scratch memory until the statement is done: nothing else binds in between. */
  const bind = (values: readonly (SqlValue | undefined)[]): void => {
    let units = 0;
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (typeof value === 'string') units += value.length;
    }
    text.begin(units * MAX_BYTES_PER_UNIT);
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (typeof value === 'number') {
        if ((value | 0) === value) sqlite.sqlite3_bind_int(statement, i + 1, value);
        else sqlite.sqlite3_bind_double(statement, i + 1, value);
      } else if (typeof value === 'string') {
        const address = text.add(value);
        sqlite.sqlite3_bind_text(statement, i + 1, address, text.lastBytes, 0);
      } else sqlite.sqlite3_bind_text(statement, i + 1, 0, 0, 0);
    }
    for (let i = values.length; i < bound; i++) sqlite.sqlite3_bind_text(statement, i + 1, 0, 0, 0);
    bound = values.length;
    numbers.length = 0;
  };

  const bindNamed = (params: SqlParams): void => {
    const values: (SqlValue | undefined)[] = [];
    for (const [name, value] of Object.entries(params)) {
      const index = parameterIndex(name);
      if (index > 0) values[index - 1] = value;
    }
    bind(values);
  };

  const column = (index: number, above?: SqlValue): SqlValue => {
    switch (sqlite.sqlite3_column_type(statement, index)) {
      case INTEGER:
      case FLOAT:
        return sqlite.sqlite3_column_double(statement, index);
      case TEXT: {
        const address = sqlite.sqlite3_column_text(statement, index);
        const bytes = sqlite.sqlite3_column_bytes(statement, index);
        return typeof above === 'string' ? text.readLike(address, bytes, above) : text.read(address, bytes);
      }
      default:
        return null;
    }
  };

  /** Steps once. @returns whether there is a row; resets and throws on an error */
  const step = (): boolean => {
    const outcome = sqlite.sqlite3_step(statement);
    if (outcome === ROW) return true;
    const reset = sqlite.sqlite3_reset(statement);
    if (outcome !== DONE) fail(reset || outcome);
    return false;
  };

  const firstBound = (): SqlValue[] | undefined => {
    if (!step()) return undefined;
    const row = new Array<SqlValue>(columns.length);
    for (let i = 0; i < columns.length; i++) row[i] = column(i);
    sqlite.sqlite3_reset(statement);
    return row;
  };

  return {
    all(params) {
      bindNamed(params);
      const rows: Record<string, SqlValue>[] = [];
      let row: Record<string, SqlValue> = {};
      while (step()) {
        // To copy the row above and to set its fields anew is several times faster than to add one field after the other.
        row = { ...row };
        for (let i = 0; i < columns.length; i++) {
          const name = columns[i] as string;
          row[name] = column(i, row[name]);
        }
        rows.push(row);
      }
      return rows;
    },
    numbers(params, into) {
      bindNamed(params);
      let found = into ?? new Float64Array(1024 * columns.length);
      let length = 0;
      while (step()) {
        if (length + columns.length > found.length) {
          const larger = new Float64Array(length * 2 + columns.length);
          larger.set(found);
          found = larger;
        }
        for (let i = 0; i < columns.length; i++) found[length++] = sqlite.sqlite3_column_double(statement, i);
      }
      return found.subarray(0, length);
    },
    first(values) {
      bind(values);
      return firstBound();
    },
    firstBound,
    run(values) {
      bind(values);
      while (step()) {
        // A statement with RETURNING or a PRAGMA gives rows that nobody asked for.
      }
    },
    bindNumber(place, value) {
      const known = numbers[place];
      if (known === value || (Number.isNaN(value) && known !== undefined && Number.isNaN(known))) return;
      numbers[place] = value;
      if ((value | 0) === value) sqlite.sqlite3_bind_int(statement, place, value);
      else if (Number.isNaN(value)) sqlite.sqlite3_bind_text(statement, place, 0, 0, 0);
      else sqlite.sqlite3_bind_double(statement, place, value);
    },
    bindBytes(place, address, bytes) {
      numbers[place] = undefined;
      if (bytes < 0) sqlite.sqlite3_bind_text(statement, place, 0, 0, 0);
      else sqlite.sqlite3_bind_text(statement, place, address, bytes, 0);
    },
    runBound() {
      while (step()) {
        // Rows that nobody asked for.
      }
    },
    finalize: () => void sqlite.sqlite3_finalize(statement),
  };
}
