/**
 * How an older store becomes one of today: the entry at index `n` leads from `user_version` n + 1 to n + 2. Append only; a released entry
 * never changes. `schema.sql` is always the sum of all: a test makes a store of each old version and compares.
 *
 * Old rows keep NULL in new columns, or a default that says the same.
 */
export const MIGRATIONS: readonly string[] = [];

/** The version that `schema.sql` makes. */
export const SCHEMA_VERSION = 1 + MIGRATIONS.length;
