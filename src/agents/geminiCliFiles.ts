import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readRegularFile } from '../transcripts/regularFile.ts';
import type { Disk } from './agent.ts';
import { type Fields, fields } from './fields.ts';
import type { GeminiChatFile } from './geminiChatState.ts';
import { pathTarget } from './toolKind.ts';

/** What is read beside a chat. Nothing throws: what is missing is `undefined` or empty. */
export type Surroundings = Pick<Disk, 'read' | 'list'>;

/** The surroundings of a chat as they are on disk. */
export const ON_DISK: Surroundings = {
  read(path) {
    try {
      return readRegularFile(path);
    } catch {
      return undefined;
    }
  },
  list(folder) {
    try {
      return readdirSync(folder).sort();
    } catch {
      return [];
    }
  },
};

/** Whether a path below the agent's `tmp` is a chat: of a session, or below `chats/<parent>/` of its subagents. */
export function isChat(relativePath: string, ending: '.jsonl' | '.json'): boolean {
  const parts = relativePath.split('/');
  const chats = parts.lastIndexOf('chats');
  const name = parts.at(-1) ?? '';
  if (chats < 1 || !name.endsWith(ending)) return false;
  return parts.length === chats + 2 ? name.startsWith('session-') : parts.length === chats + 3;
}

/** What path and surroundings say of a chat. `hasWorkspace`: the reader knows it already, it need not be looked up. */
export function describeChat(
  file: { path: string; relativePath: string; account?: string },
  around: Surroundings,
  hasWorkspace: boolean,
): GeminiChatFile {
  const parts = file.relativePath.split('/');
  const stem = (parts.at(-1) ?? '').replace(/\.jsonl?$/, '');
  const folder = dirname(file.path);
  const isNested = parts.at(-2) !== 'chats';
  const chats = isNested ? dirname(folder) : folder;
  const parent = isNested ? (parts.at(-2) ?? '') : undefined;
  return {
    session: parent === undefined ? undefined : rootOf(chats, parent, around),
    thread: parent === undefined ? undefined : stem,
    stem,
    workspace: hasWorkspace ? undefined : workspaceOf(dirname(chats), around),
    account: file.account,
    isCopy: file.path.endsWith('.json') && around.list(folder).includes(`${stem}.jsonl`),
  };
}

/** A subagent's subagent lies below its launcher: up to the session that a person began. */
function rootOf(chats: string, parent: string, around: Surroundings): string {
  let root = parent;
  for (let depth = 0; depth < 8; depth++) {
    if (sessionFiles(chats, root, around).length > 0) return root;
    const above = around
      .list(chats)
      .find((name) => !name.includes('.') && name !== root && around.list(join(chats, name)).includes(`${root}.jsonl`));
    if (above === undefined) return root;
    root = above;
  }
  return root;
}

/** A session's own files bear the first eight characters of its id. */
function sessionFiles(chats: string, session: string, around: Surroundings): string[] {
  const ending = new RegExp(`^session-.*-${session.slice(0, 8).replace(/\W/g, '\\$&')}\\.jsonl?$`);
  return around.list(chats).filter((name) => ending.test(name));
}

/** The files beside a chat that tell its project and whether it went on in another one. */
export function chatCompanions(path: string): string[] {
  return [join(dirname(dirname(path)), PROJECT_FILE), path.replace(/\.json$/, '.jsonl')];
}

/** In a project's folder: the path of the project. */
const PROJECT_FILE = '.project_root';

/** The project of a folder below `tmp`: a small file says it, or a known project whose hash is the folder's name. */
function workspaceOf(folder: string, around: Surroundings): string | undefined {
  const told = around.read(join(folder, PROJECT_FILE));
  if (told !== undefined) return pathTarget(Buffer.from(told).toString('utf8').trim());
  const home = dirname(dirname(folder));
  const name = folder.slice(dirname(folder).length + 1);
  const projects = fields(parsed(around.read(join(home, 'projects.json')))?.projects) ?? {};
  const bySlug = Object.entries(projects).find(([, slug]) => slug === name)?.[0];
  const trusted = Object.keys(parsed(around.read(join(home, 'trustedFolders.json'))) ?? {});
  const byHash = [...Object.keys(projects), ...trusted].find(
    (path) => createHash('sha256').update(path).digest('hex') === name,
  );
  return pathTarget(bySlug ?? byHash);
}

function parsed(bytes: Uint8Array | undefined): Fields | undefined {
  if (bytes === undefined) return undefined;
  try {
    return fields(JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')));
  } catch {
    return undefined;
  }
}
