import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TranscriptFile } from '../transcripts/record.ts';
import type { LookupPlace, Root } from '../transcripts/root.ts';
import type { Disk, DocumentAgent, PlacedReading } from './agent.ts';
import { copilotCalls } from './copilotCliCalls.ts';
import { readCopilotEvents } from './copilotCliEvents.ts';
import { tellCopilotEvents } from './copilotCliReadings.ts';
import { copilotRows, type UsageRow } from './copilotCliRows.ts';

/**
 * GitHub Copilot CLI: `session-state/<session>/events.jsonl`, before `session-state/<session>.jsonl`. What a call used stands in up to four
 * places, by version: in the events themselves, in the table `assistant_usage_events` of `session-store.db`, in the sums at the end of a
 * session, or (output only) on each reply. So a session is read as a whole.
 */
export const copilotCli: DocumentAgent = {
  id: 'copilot-cli',
  label: 'GitHub Copilot CLI',
  form: 'document',
  roots: copilotRoots,
  isTranscript: (relativePath) => /^[^/]+(\/events)?\.jsonl$/.test(relativePath),
  companions: (file) => (mayGetRows(file) ? [databaseOf(file)] : []),
  read(file: TranscriptFile, disk: Disk): PlacedReading[] | undefined {
    const bytes = disk.read(file.path);
    if (!bytes) return undefined;
    const sessionId = sessionIdOf(file.relativePath);
    const events = readCopilotEvents(bytes);
    const calls = copilotCalls(sessionId, events.records, () => rowsOf(file, disk, sessionId));
    return tellCopilotEvents({ sessionId, account: file.account }, events, calls);
  },
};

/** The folder's name, or the file's. */
function sessionIdOf(relativePath: string): string {
  const [first = ''] = relativePath.split('/');
  return first.replace(/\.jsonl$/, '');
}

function databaseOf(file: TranscriptFile): string {
  return join(dirname(file.root), 'session-store.db');
}

/** Rows of a call are written at most so much later than its events. */
const ROWS_LAG_MS = 10 * 60_000;

/**
 * Whether rows of the session may still come into the database. All sessions share it: were it a companion of each for good, every call of
 * one would have all of them read anew.
 */
function mayGetRows(file: TranscriptFile): boolean {
  const database = databaseOf(file);
  const writtenAtMs = Math.max(modifiedAtMs(database), modifiedAtMs(`${database}-wal`));
  return writtenAtMs > 0 && writtenAtMs - modifiedAtMs(file.path) < ROWS_LAG_MS;
}

/** 0 for a file that is not there. */
function modifiedAtMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function rowsOf(file: TranscriptFile, disk: Disk, sessionId: string): UsageRow[] {
  const database = disk.database(databaseOf(file));
  return database ? copilotRows(database, sessionId) : [];
}

function copilotRoots(place: LookupPlace): Root[] {
  const usual = join(place.home, '.copilot');
  const chosen = place.configured?.length ? place.configured : [place.env.COPILOT_HOME ?? ''];
  const homes = chosen
    .map((folder) => folder.trim().replace(/^~(?=$|[/\\])/, place.home))
    .filter((folder) => folder !== '');
  return (homes.length > 0 ? homes : [usual]).flatMap((folder) => {
    const home = folder.replace(/[/\\](history-)?session-state[/\\]?$/, '');
    const account = home === usual ? {} : { account: home };
    return [
      { path: join(home, 'session-state'), ...account },
      { path: join(home, 'history-session-state'), ...account },
    ];
  });
}
