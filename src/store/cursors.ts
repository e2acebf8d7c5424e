import type { Cursor } from '../transcripts/cursor.ts';
import type { JsonValue } from '../transcripts/json.ts';
import type { FileCursor, PartCounts, RecordDetail } from './batch.ts';
import type { Connection } from './connection.ts';

/** How far each file was read. */
export interface Cursors {
  /** The cursors of an agent by path, without the states, to compare with the files. */
  list(agent: string): Map<string, Cursor & Pick<FileCursor, 'failure'>>;
  /** Everything needed to read a file on; `undefined` for one never read. */
  find(agent: string, path: string): FileCursor | undefined;
  /** @returns the row id of the cursor, which other rows name as their source */
  idOf(agent: string, path: string): number;
  write(agent: string, cursor: FileCursor): void;
  /** Notes the version of the agent that wrote the file's newest records. */
  setVersion(agent: string, path: string, version: string): void;
}

interface CursorColumns extends Cursor {
  path: string;
  failure: string | null;
}

export function cursors(connection: Connection): Cursors {
  return {
    list(agent) {
      const rows = connection.all<Omit<CursorColumns, 'complete'> & { complete: number }>(LIST_CURSORS, {
        ':agent': agent,
      });
      return new Map(
        rows.map(({ path, complete, failure, ...cursor }) => [
          path,
          { ...cursor, complete: complete === 1, failure: failure ?? undefined },
        ]),
      );
    },
    find(agent, path) {
      const row = connection.first(FIND_CURSOR, [path, agent]);
      if (!row) return undefined;
      const [id, size, mtimeMs, ino, offset, complete, fingerprint, reader, fold, records, unknown, rejected, failure] =
        row;
      return {
        path,
        size: size as number,
        mtimeMs: mtimeMs as number,
        ino: ino as string,
        offset: offset as number,
        complete: complete === 1,
        fingerprint: fingerprint as string,
        readerState: fromJson(reader as string),
        foldState: fromJson(fold as string),
        records: records as number,
        unknownRecords: unknown as number,
        rejectedRecords: rejected as number,
        failure: (failure as string | null) ?? undefined,
        details: connection.all<RecordDetail>(FIND_DETAILS, { ':id': id as number }),
      };
    },
    idOf(agent, path) {
      const known = connection.first('SELECT id FROM cursors WHERE path = ? AND agent = ?', [path, agent]);
      if (known) return known[0] as number;
      return connection.first(INSERT_CURSOR, [agent, path])?.[0] as number;
    },
    setVersion(agent, path, version) {
      connection.run('UPDATE cursors SET version = ? WHERE path = ? AND agent = ?', [version, path, agent]);
    },
    write(agent, cursor) {
      const id = this.idOf(agent, cursor.path);
      connection.run(UPDATE_CURSOR, [
        cursor.size,
        cursor.mtimeMs,
        cursor.ino,
        cursor.offset,
        Number(cursor.complete),
        cursor.fingerprint,
        JSON.stringify(cursor.readerState),
        JSON.stringify(cursor.foldState),
        cursor.records,
        cursor.unknownRecords,
        cursor.rejectedRecords,
        cursor.failure,
        id,
      ]);
      if (cursor.parts === undefined) {
        connection.run('DELETE FROM cursor_details WHERE cursor_id = ?', [id]);
        writeDetails(connection, id, '', cursor.details);
      } else {
        for (const part of cursor.parts) writePart(connection, id, part);
        connection.run(SUM_PARTS, [id, id, id, id]);
      }
    },
  };
}

function writePart(connection: Connection, id: number, counts: PartCounts): void {
  const { part, records, unknownRecords, rejectedRecords, details } = counts;
  connection.run(UPSERT_PART, [id, part, records, unknownRecords, rejectedRecords]);
  connection.run('DELETE FROM cursor_details WHERE cursor_id = ? AND part = ?', [id, part]);
  writeDetails(connection, id, part, details);
}

function writeDetails(connection: Connection, id: number, part: string, details: readonly RecordDetail[]): void {
  for (const { outcome, detail, records } of details) {
    connection.run(INSERT_DETAIL, [id, part, outcome, detail, records]);
  }
}

/** A state that does not parse is one that the reader refuses: the file is read anew. */
function fromJson(text: string | null): JsonValue {
  if (text === null) return null;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return null;
  }
}

const LIST_CURSORS = `
  SELECT path, size_bytes AS size, mtime_ms AS mtimeMs, inode AS ino, offset_bytes AS "offset", complete, fingerprint, failure
  FROM cursors WHERE agent = :agent`;

const FIND_CURSOR = `
  SELECT id, size_bytes, mtime_ms, inode, offset_bytes, complete, fingerprint, reader_state, fold_state, records, unknown_records,
    rejected_records, failure
  FROM cursors WHERE path = ? AND agent = ?`;

const FIND_DETAILS = `
  SELECT outcome, detail, sum(records) AS records FROM cursor_details WHERE cursor_id = :id GROUP BY outcome, detail`;

const INSERT_DETAIL = 'INSERT INTO cursor_details (cursor_id, part, outcome, detail, records) VALUES (?, ?, ?, ?, ?)';

const UPSERT_PART = `
  INSERT INTO cursor_parts (cursor_id, part, records, unknown_records, rejected_records) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET records = excluded.records, unknown_records = excluded.unknown_records,
    rejected_records = excluded.rejected_records`;

const SUM_PARTS = `
  UPDATE cursors SET
    records = (SELECT coalesce(sum(records), 0) FROM cursor_parts WHERE cursor_id = ?),
    unknown_records = (SELECT coalesce(sum(unknown_records), 0) FROM cursor_parts WHERE cursor_id = ?),
    rejected_records = (SELECT coalesce(sum(rejected_records), 0) FROM cursor_parts WHERE cursor_id = ?)
  WHERE id = ?`;

const INSERT_CURSOR = `
  INSERT INTO cursors (agent, path, size_bytes, mtime_ms, inode, offset_bytes, complete, fingerprint, records, unknown_records,
    rejected_records)
  VALUES (?, ?, 0, 0, '', 0, 0, '', 0, 0, 0)
  RETURNING id`;

const UPDATE_CURSOR = `
  UPDATE cursors SET size_bytes = ?, mtime_ms = ?, inode = ?, offset_bytes = ?, complete = ?, fingerprint = ?, reader_state = ?,
    fold_state = ?, records = ?, unknown_records = ?, rejected_records = ?, failure = ?
  WHERE id = ?`;
