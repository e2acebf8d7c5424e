import { createHash } from 'node:crypto';
import type { JsonValue } from '../transcripts/json.ts';
import type { TranscriptFile } from '../transcripts/record.ts';
import type { Database, PlacedReading } from './agent.ts';
import { type Fields, fields, finite, text, timeMs } from './fields.ts';
import { entryReading, type OpenCodeEntry } from './openCodeEvents.ts';
import { messageReadings, type OpenCodeMessage } from './openCodeMessages.ts';
import { factsOfRow, placeSession, sessionReading } from './openCodeSession.ts';

/** Sessions whose rows changed, the newest first. A session's mark is its time of writing with the number and size of its messages. */
export function changedSessions(
  database: Database,
  seen: JsonValue | undefined,
): { sessions: string[]; seen: JsonValue } | undefined {
  try {
    const before = new Map(Object.entries(fields(seen) ?? {}));
    const marks = new Map<string, string>();
    for (const row of database.all<{ id: unknown; mark: unknown }>(marksSql(hasEntries(database)))) {
      if (typeof row.id === 'string') marks.set(row.id, shortened(String(row.mark)));
    }
    const sessions = [...marks.keys()].filter((id) => marks.get(id) !== before.get(id));
    return { sessions, seen: Object.fromEntries(marks) };
  } catch {
    return undefined;
  }
}

/** Marks are stored for every session there is. */
function shortened(mark: string): string {
  return createHash('sha256').update(mark).digest('base64url').slice(0, 8);
}

function marksSql(withEntries: boolean): string {
  const marks = (table: string) =>
    `SELECT session_id, max(time_updated) || ':' || count(*) || ':' || sum(octet_length(data)) AS mark FROM ${table} GROUP BY session_id`;
  return `SELECT s.id AS id, s.time_updated || '/' || coalesce(m.mark, '') ${withEntries ? "|| '/' || coalesce(e.mark, '')" : ''} AS mark
    FROM session s LEFT JOIN (${marks('message')}) m ON m.session_id = s.id
    ${withEntries ? `LEFT JOIN (${marks('session_message')}) e ON e.session_id = s.id` : ''}
    ORDER BY s.time_updated DESC`;
}

/** Version 2 keeps messages in a table of its own; databases of before have it empty or not at all. */
function hasEntries(database: Database): boolean {
  return database.all("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'session_message'").length > 0;
}

/** One session of a database. A child session is a thread of its outermost parent. */
export function readDatabaseSession(database: Database, id: string, file: TranscriptFile): PlacedReading[] {
  try {
    return sessionReadings(database, id, file);
  } catch {
    return [{ offset: 0, events: [], outcome: 'rejected', detail: 'database of an unknown schema' }];
  }
}

function sessionReadings(database: Database, id: string, file: TranscriptFile): PlacedReading[] {
  const factsOf = (of: string) => {
    const row = database.all<Fields>('SELECT * FROM session WHERE id = :id', { ':id': of })[0];
    return row && factsOfRow(row);
  };
  const own = factsOf(id);
  if (!own) return [];
  const rejected: PlacedReading[] = [];
  const messages = messagesOf(database, id, rejected);
  const entries = entriesOf(database, id, messages, rejected);
  const firstAgent = [...messages, ...entries].map(({ data }) => text(data.agent) ?? text(data.mode)).find(Boolean);
  const session = placeSession(own, factsOf, firstAgent, file.account);
  return [
    sessionReading(session, 0),
    ...messages.flatMap((message) => messageReadings(session, message)),
    ...entries.map((entry) => entryReading(session, entry)),
    ...rejected,
  ];
}

interface Row {
  rowid: number;
  id: string;
  data: unknown;
}

function messagesOf(database: Database, id: string, rejected: PlacedReading[]): OpenCodeMessage[] {
  const parts = new Map<string, Fields[]>();
  for (const row of database.all<Row & { message_id: string }>(
    'SELECT rowid, id, message_id, data FROM part WHERE session_id = :id ORDER BY message_id, id',
    { ':id': id },
  )) {
    const data = dataOf(row, 'part', rejected);
    const known = parts.get(row.message_id);
    if (data && known) known.push(data);
    else if (data) parts.set(row.message_id, [data]);
  }
  return database
    .all<Row>('SELECT rowid, id, data FROM message WHERE session_id = :id ORDER BY time_created, id', { ':id': id })
    .flatMap((row) => {
      const data = dataOf(row, 'message', rejected);
      return data ? [{ id: String(row.id), data, parts: parts.get(row.id) ?? [], offset: placeOf(row) }] : [];
    });
}

/** The version 2 entries that go on where the messages end: a session that changed over has both, with the old part in both tables. */
function entriesOf(
  database: Database,
  id: string,
  messages: readonly OpenCodeMessage[],
  rejected: PlacedReading[],
): OpenCodeEntry[] {
  if (!hasEntries(database)) return [];
  const known = new Set(messages.map((message) => message.id));
  const lastMs = Math.max(-1, ...messages.slice(-20).map(({ data }) => timeMs(fields(data.time)?.created) ?? -1));
  const rows = database.all<Row & { type: unknown; time_created: unknown; seq?: unknown }>(
    'SELECT rowid, * FROM session_message WHERE session_id = :id ORDER BY time_created, id',
    { ':id': id },
  );
  return rows
    .toSorted((a, b) => (finite(a.seq) ?? 0) - (finite(b.seq) ?? 0))
    .flatMap((row) => {
      const data = dataOf(row, 'message', rejected);
      if (!data || known.has(row.id) || (finite(row.time_created) ?? 0) <= lastMs) return [];
      const time = { created: row.time_created, ...fields(data.time) };
      return [{ id: String(row.id), type: text(row.type) ?? '', data: { ...data, time }, offset: placeOf(row) }];
    });
}

function dataOf(row: Row, kind: string, rejected: PlacedReading[]): Fields | undefined {
  let data: Fields | undefined;
  try {
    data = fields(JSON.parse(String(row.data)));
  } catch {
    data = undefined;
  }
  if (!data)
    rejected.push({ offset: placeOf(row), events: [], outcome: 'rejected', detail: `${kind} is no JSON object` });
  return data;
}

/** Rows have whole numbers, but a column may bear the same name. */
function placeOf(row: Row): number {
  return Number.isSafeInteger(row.rowid) && row.rowid >= 0 ? row.rowid : 0;
}
