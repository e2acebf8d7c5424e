import { realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { Agent } from '../agents/agent.ts';
import type { Store } from '../store/store.ts';
import type { Cursor } from '../transcripts/cursor.ts';
import {
  type FoundTranscript,
  fileFacts,
  findTranscripts,
  type LookupTrouble,
} from '../transcripts/findTranscripts.ts';
import type { Root } from '../transcripts/root.ts';
import { databaseBeside } from '../transcripts/sourceFacts.ts';
import { type AgentFile, companionsOf, fileKey, isRead } from './agentFile.ts';
import { type FileTable, fileTable } from './fileTable.ts';

/** An agent and the folders it is looked up in. */
export interface AgentRoots {
  agent: Agent;
  roots: Root[];
}

/** The documents that a file or folder is a companion of, by its path. */
export type CompanionIndex = Map<string, AgentFile[]>;

/** What one look at the file system found. */
export interface Changes {
  /** Files that differ from what was read of them, most recently written first. */
  moved: FileTable;
  /** Every folder that was looked into or holds companions, those with the most recent transcripts first. */
  folders: string[];
  companions: CompanionIndex;
  /** When the newest of all was written, epoch milliseconds by the clock of its disk. */
  newestMs: number;
  /** Transcripts in all. */
  files: number;
  troubles: LookupTrouble[];
}

/** Between two folders others have their turn when this has passed: to yield after each takes as long as to look into it. */
const YIELD_MS = 4;

/** Compares all transcripts with the cursors. Yields to other work. */
export async function findChanges(
  agents: readonly AgentRoots[],
  store: Store,
  pause: () => Promise<void>,
): Promise<Changes> {
  const moved = fileTable();
  const changes: Changes = { moved, folders: [], companions: new Map(), newestMs: 0, files: 0, troubles: [] };
  const newestIn = new Map<string, number>();
  const known = store.cursors.list();
  let yielded = performance.now();
  for (const { agent, roots } of agents) {
    const cursors = known.get(agent.id);
    for (const root of rootsToRead(roots)) {
      for (const folder of findTranscripts(root, (path) => agent.isTranscript(path))) {
        changes.troubles.push(...folder.troubles);
        noteFolder(newestIn, root.path, folder.path, folder.transcripts);
        for (const file of folder.transcripts) {
          const found = { agent, file };
          changes.files++;
          changes.newestMs = Math.max(changes.newestMs, file.facts.mtimeMs);
          const cursor = cursors?.get(file.path);
          if (!isRead(found, cursor))
            moved.add({ agent, file, unreadBytes: unreadBytes(found, cursor), isNew: cursor === undefined });
          for (const companion of noteCompanions(changes.companions, found)) {
            for (const path of isFolder(companion) ? [companion, dirname(companion)] : [dirname(companion)]) {
              newestIn.set(path, Math.max(newestIn.get(path) ?? 0, file.facts.mtimeMs));
            }
          }
        }
        if (performance.now() - yielded < YIELD_MS) continue;
        await pause();
        yielded = performance.now();
      }
    }
  }
  moved.newestFirst();
  changes.folders = [...newestIn.keys()].sort((a, b) => (newestIn.get(b) ?? 0) - (newestIn.get(a) ?? 0));
  return changes;
}

/** Lines are read on from the cursor; everything else is read whole. */
const unreadBytes = ({ agent, file }: AgentFile, cursor: Cursor | undefined): number =>
  agent.form === 'lines' && cursor && cursor.offset <= file.facts.size
    ? file.facts.size - cursor.offset
    : file.facts.size;

/**
 * The roots that exist, which are few of very many, without those that a link leads to where an earlier one is already: `~/.config/x` may be a
 * link to `~/.x`.
 */
function rootsToRead(roots: readonly Root[]): Root[] {
  const seen = new Set<string>();
  return roots.filter(({ path, depth }) => {
    if (isMissing(path)) return false;
    const key = `${depth} ${realPathOf(path)}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Told without an error, which takes longer to make than to look. What cannot be looked at is not missing. */
function isMissing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

function realPathOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

/** A folder is as recent as the newest transcript in it or below it: new sessions appear beside recent ones. */
function noteFolder(
  newestIn: Map<string, number>,
  root: string,
  folder: string,
  files: readonly FoundTranscript[],
): void {
  const newest = files.reduce((max, file) => Math.max(max, file.facts.mtimeMs), 0);
  for (let path = folder; ; path = dirname(path)) {
    newestIn.set(path, Math.max(newestIn.get(path) ?? 0, newest));
    if (path === root || path.length <= root.length) return;
  }
}

/** @returns the companions of the transcript */
function noteCompanions(companions: CompanionIndex, found: AgentFile): string[] {
  const paths = companionsOf(found);
  for (const path of paths) {
    const known = companions.get(path);
    if (!known) companions.set(path, [found]);
    else if (!known.some((other) => fileKey(other) === fileKey(found))) known.push(found);
  }
  return paths;
}

/**
 * The transcripts that a change at a path concerns: the one that it is, the database whose write-ahead log it is, the documents that it is
 * a companion of.
 */
export function transcriptsAt(agents: readonly AgentRoots[], companions: CompanionIndex, path: string): AgentFile[] {
  const database = databaseBeside(path);
  const found = new Map<string, AgentFile>();
  const direct = transcriptAt(agents, path) ?? transcriptAt(agents, database);
  if (direct) found.set(fileKey(direct), direct);
  for (const place of [database, dirname(path)]) {
    for (const { agent, file } of companions.get(place) ?? []) {
      const facts = fileFacts(file.path);
      if (facts) found.set(fileKey({ agent, file }), { agent, file: { ...file, facts } });
    }
  }
  return [...found.values()];
}

/** The transcript that a path is, if an agent looks for transcripts there. */
function transcriptAt(agents: readonly AgentRoots[], path: string): AgentFile | undefined {
  for (const { agent, roots } of agents) {
    for (const root of roots) {
      const below = pathBelow(root, path);
      if (below === undefined) continue;
      const relativePath = below.split(sep).join('/');
      if (!agent.isTranscript(relativePath)) continue;
      const facts = fileFacts(path);
      if (facts) return { agent, file: { path, relativePath, root: root.path, account: root.account, facts } };
    }
  }
  return undefined;
}

/** The transcripts in a folder, with those in folders below it: a part at a time, as they may be very many. */
export function* transcriptsIn(agents: readonly AgentRoots[], folder: string): Generator<AgentFile[]> {
  for (const { agent, roots } of agents) {
    for (const root of roots) {
      if (pathBelow(root, folder) === undefined) continue;
      for (const { transcripts } of findTranscripts(root, (path) => agent.isTranscript(path), folder))
        yield transcripts.map((file) => ({ agent, file }));
    }
  }
}

/** The path from a root to what is below it. */
function pathBelow(root: Root, path: string): string | undefined {
  const below = relative(root.path, path);
  return below === '' || below.startsWith('..') || join(root.path, below) !== path ? undefined : below;
}

/** Whether a path is a folder now. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    return false;
  }
}
