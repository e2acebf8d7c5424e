import { randomBytes } from 'node:crypto';
import { linkSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { Server, Socket } from 'node:net';
import { uptime } from 'node:os';
import path from 'node:path';
import { makeFolder } from '../store/makeFolder.ts';
import { connectIn, type Endpoint, isPipe, type Listening, listenIn, socketFile } from './endpoint.ts';
import { isNewerVersion } from './version.ts';

/**
 * Which process of this machine owns the store. The guarantee matters: two writers corrupt the store within seconds.
 *
 * Claims are files `claim-<n>` with rising numbers; the owner is whoever wrote the highest one, as long as the socket named in it listens.
 * A claim is made by a hard link from a complete file, which fails when the number is taken: of any number of processes that see the same
 * owner gone, one wins. The socket listens before the claim can be seen, and the system ends it with its process, so a connection that is
 * refused proves the owner gone, without any time limit. Nobody removes a claim that might be the highest one, so numbers never fall.
 */
export type Claim =
  /**
   * This process owns the store. Connections come to `server`; a listener must be added at once. `release` after the store is closed; with
   * a version when it is given up for the sake of a process of that version.
   */
  | { role: 'leader'; server: Server; release(toVersion?: string): void; isStillHeld(): boolean }
  /** Another process does, and this is a connection to it. */
  | { role: 'follower'; socket: Socket };

interface ClaimFile {
  endpoint: Endpoint;
  pid: number;
  /** The owner has given the store up. */
  isReleased?: boolean;
  /** For whom: older ones let it go first. */
  toVersion?: string;
}

/** So long the one for whom a store was given up may take to claim it: it waits for just that. One that came too late asks again. */
const GO_FIRST_MS = 600;
const LOOK_AGAIN_MS = 50;
/** An owner that is there but cannot be connected to, for a reason that does not go away: no rights, no descriptors. */
const UNREACHABLE_MS = 10_000;
/** A socket file that was deleted below a living owner: the owner notices within this time and gives up. */
const LOST_ENDPOINT_MS = 60_000;

/** The folder in which a store's file is claimed. */
export const claimFolder = (storePath: string): string => `${storePath}.owner`;

/**
 * Claims the folder, or connects to its owner. Rejects with system errors of the folder (no rights, disk full).
 *
 * @param version of this process: one that is older than the one for whom the last owner went lets that one go first
 */
export async function claim(folder: string, version?: string): Promise<Claim> {
  makeFolder(folder);
  const began = performance.now();
  for (;;) {
    const highest = highestClaim(folder);
    if (highest > 0) {
      const owner = readClaim(folder, highest);
      const waitedMs = performance.now() - began;
      const socket = owner && !owner.isReleased && (await connectTo(folder, highest, owner, waitedMs));
      if (socket === 'unknown' || (isForNewer(owner, version) && waitedMs < GO_FIRST_MS)) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
        continue;
      }
      if (socket) return { role: 'follower', socket };
    }
    const won = await tryToLead(folder, highest + 1);
    if (won) return won;
  }
}

const isForNewer = (owner: ClaimFile | undefined, version: string | undefined): boolean =>
  owner?.toVersion !== undefined && version !== undefined && isNewerVersion(owner.toVersion, version);

/** A connection to the owner of a folder, for whoever claims nothing; `undefined` when there is none, or none can be reached. */
export async function connectToOwner(folder: string): Promise<Socket | undefined> {
  try {
    const highest = highestClaim(folder);
    const owner = highest > 0 ? readClaim(folder, highest) : undefined;
    return owner && !owner.isReleased ? await connectIn(folder, owner.endpoint) : undefined;
  } catch {
    return undefined;
  }
}

async function tryToLead(folder: string, number: number): Promise<Claim | undefined> {
  const listening = await listenIn(folder);
  try {
    if (!publish(folder, number, listening)) {
      listening.close();
      return undefined;
    }
  } catch (error) {
    listening.close();
    throw error;
  }
  const { server, endpoint } = listening;
  return {
    role: 'leader',
    server,
    release(toVersion) {
      // Told before the socket goes: without it others could not tell a given up store from a lost socket.
      const released = path.join(folder, `draft-${randomBytes(6).toString('hex')}`);
      const told: ClaimFile = { endpoint, pid: process.pid, isReleased: true, toVersion };
      try {
        writeFileSync(released, JSON.stringify(told), { mode: 0o600 });
        if (highestClaim(folder) === number) renameSync(released, claimPath(folder, number));
      } catch {
        // The folder is gone or full; the closed socket tells the same a little later.
      }
      rmSync(released, { force: true });
      listening.close();
    },
    isStillHeld() {
      try {
        return highestClaim(folder) === number && listening.isReachable();
      } catch {
        // A folder that cannot be read now is no claim of another one.
        return true;
      }
    },
  };
}

/** Writes the claim with this number. @returns whether it is the highest one */
function publish(folder: string, number: number, { endpoint }: Listening): boolean {
  const draft = path.join(folder, `draft-${randomBytes(6).toString('hex')}`);
  try {
    writeFileSync(draft, JSON.stringify({ endpoint, pid: process.pid } satisfies ClaimFile), { mode: 0o600 });
    linkSync(draft, claimPath(folder, number));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  // Someone may have claimed a higher number, and cleared lower ones away, since this process looked.
  if (highestClaim(folder) !== number) return false;
  clearBelow(folder, number);
  return true;
}

/**
 * @returns `undefined` when the owner is gone, `unknown` when that cannot be told yet
 */
async function connectTo(
  folder: string,
  number: number,
  owner: ClaimFile,
  waitedMs: number,
): Promise<Socket | 'unknown' | undefined> {
  try {
    return await connectIn(folder, owner.endpoint);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ECONNREFUSED' || isPipe(owner.endpoint)) return code === 'EBUSY' ? 'unknown' : undefined;
    if (code !== 'ENOENT' && waitedMs > UNREACHABLE_MS) throw error;
    if (code !== 'ENOENT') return 'unknown';
    // The owner removes its socket as the last thing it does; only a cleaner of temporary files does so below a living one.
    return isAlive(owner.pid) && isRecent(claimPath(folder, number)) ? 'unknown' : undefined;
  }
}

/** A process with this number exists, though it may be another one by now. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const firstSeenLost = new Map<string, number>();

/** The claim is of this run of the machine, and was seen without its socket for less than the time in which the owner notices. */
function isRecent(file: string): boolean {
  const writtenMs = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  // The next one has the claim by now.
  if (writtenMs === undefined) return true;
  if (writtenMs < Date.now() - uptime() * 1000) return false;
  const since = firstSeenLost.get(file) ?? performance.now();
  firstSeenLost.set(file, since);
  return performance.now() - since < LOST_ENDPOINT_MS;
}

function highestClaim(folder: string): number {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    // Removed below its owner, who gives up then.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
  return Math.max(0, ...names.map((name) => Number(/^claim-(\d+)$/.exec(name)?.[1] ?? 0)));
}

function readClaim(folder: string, number: number): ClaimFile | undefined {
  try {
    const value = JSON.parse(readFileSync(claimPath(folder, number), 'utf8')) as Partial<ClaimFile> | null;
    if (typeof value?.endpoint === 'string' && typeof value.pid === 'number') {
      const { endpoint, pid, toVersion } = value;
      const isReleased = value.isReleased === true;
      return { endpoint, pid, isReleased, toVersion: typeof toVersion === 'string' ? toVersion : undefined };
    }
  } catch {
    // Gone since it was listed, or damaged with the disk: a claim comes into being complete.
  }
  return undefined;
}

/** Removes claims that cannot be the highest any more, with their sockets. */
function clearBelow(folder: string, number: number): void {
  for (const name of readdirSync(folder)) {
    const older = Number(/^claim-(\d+)$/.exec(name)?.[1] ?? number);
    if (older >= number) continue;
    const owner = readClaim(folder, older);
    if (owner && !isPipe(owner.endpoint)) rmSync(socketFile(folder, owner.endpoint), { force: true });
    rmSync(path.join(folder, name), { force: true });
  }
}

const claimPath = (folder: string, number: number): string => path.join(folder, `claim-${number}`);
