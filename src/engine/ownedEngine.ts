import { accessSync, constants, mkdtempSync, rmdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../store/makeFolder.ts';
import { claim, claimFolder } from './claim.ts';
import { refuseAll } from './leadership.ts';
import { createLocalEngine, type LocalEngine, type LocalEngineOptions } from './localEngine.ts';
import { PROTOCOL } from './protocol.ts';

/** Another process, such as a window of the editor, has the store open. */
export class StoreInUseError extends Error {
  constructor(storePath: string) {
    super(`${storePath} is in use by another process. End that one, or choose another file.`);
    this.name = 'StoreInUseError';
  }
}

/** A file cannot be a store. */
export class StoreUnusableError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StoreUnusableError';
  }
}

/**
 * An engine in this thread whose store, if it is a file, is surely its own; for programs that answer only for themselves.
 * Rejects with `StoreInUseError` while another process owns the file, and with `StoreUnusableError` where it cannot be used.
 */
export async function createOwnedEngine(options: LocalEngineOptions): Promise<LocalEngine> {
  if (options.storePath === undefined) return createLocalEngine(options);
  const release = await ownStore(options.storePath);
  try {
    const engine = await createLocalEngine(options);
    const trouble = engine.storeTrouble();
    if (trouble !== undefined) {
      await engine.dispose();
      throw new StoreUnusableError(trouble);
    }
    return {
      ...engine,
      async dispose() {
        await engine.dispose();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** Makes a store's file this process's own until the returned function is called. Rejects as `createOwnedEngine`. */
export async function ownStore(storePath: string): Promise<() => void> {
  refuseUnusable(storePath);
  const owned = await claim(claimFolder(storePath));
  if (owned.role === 'follower') {
    owned.socket.destroy();
    throw new StoreInUseError(storePath);
  }
  const endConnections = refuseAll(owned.server, { protocol: PROTOCOL, version: '' });
  return () => {
    owned.release();
    endConnections();
  };
}

/** Before anything is made beside it: whether there can be a store, and files beside it. */
function refuseUnusable(storePath: string): void {
  try {
    makeFolder(path.dirname(storePath));
    const found = statSync(storePath, { throwIfNoEntry: false });
    if (found?.isDirectory()) throw new StoreUnusableError(`${storePath} is a folder. Name a file.`);
    if (found && !found.isFile()) throw new StoreUnusableError(`${storePath} is no plain file. Name another one.`);
    if (found) accessSync(storePath, constants.R_OK | constants.W_OK);
    rmdirSync(mkdtempSync(`${storePath}.`));
  } catch (error) {
    if (error instanceof StoreUnusableError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new StoreUnusableError(
      `${storePath} cannot be used (${code}). Choose another file, or check the folder's rights and free space.`,
    );
  }
}
