import type { DatabaseAgent, PlacedReading } from '../agents/agent.ts';
import { openFileFold } from '../ledger/fileFold.ts';
import { type LedgerRows, noRows } from '../ledger/rows.ts';
import type { FileBatch, FileCursor, PartCounts, RecordCounts } from '../store/batch.ts';
import type { ForeignDatabase, ForeignDatabases } from '../store/foreignDatabase.ts';
import type { FoundTranscript } from '../transcripts/findTranscripts.ts';
import type { JsonValue } from '../transcripts/json.ts';
import type { FileReading, NotNow } from './fileReading.ts';
import { readerFailed, recordCounter } from './recordCounts.ts';

/** The sessions of a database that changed, read one after the other over several batches. */
export interface DatabaseReading {
  /** The next sessions, at least one of them, until `untilMs` (`performance.now()`). */
  next(untilMs: number): FileReading | NotNow;
}

/**
 * Begins to read what changed in a database since the stored cursor. The cursor says so only with the last batch: after an interruption
 * the same sessions are read again, which changes nothing.
 *
 * @param fingerprint of the database, from before the reading
 */
export function readDatabase(
  agent: DatabaseAgent,
  file: FoundTranscript,
  fingerprint: string,
  stored: FileCursor | undefined,
  user: string,
  databases: ForeignDatabases,
): DatabaseReading {
  // What was seen of another file says nothing of this one.
  const seen = stored?.ino === file.facts.ino ? (stored.resume?.readerState ?? undefined) : undefined;
  let changes: { sessions: string[]; seen: JsonValue } | undefined;
  let done = 0;

  /** The picture, with what changed in it; or why it cannot be used. */
  const open = (): ForeignDatabase | NotNow => {
    const { database, trouble } = databases.open(file.path);
    if (!database) return { notNow: trouble };
    if (!changes) {
      const found = changesIn(agent, database, seen);
      if (database.failure !== undefined) return { notNow: database.failure };
      if (!found) return { notNow: 'UNREADABLE' };
      changes = { sessions: [...new Set(found.sessions)], seen: found.seen };
    }
    return database;
  };

  const cursor = (seenNow: JsonValue, isEnd: boolean, parts: PartCounts[]): FileCursor => ({
    ...file.facts,
    path: file.path,
    offset: file.facts.size,
    complete: isEnd,
    fingerprint: isEnd ? fingerprint : (stored?.fingerprint ?? ''),
    resume: isEnd ? { offset: file.facts.size, readerState: seenNow, foldState: null, counts: NO_RECORDS } : undefined,
    ...NO_RECORDS,
    parts,
  });

  return {
    next(untilMs) {
      const database = open();
      if ('notNow' in database) return database;
      const { sessions, seen: seenNow } = changes as NonNullable<typeof changes>;
      const rows = noRows();
      const parts: PartCounts[] = [];
      while (done < sessions.length && (parts.length === 0 || performance.now() < untilMs)) {
        const sessionId = sessions[done] as string;
        const { rows: found, counts } = readSession(agent, database, sessionId, file);
        if (database.failure !== undefined) return { notNow: database.failure };
        for (const kind of Object.keys(rows) as (keyof LedgerRows)[]) append(rows[kind], found[kind]);
        parts.push(counts);
        done++;
      }
      const atEnd = done >= sessions.length;
      const batch: FileBatch = {
        agent: agent.id,
        user,
        rows,
        isWhole: true,
        cursor: cursor(seenNow, atEnd, parts),
      };
      const share = sessions.length === 0 ? 1 : parts.length / sessions.length;
      return { batch, bytes: Math.round(file.facts.size * share), atEnd, hasNews: parts.length > 0 };
    },
  };
}

/** A module that throws here does not know the schema. */
function changesIn(
  agent: DatabaseAgent,
  database: ForeignDatabase,
  seen: JsonValue | undefined,
): ReturnType<DatabaseAgent['changes']> {
  try {
    return agent.changes(database, seen);
  } catch {
    return undefined;
  }
}

function readSession(
  agent: DatabaseAgent,
  database: ForeignDatabase,
  sessionId: string,
  file: FoundTranscript,
): { rows: LedgerRows; counts: PartCounts } {
  const fold = openFileFold();
  if (!fold) throw new Error('a new fold needs no state');
  const counter = recordCounter();
  try {
    const readings: PlacedReading[] = agent.readSession(database, sessionId, file);
    for (const reading of readings) {
      for (const event of reading.events) fold.apply(event, reading.offset);
      counter.count(reading);
    }
  } catch (error) {
    counter.count(readerFailed(error));
  }
  return { rows: fold.takeRows(), counts: { part: sessionId, ...counter.counts() } };
}

const NO_RECORDS: RecordCounts = { records: 0, unknownRecords: 0, rejectedRecords: 0, details: [] };

function append(to: unknown[], rows: readonly unknown[]): void {
  for (const row of rows) to.push(row);
}
