import { join } from 'node:path';
import { readRegularFile } from '../transcripts/regularFile.ts';
import type { LookupPlace, Root } from '../transcripts/root.ts';
import type { DocumentAgent } from './agent.ts';
import { manifestCompanions, readManifest } from './clineManifest.ts';
import { readSession, sessionCompanions } from './clineSession.ts';
import { readTask, taskCompanions } from './clineTask.ts';
import type { ClineProduct } from './clineUsage.ts';
import { editorUserFolders } from './editorFolders.ts';

/**
 * Cline up to 3 keeps tasks in the editor's storage: `tasks/<id>/ui_messages.json` with the conversation beside it, rewritten as a whole.
 * Since 4 the extension and the command line keep sessions in `~/.cline/data`.
 */
export const cline: DocumentAgent = product('cline', 'Cline', {
  extensions: ['saoudrizwan.claude-dev', 'saoudrizwan.cline-nightly'],
  others: ({ home, env }) => {
    const data = env.CLINE_DATA_DIR || join(env.CLINE_DIR || join(home, '.cline'), 'data');
    return [join(data, 'tasks'), env.CLINE_SESSION_DATA_DIR || join(data, 'sessions')];
  },
});

/** Roo Code went its own way from Cline 3, with the same tasks. */
export const rooCode: DocumentAgent = product('roo-code', 'Roo Code', {
  extensions: ['rooveterinaryinc.roo-cline', 'rooveterinaryinc.roo-code-nightly'],
  storageSetting: 'roo-cline.customStoragePath',
  others: ({ home }) => [join(home, '.vscode-mock', 'global-storage', 'tasks')],
});

/** Kilo Code up to 5 went its own way from Roo Code. */
export const kiloCode: DocumentAgent = product('kilo-code', 'Kilo Code', {
  extensions: ['kilocode.kilo-code'],
  storageSetting: 'kilo-code.customStoragePath',
  others: ({ home }) => [join(home, '.kilocode', 'cli', 'global', 'tasks')],
});

interface Places {
  /** Ids of the extension: each names a folder in the editor's storage. */
  extensions: string[];
  /** Setting of the editor that puts the tasks elsewhere. */
  storageSetting?: string;
  /** Folders outside the editor's storage. */
  others(place: LookupPlace): string[];
}

function product(id: ClineProduct, label: string, places: Places): DocumentAgent {
  return {
    id,
    label,
    form: 'document',
    roots: (place) => rootsOf(place, places),
    isTranscript: (relativePath) =>
      /^[^/]+\/(ui|claude)_messages\.json$/.test(relativePath) ||
      (id === 'cline' && (/^[^/]+\/[^/]+\.messages\.json$/.test(relativePath) || isManifest(relativePath))),
    companions: (file) =>
      isSession(file.path)
        ? sessionCompanions(file)
        : isManifest(file.relativePath)
          ? manifestCompanions(file)
          : taskCompanions(file),
    read: (file, disk) =>
      isSession(file.path)
        ? readSession(file, disk)
        : isManifest(file.relativePath)
          ? readManifest(file, disk)
          : readTask(id, file, disk),
  };
}

/** `<session>/<session>.json` */
const isManifest = (relativePath: string): boolean => /^([^/]+)\/\1\.json$/.test(relativePath);

const isSession = (path: string): boolean => path.endsWith('.messages.json');

function rootsOf(place: LookupPlace, places: Places): Root[] {
  const configured = (place.configured ?? [])
    .map((folder) => folder.trim().replace(/^~(?=$|[/\\])/, place.home))
    .filter((folder) => folder !== '');
  if (configured.length > 0) {
    return configured.flatMap((folder) =>
      /[/\\](tasks|sessions)[/\\]?$/.test(folder)
        ? [{ path: folder, depth: 1 }]
        : [join(folder, 'tasks'), join(folder, 'sessions')].map((path) => ({ path, depth: 1 })),
    );
  }
  const users = editorUserFolders(place);
  const folders = [
    ...users.flatMap((user) => places.extensions.map((extension) => join(user, 'globalStorage', extension, 'tasks'))),
    ...users.flatMap((user) => chosenStorage(user, places.storageSetting)),
    ...places.others(place),
  ];
  return [...new Set(folders)].map((path) => ({ path, depth: 1 }));
}

/** The folder that the user chose for tasks in the editor's settings. These may hold comments: only the one line is looked at. */
function chosenStorage(user: string, setting: string | undefined): string[] {
  if (setting === undefined) return [];
  try {
    const settings = readRegularFile(join(user, 'settings.json')).toString('utf8');
    const literal = new RegExp(`"${setting.replaceAll('.', '\\.')}"\\s*:\\s*("(?:[^"\\\\\\n]|\\\\.)+")`).exec(
      settings,
    )?.[1];
    return literal === undefined ? [] : [join(JSON.parse(literal), 'tasks')];
  } catch {
    return [];
  }
}
