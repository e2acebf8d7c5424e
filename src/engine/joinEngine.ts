import { existsSync } from 'node:fs';
import path from 'node:path';
import { claimFolder, connectToOwner } from './claim.ts';
import type { Engine } from './engineApi.ts';
import { greet } from './greeting.ts';
import { type Backing, lastingEngine } from './lastingEngine.ts';
import { machineFolder } from './machineFolder.ts';
import { PROTOCOL } from './protocol.ts';
import { engineOver } from './rpc.ts';

/** Older than all: nobody gives up a store for the sake of a guest. */
const GUEST = { protocol: PROTOCOL, version: '0.0.0' };
/** An engine that says nothing for so long is not waited for. */
const SILENCE_MS = 3_000;

/**
 * The engine that an editor of this machine runs, if there is one, as a guest: it is asked, and owns the store. Else another one, which is
 * opened when it is needed. When the first ends, the next is looked for the same way.
 *
 * @param storageDirs where editors may keep their stores
 */
export function joinEngine(storageDirs: readonly string[], otherwise: () => Promise<Engine>): Promise<Engine> {
  return lastingEngine(async () => {
    for (const storageDir of storageDirs) {
      const joined = await join(storageDir);
      if (joined) return joined;
    }
    const engine = await otherwise();
    return { engine, ended: new Promise(() => {}), close: () => engine.dispose() };
  });
}

async function join(storageDir: string): Promise<Backing | undefined> {
  if (!existsSync(storageDir)) return undefined;
  const socket = await connectToOwner(claimFolder(path.join(machineFolder(storageDir), 'usage.db')));
  if (!socket) return undefined;
  const met = await greet(socket, GUEST, SILENCE_MS);
  if (met.welcome?.answer === 'serving')
    return { engine: engineOver(met.connection), ended: met.closed, close: async () => met.close() };
  met.close();
  return undefined;
}
