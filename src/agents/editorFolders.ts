import { join } from 'node:path';
import type { LookupPlace } from '../transcripts/root.ts';

/** Folder names of VS Code and of the editors that descend from it, as they stand in the system's folder of settings. */
const EDITIONS = [
  'Code',
  'Code - Insiders',
  'Code - Exploration',
  'Code - OSS',
  'VSCodium',
  'VSCodium - Insiders',
  'Cursor',
  'Windsurf',
  'Positron',
  'Trae',
];

/** Homes of editors that run on the machine one connects to. */
const SERVERS = [
  '.vscode-server',
  '.vscode-server-insiders',
  '.vscode-server-oss',
  '.vscode-remote',
  '.vscodium-server',
  '.cursor-server',
  '.windsurf-server',
];

/**
 * The `User` folders of all editors, whether they exist or not: each holds `workspaceStorage` and `globalStorage`, where extensions keep
 * their data. A portable installation keeps its own beside the program and says so in `VSCODE_PORTABLE`.
 */
export function editorUserFolders(place: LookupPlace): string[] {
  const { home, env } = place;
  const settings =
    place.platform === 'darwin'
      ? join(home, 'Library', 'Application Support')
      : place.platform === 'win32'
        ? env.APPDATA || join(home, 'AppData', 'Roaming')
        : env.XDG_CONFIG_HOME || join(home, '.config');
  const data = env.XDG_DATA_HOME || join(home, '.local', 'share');
  return [
    ...(env.VSCODE_PORTABLE ? [join(env.VSCODE_PORTABLE, 'user-data', 'User')] : []),
    ...EDITIONS.map((edition) => join(settings, edition, 'User')),
    ...SERVERS.map((server) => join(home, server, 'data', 'User')),
    join(data, 'code-server', 'User'),
  ];
}

/** The file path of a URI such as `file:///c%3A/work` or `vscode-remote://ssh-remote%2Bbox/home/me`; `undefined` for anything else. */
export function uriPath(uri: unknown): string | undefined {
  if (typeof uri !== 'string' || uri.length > 4096) return undefined;
  const [, path] = /^[a-z][a-z0-9+.-]*:\/\/[^/]*(\/.*)$/i.exec(uri) ?? [];
  if (path === undefined) return undefined;
  try {
    return decodeURIComponent(path).replace(/^\/(?=[a-z]:)/i, '');
  } catch {
    return undefined;
  }
}
