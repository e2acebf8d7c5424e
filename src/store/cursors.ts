import type { Cursor } from '../transcripts/cursor.ts';
import type { JsonValue } from '../transcripts/json.ts';
import type { FileCursor, PartCounts, RecordCounts, RecordDetail, ResumePoint } from './batch.ts';
import type { Connection } from './connection.ts';
import { keyHash, type Seen } from './requestKeys.ts';

/** How far each file was read. */
export interface Cursors {
  /** The cursors of each agent by path, without the states, to compare with the files. */
  list(): Map<string, Map<string, Cursor>>;
  /** Everything needed to read a file on; `undefined` for one never read. */
  find(agent: string, path: string): FileCursor | undefined;
  /**
   * @param version of the agent that wrote the newest records; absent = as stored
   * @returns the row id, which other rows name as their source
   */
  write(agent: string, cursor: FileCursor, version: string | undefined): WrittenCursor;
}

export interface WrittenCursor {
  id: number;
  /** Nothing of the file was stored before. */
  isNew: boolean;
}

interface CursorColumns extends Omit<Cursor, 'complete'> {
  agent: string;
  path: string;
  complete: number;
}

export function cursors(connection: Connection, seen: Seen): Cursors {
  return {
    list() {
      const found = new Map<string, Map<string, Cursor>>();
      for (const row of connection.all<CursorColumns>(LIST_CURSORS)) {
        const { agent, path, size, mtimeMs, ino, offset, complete, fingerprint } = row;
        let ofAgent = found.get(agent);
        if (!ofAgent) {
          ofAgent = new Map();
          found.set(agent, ofAgent);
        }
        ofAgent.set(path, { size, mtimeMs, ino, offset, complete: complete === 1, fingerprint });
      }
      return found;
    },
    find(agent, path) {
      const row = connection.first(FIND_CURSOR, [path, agent]);
      if (!row) return undefined;
      const [id, size, mtimeMs, ino, offset, complete, fingerprint, records, unknown, rejected, failure] = row;
      return {
        path,
        size: size as number,
        mtimeMs: mtimeMs as number,
        ino: ino as string,
        offset: offset as number,
        complete: complete === 1,
        fingerprint: fingerprint as string,
        resume: findResumePoint(connection, id as number),
        records: records as number,
        unknownRecords: unknown as number,
        rejectedRecords: rejected as number,
        failure: (failure as string | null) ?? undefined,
        details: connection.all<RecordDetail>(FIND_DETAILS, { ':id': id as number }),
      };
    },
    write(agent, cursor, version) {
      const isNew = !seen.add(keyHash(`file ${agent}`, cursor.path));
      const values = [
        agent,
        cursor.path,
        cursor.size,
        cursor.mtimeMs,
        cursor.ino,
        cursor.offset,
        Number(cursor.complete),
        cursor.fingerprint,
        cursor.records,
        cursor.unknownRecords,
        cursor.rejectedRecords,
        version,
        cursor.failure,
      ];
      const id = isNew
        ? connection.insert(INSERT_CURSOR, values)
        : (connection.first(UPSERT_CURSOR, values)?.[0] as number);
      if (cursor.resume !== undefined) writeResumePoint(connection, id, cursor.resume);
      if (cursor.parts === undefined) {
        if (!isNew) connection.run('DELETE FROM cursor_details WHERE cursor_id = ?', [id]);
        writeDetails(connection, id, '', cursor.details);
      } else {
        for (const part of cursor.parts) writePart(connection, id, part);
        connection.run(SUM_PARTS, [id, id, id, id]);
      }
      return { id, isNew };
    },
  };
}

function findResumePoint(connection: Connection, id: number): ResumePoint | undefined {
  const found = connection.first(FIND_RESUME_POINT, [id]);
  if (!found) return undefined;
  const [offset, readerState, foldState, counts] = found;
  try {
    return {
      offset: offset as number,
      readerState: JSON.parse(readerState as string) as JsonValue,
      foldState: JSON.parse(foldState as string) as JsonValue,
      counts: JSON.parse(counts as string) as RecordCounts,
    };
  } catch {
    return undefined;
  }
}

function writeResumePoint(connection: Connection, id: number, point: ResumePoint | null): void {
  if (point === null) connection.run('DELETE FROM resume_points WHERE cursor_id = ?', [id]);
  else {
    const { offset, readerState, foldState, counts } = point;
    const states = [readerState, foldState, counts].map((state) => JSON.stringify(state));
    connection.run(UPSERT_RESUME_POINT, [id, offset, ...states]);
  }
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

/** As they lie: there is an index by agent, but all of them are asked for. */
const LIST_CURSORS = `
  SELECT agent, path, size_bytes AS size, mtime_ms AS mtimeMs, inode AS ino, offset_bytes AS "offset", complete, fingerprint
  FROM cursors NOT INDEXED`;

const FIND_CURSOR = `
  SELECT id, size_bytes, mtime_ms, inode, offset_bytes, complete, fingerprint, records, unknown_records, rejected_records, failure
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
    rejected_records, version, failure)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const UPSERT_CURSOR = `${INSERT_CURSOR}
  ON CONFLICT (path, agent) DO UPDATE SET size_bytes = excluded.size_bytes, mtime_ms = excluded.mtime_ms, inode = excluded.inode,
    offset_bytes = excluded.offset_bytes, complete = excluded.complete, fingerprint = excluded.fingerprint, records = excluded.records,
    unknown_records = excluded.unknown_records, rejected_records = excluded.rejected_records,
    version = coalesce(excluded.version, version), failure = excluded.failure
  RETURNING id`;

const FIND_RESUME_POINT =
  'SELECT offset_bytes, reader_state, fold_state, counts FROM resume_points WHERE cursor_id = ?';

const UPSERT_RESUME_POINT = `
  INSERT OR REPLACE INTO resume_points (cursor_id, offset_bytes, reader_state, fold_state, counts) VALUES (?, ?, ?, ?, ?)`;
