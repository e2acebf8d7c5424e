import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Disk } from './agent.ts';
import { type Fields, fields, list, text } from './fields.ts';
import type { GeminiChatFile } from './geminiChatState.ts';
import { launchedAgent } from './geminiTools.ts';
import { pathTarget } from './toolKind.ts';

/** What is read beside a chat. Nothing throws: what is missing is `undefined` or empty. */
export type Surroundings = Pick<Disk, 'read' | 'list'>;

/** The surroundings of a chat as they are on disk. */
export const ON_DISK: Surroundings = {
  read(path) {
    try {
      return readFileSync(path);
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

/** What path and surroundings say of a chat. `isKnown`: the reader has them in its state, nothing needs to be looked up. */
export function describeChat(
  file: { path: string; relativePath: string; account?: string },
  around: Surroundings,
  isKnown: boolean,
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
    agentName: parent === undefined || isKnown ? undefined : agentNameOf(chats, parent, stem, around),
    stem,
    workspace: isKnown ? undefined : workspaceOf(dirname(chats), around),
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

/** The type of a subagent: it stands only in the launcher's chat, in the call that it was launched by, when that has ended. */
function agentNameOf(chats: string, parent: string, agent: string, around: Surroundings): string | undefined {
  const files = sessionFiles(chats, parent, around);
  const launchers = files.length > 0 ? files.map((name) => join(chats, name)) : nestedChat(chats, parent, around);
  for (const path of launchers) {
    const bytes = around.read(path);
    const at =
      bytes === undefined
        ? -1
        : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(`"agentId":"${agent}"`);
    if (bytes === undefined || at < 0) continue;
    const end = bytes.indexOf(10, at);
    const line = bytes.subarray(bytes.lastIndexOf(10, at) + 1, end < 0 ? bytes.length : end);
    const name = nameInLaunch(parsed(line), agent);
    if (name !== undefined) return name;
  }
  return undefined;
}

function nestedChat(chats: string, agent: string, around: Surroundings): string[] {
  return around
    .list(chats)
    .filter((name) => !name.includes('.') && around.list(join(chats, name)).includes(`${agent}.jsonl`))
    .map((name) => join(chats, name, `${agent}.jsonl`));
}

function nameInLaunch(message: Fields | undefined, agent: string): string | undefined {
  const call = list(message?.toolCalls)
    .map(fields)
    .find((item) => item?.agentId === agent);
  return call && launchedAgent(text(call.name) ?? '', fields(call.args) ?? {});
}

/** The project of a folder below `tmp`: a small file says it, or a known project whose hash is the folder's name. */
function workspaceOf(folder: string, around: Surroundings): string | undefined {
  const told = around.read(join(folder, '.project_root'));
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
