import nodeModule from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '../store/makeFolder.ts';

/**
 * Has Node keep in a folder what V8 made of the code that this thread loads from now on, and take it from there the next time. The folder must
 * be the user's own, as what is in it is run. Where it cannot be written, or Node is older than 22.1, nothing happens.
 */
export function keepCompiled(folder: string): void {
  // Only the types know it in every version.
  const { enableCompileCache } = nodeModule as { enableCompileCache?: (folder: string) => unknown };
  if (!enableCompileCache) return;
  try {
    makeFolder(folder, 2);
  } catch {
    return;
  }
  enableCompileCache(folder);
}

/** Where programs of this user keep what they can make anew. */
export function cacheFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  const home = homedir();
  const caches =
    platform === 'win32'
      ? (env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'))
      : platform === 'darwin'
        ? join(home, 'Library', 'Caches')
        : env.XDG_CACHE_HOME || join(home, '.cache');
  return join(caches, 'agent-token-meter', 'compiled');
}
