import type { Reader } from '../../../src/store/reader.ts';

/** Columns that hold row ids, and what they name. */
const NAMED: Record<string, 'session' | 'caller' | 'file' | 'request'> = {
  session_id: 'session',
  caller_id: 'caller',
  source_file_id: 'file',
  file_id: 'file',
  cursor_id: 'file',
  request_id: 'request',
};

/** Tables of what was stored when, or for whom: not of what transcripts say. */
const OF_THIS_STORE = new Set(['priced_models', 'resume_points', 'installation', 'alerts', 'sqlite_sequence']);

/** What is counted up in the order in which it came, so that only its last digits differ. */
const ABOUT = new Set(['cost_usd', 'chars_per_token']);

type Row = Record<string, number | string | null>;

/** All rows of all tables, by table and sorted, with names for row ids: two stores that say the same are equal. */
export function wholeStore(store: Reader): Record<string, string[]> {
  const rows = (table: string): Row[] => store.all<Row>(`SELECT * FROM "${table}"`);
  const names = {
    session: namesOf(rows('sessions'), (row) => `${row.agent} ${row.session_key}`),
    file: namesOf(rows('cursors'), (row) => `${row.agent} ${row.path}`),
    caller: new Map<number, string>(),
    request: new Map<number, string>(),
  };
  const callerColumns = ['thread', 'provider', 'model', 'tier', 'price_source'];
  names.caller = namesOf(rows('callers'), (row) =>
    [names.session.get(row.session_id as number), ...callerColumns.map((column) => row[column])].join(' '),
  );
  names.request = namesOf(
    rows('requests'),
    (row) => `${names.caller.get(row.caller_id as number)?.split(' ')[0]} ${row.request_key}`,
  );
  const plain = (row: Row): string =>
    JSON.stringify(
      Object.entries(row)
        .filter(([column]) => column !== 'id')
        .map(([column, value]) => {
          const named = NAMED[column];
          if (named !== undefined && value !== null) return [column, names[named].get(value as number)];
          return [column, ABOUT.has(column) && value !== null ? Number((value as number).toPrecision(9)) : value];
        }),
    );
  const tables = store.all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
  return Object.fromEntries(
    tables.filter(({ name }) => !OF_THIS_STORE.has(name)).map(({ name }) => [name, rows(name).map(plain).sort()]),
  );
}

const namesOf = (rows: readonly Row[], name: (row: Row) => string): Map<number, string> =>
  new Map(rows.map((row) => [row.id as number, name(row)]));
