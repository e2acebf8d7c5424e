import { type BigIntStats, type Dirent, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
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
  /** The system's error code, such as `EACCES`; `EILSEQ` for a name that is not valid UTF-8, by which nothing can be opened here. */
  code: string;
}

/** One directory, or a part of one that holds very much, so that the caller may pause in between. */
export interface FoundDirectory {
  /** Absolute path, as it was reached (links not resolved). */
  path: string;
  transcripts: FoundTranscript[];
  troubles: LookupTrouble[];
}

/** A folder that is still to be looked into. */
interface PendingFolder {
  path: string;
  depth: number;
  /** Without links; `undefined` while it is not known, as behind a link. */
  real: string | undefined;
}

/** Deeper than any agent nests its folders; a bound against odd trees. */
const MAX_DEPTH = 12;
/** Transcripts that are handed out together. */
const MOST_AT_ONCE = 512;

/**
 * Lists the transcripts below a root, directory by directory. Links to directories are followed, each real directory is visited once.
 * `accepts` gets the path below the root with forward slashes. Never throws: what cannot be read is a `LookupTrouble`.
 *
 * @param from only what is in this folder below the root
 */
export function* findTranscripts(
  root: Root,
  accepts: (relativePath: string) => boolean,
  from = root.path,
): Generator<FoundDirectory> {
  const visited = new Set<string>();
  const start = join(root.path, sep);
  const rootLength = start.length;
  const maxDepth = Math.min(root.depth ?? MAX_DEPTH, MAX_DEPTH);
  const depth = from === root.path ? 0 : relative(root.path, from).split(sep).length;
  const pending: PendingFolder[] = depth > maxDepth ? [] : [{ path: from, depth, real: undefined }];
  for (let directory = pending.pop(); directory; directory = pending.pop()) {
    const { path: folder } = directory;
    let found: FoundDirectory = { path: folder, transcripts: [], troubles: [] };
    let entries: Dirent[];
    let real: string;
    try {
      real = directory.real ?? realpathSync.native(folder);
      if (visited.has(real)) continue;
      visited.add(real);
      entries = readdirSync(folder, { withFileTypes: true });
    } catch (error) {
      const code = errorCode(error);
      if (directory.depth === 0 && (code === 'ENOENT' || code === 'ENOTDIR')) continue;
      found.troubles.push({ path: folder, code: asListed(folder, code) });
      yield found;
      continue;
    }
    const inside = directory.depth === 0 ? start : folder + sep;
    for (const entry of entries) {
      if (found.transcripts.length === MOST_AT_ONCE) {
        yield found;
        found = { path: folder, transcripts: [], troubles: [] };
      }
      const { name } = entry;
      const path = inside + name;
      // A part of the path, not a text beside it: there are very many.
      const relative = sep === '/' ? path.slice(rootLength) : path.slice(rootLength).replaceAll(sep, '/');
      if (entry.isDirectory()) {
        if (directory.depth < maxDepth) pending.push({ path, depth: directory.depth + 1, real: real + sep + name });
        continue;
      }
      const isLink = entry.isSymbolicLink();
      if (!isLink && !(entry.isFile() && accepts(relative))) continue;
      try {
        const stats = statSync(path);
        if (stats.isDirectory()) {
          if (directory.depth < maxDepth) pending.push({ path, depth: directory.depth + 1, real: undefined });
        } else if (stats.isFile() && accepts(relative)) {
          found.transcripts.push({
            path,
            relativePath: relative,
            root: root.path,
            ...(root.account === undefined ? {} : { account: root.account }),
            facts: exactFacts(path, stats),
          });
        }
      } catch (error) {
        // A file that went away between listing and looking is no trouble, and neither is a dangling link.
        const code = asListed(name, errorCode(error));
        if (code !== 'ENOENT') found.troubles.push({ path, code });
      }
    }
    yield found;
  }
}

/** Why something that was listed cannot be looked at. Bytes that are no UTF-8 stand in a name as this character: nothing has such a name. */
const asListed = (name: string, code: string): string =>
  code === 'ENOENT' && name.includes('\uFFFD') ? 'EILSEQ' : code;

/** The facts of one file now, or `undefined` when it is gone, unreadable or not a file. */
export function fileFacts(path: string): FileFacts | undefined {
  try {
    const stats = statSync(path);
    return stats.isFile() ? exactFacts(path, stats) : undefined;
  } catch {
    return undefined;
  }
}

/** Numbers are made several times faster than big ones, which only some file systems need for their inodes. */
const exactFacts = (path: string, stats: Stats): FileFacts =>
  Number.isSafeInteger(stats.ino)
    ? { size: stats.size, mtimeMs: Math.trunc(stats.mtimeMs), ino: String(stats.ino) }
    : factsOf(statSync(path, { bigint: true }));

/** The facts of an already made `stat` (with `bigint: true`). */
function factsOf(stats: BigIntStats): FileFacts {
  return { size: Number(stats.size), mtimeMs: Number(stats.mtimeMs), ino: String(stats.ino) };
}

/** The system's code of a caught error, or `UNKNOWN`. */
export function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'UNKNOWN';
}
