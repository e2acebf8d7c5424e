import { type FSWatcher, watch } from 'node:fs';
import { join, resolve } from 'node:path';

/** Watching is a hint that something moved; the sweep is the truth. */
export interface FolderWatch {
  /** Replaces the watched folders: the newest first, those beyond the limit are left to the sweep. */
  update(folders: readonly string[]): void;
  /** Folders that are being watched now. */
  watched(): string[];
  dispose(): void;
}

export interface WatchOptions {
  /** At most this many folders: each costs one of the system's watches. */
  limit?: number;
  /** Folders that are never watched, such as the home folder. */
  never?: readonly string[];
}

const DEFAULT_LIMIT = 512;

/**
 * Watches folders, not recursively. `onHint` gets the path of the file or folder that changed, or of the folder when the system does not
 * say which. Folders that do not exist or cannot be watched are passed over; they may be given again later.
 */
export function watchFolders(
  folders: readonly string[],
  onHint: (path: string) => void,
  options: WatchOptions = {},
): FolderWatch {
  const limit = options.limit ?? DEFAULT_LIMIT;
  const never = new Set((options.never ?? []).map((folder) => resolve(folder)));
  const watchers = new Map<string, FSWatcher>();
  let disposed = false;

  function drop(folder: string): void {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  }

  function update(next: readonly string[]): void {
    if (disposed) return;
    const wanted = new Set<string>();
    for (const folder of next) {
      if (wanted.size >= limit) break;
      const path = resolve(folder);
      if (!never.has(path)) wanted.add(path);
    }
    for (const folder of [...watchers.keys()]) if (!wanted.has(folder)) drop(folder);
    for (const folder of wanted) {
      if (watchers.has(folder)) continue;
      try {
        const watcher = watch(folder, { persistent: false }, (_event, name) =>
          onHint(name === null ? folder : join(folder, name)),
        );
        // A watched folder that is removed, or a system that runs out of watches: the sweep goes on without it.
        watcher.on('error', () => drop(folder));
        watchers.set(folder, watcher);
      } catch {
        // Missing or not allowed: the sweep finds it.
      }
    }
  }

  update(folders);
  return {
    update,
    watched: () => [...watchers.keys()],
    dispose() {
      disposed = true;
      for (const folder of [...watchers.keys()]) drop(folder);
    },
  };
}
