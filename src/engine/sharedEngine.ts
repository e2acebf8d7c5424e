import path from 'node:path';
import { type Told, told } from '../views/text.ts';
import { type Claim, claim, claimFolder } from './claim.ts';
import type { Engine } from './engineApi.ts';
import { type Greeting, greet, type Met } from './greeting.ts';
import { type Backing, lastingEngine } from './lastingEngine.ts';
import { lead } from './leadership.ts';
import { createLocalEngine, type LocalEngineOptions } from './localEngine.ts';
import { machineFolder } from './machineFolder.ts';
import { PROTOCOL } from './protocol.ts';
import { engineOver } from './rpc.ts';
import { unusable } from './trouble.ts';

/** `leader`: owns the store. `follower`: asks the leader. `alone`: counts in memory. `none`: has just closed the store. */
export type Role = 'leader' | 'follower' | 'alone' | 'none';

export interface SharedEngineOptions extends Omit<LocalEngineOptions, 'storePath' | 'watch' | 'storeless'> {
  /** The folder of the store, the claims and the socket: one per user. */
  storageDir: string;
  /** Of the extension. */
  version: string;
  /** Default: the one of this version. */
  protocol?: string;
  /** Told with each change of roles. */
  onRole?: (role: Role) => void;
}

/**
 * Opens the one engine of this machine. The first process leads: it owns the store and answers the others over a socket; when it ends
 * another takes over, unnoticed but for the time that takes. A newer version takes the lead from an older one, which follows then. Where
 * the store cannot be had, nor the one who has it be asked, an engine in memory answers and says why. Rejects when the installation
 * is incomplete.
 */
export function openSharedEngine(options: SharedEngineOptions): Promise<Engine> {
  const { version, protocol = PROTOCOL, storageDir, onRole = () => {}, ...local } = options;
  const me: Greeting = { protocol, version };
  const alone = async (storeless: Told, met?: Met): Promise<Backing> => {
    onRole('alone');
    const engine = await createLocalEngine({ ...local, serve: undefined, watch: true, storeless });
    return {
      engine,
      ended: met?.turned ?? new Promise(() => {}),
      async close() {
        met?.close();
        await engine.dispose();
      },
    };
  };
  return lastingEngine(async (settings) => {
    local.settings = settings;
    const began = performance.now();
    for (;;) {
      let claimed: Claim;
      let storePath: string;
      try {
        storePath = path.join(machineFolder(storageDir), 'usage.db');
        claimed = await claim(claimFolder(storePath), version);
      } catch (error) {
        return alone(unusableFolder(storageDir, error));
      }
      if (claimed.role === 'leader') {
        onRole('leader');
        return lead(claimed, me, { ...local, storePath }, () => onRole('none'));
      }
      const met = await greet(claimed.socket, me);
      switch (met.welcome?.answer) {
        case 'serving':
          onRole('follower');
          return { engine: engineOver(met.connection), ended: met.closed, close: async () => met.close() };
        case 'leaving':
          if (performance.now() - began > LEAVES_WITHIN_MS) return alone(SILENT, met);
          await Promise.race([met.closed, new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS))]);
          met.close();
          continue;
        case 'stranger':
          return alone(otherVersion(met.welcome.version, version), met);
        case 'busy':
          return alone(BUSY, met);
        default:
          return alone(SILENT, met);
      }
    }
  }, options.settings);
}

/** An owner that takes longer to close the store is asked again, and in the end is given up. */
const ASK_AGAIN_MS = 2_000;
const LEAVES_WITHIN_MS = 30_000;

const BUSY = told(
  'Another program has the store of Agent Token Meter open. This window reads the transcripts itself and stores nothing until that one ends.',
);

const SILENT = told(
  'The window that keeps the store of Agent Token Meter does not answer. This window reads the transcripts itself and stores nothing until it answers or ends.',
);

const otherVersion = (theirs: string, ours: string): Told =>
  told(
    'Another window runs Agent Token Meter {0}, this one still runs {1}, and they cannot share figures. This window reads the transcripts itself and stores nothing; reload it to use {0}.',
    theirs,
    ours,
  );

const unusableFolder = (folder: string, error: unknown): Told =>
  unusable(folder, String((error as { code?: unknown } | null)?.code ?? error));
