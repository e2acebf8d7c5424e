import { dirname, join, relative, sep } from 'node:path';
import type { Agent } from '../agents/agent.ts';
import type { Store } from '../store/store.ts';
import {
  type FoundTranscript,
  fileFacts,
  findTranscripts,
  type LookupTrouble,
} from '../transcripts/findTranscripts.ts';
import type { Root } from '../transcripts/root.ts';

/** A transcript with the agent that writes it. */
export interface AgentFile {
  agent: Agent;
  file: FoundTranscript;
}

/** An agent and the folders it is looked up in. */
export interface AgentRoots {
  agent: Agent;
  roots: Root[];
}

/** What one look at the file system found. */
export interface Changes {
  /** Files that differ from what was read of them, most recently written first. */
  moved: AgentFile[];
  /** Every folder that was looked into, those with the most recent transcripts first. */
  folders: string[];
  /** Transcripts in all. */
  files: number;
  troubles: LookupTrouble[];
}

/** Compares all transcripts with the cursors. Yields to other work after each folder. */
export async function findChanges(
  agents: readonly AgentRoots[],
  store: Store,
  pause: () => Promise<void>,
): Promise<Changes> {
  const changes: Changes = { moved: [], folders: [], files: 0, troubles: [] };
  const newestIn = new Map<string, number>();
  for (const { agent, roots } of agents) {
    const cursors = store.cursors.list(agent.id);
    for (const root of roots) {
      for (const folder of findTranscripts(root, (path) => agent.isTranscript(path))) {
        changes.troubles.push(...folder.troubles);
        noteFolder(newestIn, root.path, folder.path, folder.transcripts);
        for (const file of folder.transcripts) {
          changes.files++;
          const cursor = cursors.get(file.path);
          const isRead =
            cursor?.complete === true &&
            cursor.size === file.facts.size &&
            cursor.mtimeMs === file.facts.mtimeMs &&
            cursor.ino === file.facts.ino;
          if (!isRead) changes.moved.push({ agent, file });
        }
        await pause();
      }
    }
  }
  changes.moved.sort((a, b) => b.file.facts.mtimeMs - a.file.facts.mtimeMs);
  changes.folders = [...newestIn.keys()].sort((a, b) => (newestIn.get(b) ?? 0) - (newestIn.get(a) ?? 0));
  return changes;
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

/** The transcript that a path is, if an agent looks for transcripts there. */
export function transcriptAt(agents: readonly AgentRoots[], path: string): AgentFile | undefined {
  for (const { agent, roots } of agents) {
    for (const root of roots) {
      const below = relative(root.path, path);
      if (below === '' || below.startsWith('..') || join(root.path, below) !== path) continue;
      const relativePath = below.split(sep).join('/');
      if (!agent.isTranscript(relativePath)) continue;
      const facts = fileFacts(path);
      if (facts) return { agent, file: { path, relativePath, root: root.path, account: root.account, facts } };
    }
  }
  return undefined;
}
