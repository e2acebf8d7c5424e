import { isAbsolute, join } from 'node:path';
import type { JsonValue } from '../transcripts/json.ts';
import { readRegularFile } from '../transcripts/regularFile.ts';
import type { LookupPlace, Root } from '../transcripts/root.ts';
import type { Database, DatabaseAgent } from './agent.ts';
import { readCrushSession } from './crushSession.ts';
import { fields, finite, list, parseJson, text } from './fields.ts';

/** Crush: one database in each project, `.crush/crush.db`. A registry in its own data folder names the projects. */
export const crush: DatabaseAgent = {
  id: 'crush',
  label: 'Crush',
  form: 'database',
  roots: crushRoots,
  isTranscript: (relativePath) => relativePath === 'crush.db',
  changes,
  readSession: readCrushSession,
};

function crushRoots(place: LookupPlace): Root[] {
  const { home, env } = place;
  const chosen = (place.configured ?? [])
    .map((folder) => folder.trim().replace(/^~(?=$|[/\\])/, home))
    .filter((folder) => folder !== '');
  const data =
    place.platform === 'win32'
      ? join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'crush')
      : join(env.XDG_DATA_HOME || join(home, '.local', 'share'), 'crush');
  const registries = chosen.length > 0 ? chosen : [env.CRUSH_GLOBAL_DATA || data];
  const folders = registries.flatMap((registry) => [registry, ...projectFolders(join(registry, 'projects.json'))]);
  return [...new Set(folders)].map((path) => ({ path, depth: 0 }));
}

/** The data folders of the projects in a registry: a list, an object with a list `projects`, or one entry per project. */
function projectFolders(registry: string): string[] {
  let parsed: unknown;
  try {
    parsed = parseJson(readRegularFile(registry));
  } catch {
    return [];
  }
  const object = fields(parsed);
  const projects = list(parsed).length > 0 ? list(parsed) : list(object?.projects ?? Object.values(object ?? {}));
  return projects.flatMap((item) => {
    const project = fields(item);
    const path = text(project?.path);
    const data = text(project?.data_dir) ?? '.crush';
    return path && isAbsolute(path) ? [isAbsolute(data) ? data : join(path, data)] : [];
  });
}

function changes(
  database: Database,
  saved: JsonValue | undefined,
): { sessions: string[]; seen: JsonValue } | undefined {
  try {
    const seen = finite(fields(saved)?.updatedAt) ?? 0;
    const sessions = database.all<{ id: unknown }>(
      `SELECT id FROM sessions s
      WHERE CAST(updated_at AS INTEGER) >= :seen
        OR EXISTS (SELECT 1 FROM messages m WHERE m.session_id = s.id AND CAST(m.updated_at AS INTEGER) >= :seen)
      ORDER BY updated_at DESC, id`,
      { ':seen': seen },
    );
    const [newest] = database.all<{ updatedAt: unknown }>(
      `SELECT MAX(CAST(updated_at AS INTEGER)) AS updatedAt
      FROM (SELECT updated_at FROM sessions UNION ALL SELECT updated_at FROM messages)`,
    );
    return {
      sessions: sessions.flatMap(({ id }) => (typeof id === 'string' ? [id] : [])),
      seen: { updatedAt: finite(newest?.updatedAt) ?? 0 },
    };
  } catch {
    return undefined;
  }
}
