import { join } from 'node:path';
import type { JsonValue } from '../transcripts/json.ts';
import type { TranscriptFile } from '../transcripts/record.ts';
import type { LookupPlace, Root } from '../transcripts/root.ts';
import type { Database, DatabaseAgent, Disk, DocumentAgent, PlacedReading } from './agent.ts';
import { fields } from './fields.ts';
import { readGooseLegacy } from './gooseLegacy.ts';
import { readGooseSession } from './gooseSession.ts';

const IDENTITY = { id: 'goose', label: 'Goose', roots: gooseRoots };

/** Goose: one database with all sessions, `sessions/sessions.db`. */
export const goose: DatabaseAgent = {
  ...IDENTITY,
  form: 'database',
  isTranscript: (relativePath) => relativePath === 'sessions.db',
  changes,
  readSession: readGooseSession,
};

/** Goose before the database: `sessions/<session>.jsonl`. The database takes these in when it is made, and leaves them where they are. */
export const gooseLegacy: DocumentAgent = {
  ...IDENTITY,
  form: 'document',
  isTranscript: (relativePath) => /^[^/]+\.jsonl$/.test(relativePath),
  companions: (file) => [databaseBeside(file)],
  read(file: TranscriptFile, disk: Disk): PlacedReading[] | undefined {
    if (disk.list(file.root).includes('sessions.db')) return [];
    const bytes = disk.read(file.path);
    return bytes && readGooseLegacy(bytes, file.relativePath.replace(/\.jsonl$/, ''), file.account);
  },
};

function databaseBeside(file: TranscriptFile): string {
  return join(file.root, 'sessions.db');
}

function gooseRoots(place: LookupPlace): Root[] {
  const { home, env } = place;
  const chosen = (place.configured ?? [])
    .map((folder) => folder.trim().replace(/^~(?=$|[/\\])/, home))
    .filter((folder) => folder !== '');
  if (chosen.length > 0) {
    return chosen.map((folder) => {
      const data = folder.replace(/[/\\]sessions[/\\]?$/, '');
      return { path: join(data, 'sessions'), depth: 0, account: data };
    });
  }
  if (env.GOOSE_PATH_ROOT) return [{ path: join(env.GOOSE_PATH_ROOT, 'data', 'sessions'), depth: 0 }];
  const data = env.XDG_DATA_HOME || join(home, '.local', 'share');
  const folders =
    place.platform === 'win32'
      ? [join(env.APPDATA || join(home, 'AppData', 'Roaming'), 'Block', 'goose', 'data')]
      : place.platform === 'darwin'
        ? ['Block/goose', 'goose'].map((name) => join(home, 'Library', 'Application Support', name))
        : [];
  return [...folders, join(data, 'goose'), join(data, 'Block', 'goose')].map((folder) => ({
    path: join(folder, 'sessions'),
    depth: 0,
  }));
}

/** How far the database was read: its newest rows. */
interface Seen {
  updatedAt: string;
  message: number;
  ledger: number;
}

function changes(
  database: Database,
  saved: JsonValue | undefined,
): { sessions: string[]; seen: JsonValue } | undefined {
  try {
    const known = fields(saved);
    const seen: Seen = {
      updatedAt: typeof known?.updatedAt === 'string' ? known.updatedAt : '',
      message: typeof known?.message === 'number' ? known.message : 0,
      ledger: typeof known?.ledger === 'number' ? known.ledger : 0,
    };
    const hasLedger =
      database.all("SELECT 1 AS found FROM sqlite_master WHERE type = 'table' AND name = 'usage_ledger'").length > 0;
    const ledgerPart = hasLedger
      ? 'UNION SELECT session_id FROM usage_ledger WHERE id > :ledger'
      : 'UNION SELECT NULL WHERE :ledger < 0';
    const sessions = database.all<{ id: unknown }>(
      `SELECT s.id FROM sessions s JOIN (
        SELECT id FROM sessions WHERE CAST(updated_at AS TEXT) >= :updatedAt
        UNION SELECT session_id FROM messages WHERE id > :message
        ${ledgerPart}
      ) changed ON changed.id = s.id
      ORDER BY s.updated_at DESC, s.id`,
      { ':updatedAt': seen.updatedAt, ':message': seen.message, ':ledger': seen.ledger },
    );
    const [newest] = database.all<Partial<Seen>>(
      `SELECT (SELECT MAX(CAST(updated_at AS TEXT)) FROM sessions) AS updatedAt, (SELECT MAX(id) FROM messages) AS message,
        ${hasLedger ? '(SELECT MAX(id) FROM usage_ledger)' : '0'} AS ledger`,
    );
    return {
      sessions: sessions.flatMap(({ id }) => (typeof id === 'string' ? [id] : [])),
      seen: {
        updatedAt: newest?.updatedAt ?? '',
        message: Math.max(0, newest?.message ?? 0),
        ledger: Math.max(0, newest?.ledger ?? 0),
      },
    };
  } catch {
    return undefined;
  }
}
