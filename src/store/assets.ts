import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The two files that the store needs beside its code: in the bundle's folder, or where the source tree has them. */
const here = path.dirname(fileURLToPath(import.meta.url));

/** `schema.sql` as text. Throws when the installation is incomplete. */
export const readSchema = (): string => readFileSync(path.join(here, 'schema.sql'), 'utf8');

/** The bytes of sql.js's WebAssembly module. Throws when the installation is incomplete. */
export function readSqliteWasm(): Uint8Array<ArrayBuffer> {
  const beside = path.join(here, 'sql-wasm-debug.wasm');
  return readFileSync(
    existsSync(beside) ? beside : createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm-debug.wasm'),
  );
}
