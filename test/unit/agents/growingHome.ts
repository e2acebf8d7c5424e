import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Connection } from '../../../src/store/connection.ts';
import { openDatabase } from './fixtureHome.ts';

/** How a home came to be: what of each file is there in each sweep before the last, in which all of it is. */
export interface Growth {
  /** Per file, in thousandths of it, by sweep; a file is never smaller than it was. Below `ABSENT` it is not there yet. */
  parts: number[][];
  /** Per file: what was written last is read first. */
  ranks: number[];
}

const ABSENT = 300;
const WHOLE = 700;
/** A moment long before any test, to count times of files from. */
const WRITTEN_S = 1_700_000_000;

/** A home whose files are written part by part, as agents do. */
export interface GrowingHome {
  /** Relative paths of all files. */
  files: string[];
  /**
   * Brings the files to where they are in a sweep: lines up to some byte, documents with the beginning of their longest list. Those that
   * are not `moving` are there from the beginning.
   */
  grow(growth: Growth, sweep: number, moving: (file: string) => boolean): void;
  /** Writes everything at once, in an order of its own. */
  complete(): void;
  remove(): void;
}

/** @param target folder that is emptied and filled from `source` */
export function growingHome(source: string, target: string): GrowingHome {
  const files = readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(source.length + 1))
    .sort();
  const bytes = files.map((file) => readFileSync(join(source, file)));
  const put = (index: number, content: Uint8Array, writtenS: number): void => {
    const path = join(target, files[index] ?? '');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    utimesSync(path, writtenS, writtenS);
  };
  return {
    files,
    grow({ parts, ranks }, sweep, moving) {
      files.forEach((file, index) => {
        if (!moving(join(target, file))) {
          if (sweep === 0) put(index, bytes[index] as Buffer, WRITTEN_S);
          return;
        }
        const sizes = (parts[index] ?? []).toSorted((a, b) => a - b);
        const thousandths = sizes[sweep] ?? 1000;
        if (thousandths < ABSENT) return;
        const share = thousandths >= WHOLE ? 1 : (thousandths - ABSENT) / (WHOLE - ABSENT);
        put(index, beginning(file, bytes[index] as Buffer, share), WRITTEN_S + 100 * sweep + (ranks[index] ?? 0));
      });
    },
    complete() {
      for (const [index, whole] of bytes.entries()) put(index, whole, WRITTEN_S + index);
    },
    remove: () => rmSync(target, { recursive: true, force: true }),
  };
}

/** The beginning of a file as it was when a share of it was written. */
function beginning(file: string, whole: Buffer, share: number): Uint8Array {
  if (share >= 1) return whole;
  if (file.endsWith('.jsonl')) return whole.subarray(0, Math.floor(whole.length * share));
  if (file.endsWith('.json')) return shorterDocument(whole, share);
  if (file.endsWith('.db')) return youngerDatabase(whole, share);
  return whole;
}

function shorterDocument(whole: Buffer, share: number): Uint8Array {
  let document: unknown;
  try {
    document = JSON.parse(whole.toString('utf8'));
  } catch {
    return whole;
  }
  const list = longestList(document);
  if (!list) return whole;
  list.length = Math.floor(list.length * share);
  return Buffer.from(JSON.stringify(document));
}

/** The list that grows: the document itself, or the longest one in it. */
function longestList(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  const lists = Object.values(value).filter((item): item is unknown[] => Array.isArray(item));
  return lists.sort((a, b) => b.length - a.length)[0];
}

/** The database as it was at a time: rows that were made later are missing, and none was changed later. */
function youngerDatabase(whole: Buffer, share: number): Uint8Array {
  return openDatabase(whole, (database) => {
    const tables = database
      .all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .map(({ name }) => ({
        name,
        columns: database
          .all<{ name: string }>(`SELECT name FROM pragma_table_info('${name}')`)
          .map((column) => column.name)
          .filter((column) => /^(time_|.*_at$|created_|updated_|timestamp$)/.test(column)),
      }));
    const times = tables.flatMap(({ name, columns }) =>
      columns.flatMap((column) =>
        database.all<{ at: number | null }>(`SELECT ${MS(column)} AS at FROM "${name}"`).flatMap(({ at }) => at ?? []),
      ),
    );
    const sorted = times.sort((a, b) => a - b);
    const until = sorted[Math.floor(sorted.length * share)];
    if (until === undefined) return;
    for (const { name, columns } of tables) {
      const made = columns.find((column) => /creat|timestamp|first_seen/.test(column));
      if (made === undefined) continue;
      database.exec(`DELETE FROM "${name}" WHERE ${MS(made)} > ${until}`);
      for (const column of columns)
        if (column !== made)
          database.exec(`UPDATE "${name}" SET "${column}" = "${made}" WHERE ${MS(column)} > ${until}`);
    }
    for (const { name } of tables) unfinish(database, name, until);
  });
}

/** A message that ends later states no tokens yet: opencode and Kilo Code store its last part, then what it cost. */
function unfinish(database: Connection, table: string, until: number): void {
  if (database.all(`SELECT 1 FROM pragma_table_info('${table}') WHERE name = 'data'`).length === 0) return;
  database.exec(`UPDATE "${table}" SET data = json_remove(data, '$.time.completed', '$.tokens', '$.cost')
    WHERE json_valid(data) AND json_extract(data, '$.time.completed') > ${until}`);
}

/** A time in whichever form it is written, in milliseconds. */
const MS = (column: string): string =>
  `CASE typeof("${column}") WHEN 'text' THEN unixepoch("${column}") * 1000
     ELSE "${column}" * (CASE WHEN "${column}" < 100000000000 THEN 1000 ELSE 1 END) END`;
