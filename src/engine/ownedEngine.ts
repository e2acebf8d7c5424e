import { claim, claimFolder } from './claim.ts';
import { PROTOCOL } from './greeting.ts';
import { refuseAll } from './leadership.ts';
import { createLocalEngine, type LocalEngine, type LocalEngineOptions } from './localEngine.ts';

/** Another process, such as a window of the editor, has the store open. */
export class StoreInUseError extends Error {
  constructor(storePath: string) {
    super(`${storePath} is in use by another process. End that one, or choose another file.`);
    this.name = 'StoreInUseError';
  }
}

/**
 * An engine in this thread whose store, if it is a file, is surely its own; for programs that answer only for themselves.
 * Rejects with `StoreInUseError` while another process owns the file.
 */
export async function createOwnedEngine(options: LocalEngineOptions): Promise<LocalEngine> {
  if (options.storePath === undefined) return createLocalEngine(options);
  const owned = await claim(claimFolder(options.storePath));
  if (owned.role === 'follower') {
    owned.socket.destroy();
    throw new StoreInUseError(options.storePath);
  }
  const endConnections = refuseAll(owned.server, { protocol: PROTOCOL, version: '' });
  try {
    const engine = await createLocalEngine(options);
    return {
      ...engine,
      async dispose() {
        await engine.dispose();
        owned.release();
        endConnections();
      },
    };
  } catch (error) {
    owned.release();
    endConnections();
    throw error;
  }
}
