import { type BigIntStats, type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TranscriptFile } from './record.ts';
import type { Root } from './root.ts';

/** What the file system says of a transcript: enough to know whether it moved on since it was last read. */
export interface FileFacts {
  /** Bytes. */
  size: number;
  /** Epoch milliseconds, as coarse as the file system keeps them. */
  mtimeMs: number;
  /** Inode as a decimal string: on some file systems it does not fit a number. */
  ino: string;
}

/** A transcript and its facts at the time of the sweep. */
export interface FoundTranscript extends TranscriptFile {
  facts: FileFacts;
}

/** A folder or file that could not be looked at. A root that does not exist is no trouble: it is not reported. */
export interface LookupTrouble {
  path: string;
  /** The system's error code, such as `EACCES`. */
  code: string;
}

/** One directory's worth of the sweep, so that the caller may pause between directories. */
export interface FoundDirectory {
  /** Absolute path, as it was reached (links not resolved). */
  path: string;
  transcripts: FoundTranscript[];
  troubles: LookupTrouble[];
}

/** Deeper than any agent nests its folders; a bound against odd trees. */
const MAX_DEPTH = 12;

/**
 * Lists the transcripts below a root, directory by directory. Links to directories are followed, each real directory is visited once.
 * `accepts` gets the path below the root with forward slashes. Never throws: what cannot be read is a `LookupTrouble`.
 */
export function* findTranscripts(root: Root, accepts: (relativePath: string) => boolean): Generator<FoundDirectory> {
  const visited = new Set<string>();
  const maxDepth = Math.min(root.depth ?? MAX_DEPTH, MAX_DEPTH);
  const pending: { path: string; relative: string; depth: number }[] = [{ path: root.path, relative: '', depth: 0 }];
  for (let directory = pending.pop(); directory; directory = pending.pop()) {
    const found: FoundDirectory = { path: directory.path, transcripts: [], troubles: [] };
    let entries: Dirent[];
    try {
      const real = realpathSync(directory.path);
      if (visited.has(real)) continue;
      visited.add(real);
      entries = readdirSync(directory.path, { withFileTypes: true });
    } catch (error) {
      const code = errorCode(error);
      if (directory.depth === 0 && (code === 'ENOENT' || code === 'ENOTDIR')) continue;
      found.troubles.push({ path: directory.path, code });
      yield found;
      continue;
    }
    for (const entry of entries) {
      const path = join(directory.path, entry.name);
      const relative = directory.relative === '' ? entry.name : `${directory.relative}/${entry.name}`;
      if (entry.isDirectory()) {
        if (directory.depth < maxDepth) pending.push({ path, relative, depth: directory.depth + 1 });
        continue;
      }
      const isLink = entry.isSymbolicLink();
      if (!isLink && !(entry.isFile() && accepts(relative))) continue;
      try {
        const stats = statSync(path, { bigint: true });
        if (stats.isDirectory()) {
          if (directory.depth < maxDepth) pending.push({ path, relative, depth: directory.depth + 1 });
        } else if (stats.isFile() && accepts(relative)) {
          found.transcripts.push({
            path,
            relativePath: relative,
            root: root.path,
            ...(root.account === undefined ? {} : { account: root.account }),
            facts: factsOf(stats),
          });
        }
      } catch (error) {
        // A file that went away between listing and looking is no trouble, and neither is a dangling link.
        const code = errorCode(error);
        if (code !== 'ENOENT') found.troubles.push({ path, code });
      }
    }
    yield found;
  }
}

/** The facts of one file now, or `undefined` when it is gone, unreadable or not a file. */
export function fileFacts(path: string): FileFacts | undefined {
  try {
    const stats = statSync(path, { bigint: true });
    return stats.isFile() ? factsOf(stats) : undefined;
  } catch {
    return undefined;
  }
}

/** The facts of an already made `stat` (with `bigint: true`). */
export function factsOf(stats: BigIntStats): FileFacts {
  return { size: Number(stats.size), mtimeMs: Number(stats.mtimeMs), ino: String(stats.ino) };
}

/** The system's code of a caught error, or `UNKNOWN`. */
export function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'UNKNOWN';
}
