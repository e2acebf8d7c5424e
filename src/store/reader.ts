/** A value that SQLite returns or takes. */
export type SqlValue = string | number | null;

/** Named parameters with their prefix: `{ ':sinceMs': 0 }`. */
export type SqlParams = Record<string, SqlValue>;

/** What the queries see of the store: one SQL text in, plain rows out. */
export interface Reader {
  /** All rows of a SELECT, keyed by column name. The statement stays prepared. Throws on an SQL error: that is a bug. */
  all<Row>(sql: string, params?: SqlParams): Row[];
  /**
   * Rows of numbers, one after the other in one array, for tens of thousands of them: nothing else is made. NULL and text read as 0.
   *
   * @param into is filled where the rows have room there, for one who reads a million in parts: what is given is then a part of it
   */
  numbers(sql: string, params?: SqlParams, into?: Float64Array): Float64Array;
}
