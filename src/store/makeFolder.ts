import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder, for its owner only, and those above it that are missing. One that is there stays as it is. Node's own way to make several
 * never ends where nothing can be made though the folder above is there, as in `/proc` or below an automounter's root.
 *
 * @param mostAbove so many folders above it are made at most
 * @throws system errors, `EEXIST` where something else has the name
 */
export function makeFolder(folder: string, mostAbove = Number.POSITIVE_INFINITY): void {
  if (isFolder(folder)) return;
  const above = dirname(folder);
  if (mostAbove > 0 && !existsSync(above)) makeFolder(above, mostAbove - 1);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have been faster.
    if (!isFolder(folder)) throw error;
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
