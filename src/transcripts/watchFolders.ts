import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { errorCode } from './findTranscripts.ts';

/** Watching is a hint that something moved; the sweep is the truth. */
export interface FolderWatch {
  /**
   * Replaces the watched folders: the newest first, those beyond the limit are left to the sweep.
   * @returns whether one is watched only from now on: there is no hint at what came into it just before
   */
  update(folders: readonly string[]): boolean;
  /** Folders that are being watched now. */
  watched(): string[];
  /** Folders that are looked at regularly, because the system has no watch for them. */
  polled(): string[];
  dispose(): void;
}

export interface WatchOptions {
  /** At most this many folders: each costs one of the system's watches. */
  limit?: number;
  /** Folders that are never watched, such as the home folder. */
  never?: readonly string[];
  /** `fs.watch`, for tests of a system that runs out of watches. */
  watch?: (folder: string, options: { persistent: false }, onEvent: WatchEvent) => FSWatcher;
  pollEveryMs?: number;
}

type WatchEvent = (event: string, name: string | null) => void;

const DEFAULT_LIMIT = 512;
/** Looking at a folder costs what it holds: only where the newest transcripts are. */
const MOST_POLLED = 32;
const MOST_POLLED_FILES = 2_000;
const POLL_EVERY_MS = 2_000;

/**
 * Watches folders, not recursively. `onHint` gets the path of the file or folder that changed, or of the folder when the system does not
 * say which. Folders that do not exist or may not be seen are passed over; they may be given again later. Where the system has no watches
 * left, the newest folders are looked at every other second.
 */
export function watchFolders(
  folders: readonly string[],
  onHint: (path: string) => void,
  options: WatchOptions = {},
): FolderWatch {
  const limit = options.limit ?? DEFAULT_LIMIT;
  const startWatch = options.watch ?? watch;
  const never = new Set((options.never ?? []).map((folder) => resolve(folder)));
  const watchers = new Map<string, { watcher: FSWatcher; ino: bigint }>();
  /** What each polled folder held at the last look. */
  const polled = new Map<string, Map<string, string>>();
  let timer: NodeJS.Timeout | undefined;
  let disposed = false;
  /** Folders that the running update began to look after. */
  let begun = 0;

  function drop(folder: string): void {
    watchers.get(folder)?.watcher.close();
    watchers.delete(folder);
  }

  /** @returns whether the system refuses for want of watches */
  function begin(folder: string): boolean {
    const ino = inodeOf(folder);
    // A folder that was removed and made again is another one, of which its watch knows nothing.
    if (watchers.has(folder) && watchers.get(folder)?.ino !== ino) drop(folder);
    if (watchers.has(folder) || ino === undefined) return false;
    try {
      const watcher = startWatch(folder, { persistent: false }, (_event, name) => {
        // Its own name is told when it goes, or one in it that is called the same.
        if (name === basename(folder) && inodeOf(folder) !== ino) drop(folder);
        onHint(name === null ? folder : join(folder, name));
      });
      // A watched folder that is removed, or a system that runs out of watches: the sweep goes on without it.
      watcher.on('error', () => drop(folder));
      watchers.set(folder, { watcher, ino });
      begun++;
      return false;
    } catch (error) {
      return !['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes(errorCode(error));
    }
  }

  function update(next: readonly string[]): boolean {
    if (disposed) return false;
    begun = 0;
    const wanted = new Set<string>();
    for (const folder of next) {
      if (wanted.size >= limit) break;
      const path = resolve(folder);
      if (!never.has(path)) wanted.add(path);
    }
    for (const folder of [...watchers.keys()]) if (!wanted.has(folder)) drop(folder);
    const refused = [...wanted].filter(begin).slice(0, MOST_POLLED);
    for (const folder of [...polled.keys()]) if (!refused.includes(folder)) polled.delete(folder);
    for (const folder of refused) {
      if (polled.has(folder)) continue;
      polled.set(folder, contentsOf(folder));
      begun++;
    }
    clearInterval(timer);
    timer = polled.size > 0 ? setInterval(poll, options.pollEveryMs ?? POLL_EVERY_MS).unref() : undefined;
    return begun > 0;
  }

  function poll(): void {
    let files = 0;
    for (const [folder, before] of polled) {
      if (files > MOST_POLLED_FILES) return;
      const now = contentsOf(folder);
      files += now.size;
      polled.set(folder, now);
      for (const [path, facts] of now) if (before.get(path) !== facts) onHint(path);
      for (const path of before.keys()) if (!now.has(path)) onHint(path);
    }
  }

  update(folders);
  return {
    update,
    watched: () => [...watchers.keys()],
    polled: () => [...polled.keys()],
    dispose() {
      disposed = true;
      clearInterval(timer);
      polled.clear();
      for (const folder of [...watchers.keys()]) drop(folder);
    },
  };
}

/** The files and folders in a folder by path, each with what changes when it does; none when it is gone. */
function contentsOf(folder: string): Map<string, string> {
  const contents = new Map<string, string>();
  try {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
      if (stats) contents.set(path, `${stats.isDirectory() ? '' : `${stats.size}:${stats.mtimeNs}:`}${stats.ino}`);
    }
  } catch {
    // It went away, or may not be seen any more.
  }
  return contents;
}

function inodeOf(folder: string): bigint | undefined {
  try {
    return statSync(folder, { bigint: true, throwIfNoEntry: false })?.ino;
  } catch {
    return undefined;
  }
}
