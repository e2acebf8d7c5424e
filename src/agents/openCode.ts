import { join } from 'node:path';
import type { LookupPlace, Root } from '../transcripts/root.ts';
import type { DatabaseAgent, DocumentAgent } from './agent.ts';
import { changedSessions, readDatabaseSession } from './openCodeDatabase.ts';
import { readSessionFiles, sessionCompanions } from './openCodeFiles.ts';

/** opencode since 1.2: `opencode.db`, or `opencode-<channel>.db` for other releases, with all sessions. */
export const openCodeDatabase: DatabaseAgent = databaseForm('opencode', 'opencode', 'opencode');

/** opencode before: one file per session, message and part. They stay when the database takes over; messages of both count once. */
export const openCodeFiles: DocumentAgent = {
  id: 'opencode',
  label: 'opencode',
  form: 'document',
  roots: (place) =>
    dataFolders(place, 'opencode').flatMap((data) => [
      { path: join(data, 'storage', 'session'), depth: 1 },
      { path: join(data, 'project'), depth: 4 },
    ]),
  isTranscript: (relativePath) =>
    /^[^/]+\/ses_[^/]+\.json$|^[^/]+\/storage\/session\/info\/[^/]+\.json$/.test(relativePath),
  companions: sessionCompanions,
  read: readSessionFiles,
};

/** Kilo Code since 7, on the command line and in the editor, is built on opencode and keeps its database. */
export const kiloCodeDatabase: DatabaseAgent = databaseForm('kilo-code', 'Kilo Code', 'kilo');

function databaseForm(id: string, label: string, name: string): DatabaseAgent {
  const file = new RegExp(`^${name}(-[\\w.-]+)?\\.db$`);
  return {
    id,
    label,
    form: 'database',
    roots: (place) => dataFolders(place, name).map((path): Root => ({ path, depth: 0 })),
    isTranscript: (relativePath) => file.test(relativePath),
    changes: changedSessions,
    readSession: readDatabaseSession,
  };
}

/** The same folder on all systems: of the XDG variables only this one is heeded. */
function dataFolders(place: LookupPlace, name: string): string[] {
  const configured = (place.configured ?? []).map((folder) => folder.trim()).filter((folder) => folder !== '');
  if (configured.length > 0)
    return configured.map((folder) =>
      folder.replace(/^~(?=$|[/\\])/, place.home).replace(/[/\\](storage([/\\]session)?|[\w.-]+\.db)?[/\\]?$/, ''),
    );
  return [join(place.env.XDG_DATA_HOME || join(place.home, '.local', 'share'), name)];
}
