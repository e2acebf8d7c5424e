import { createHash, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir, uptime } from 'node:os';
import path from 'node:path';

/**
 * Which process of this machine owns the store. The guarantee matters: two writers corrupt the store within seconds.
 *
 * Claims are files `claim-<n>` with rising numbers; the owner is whoever wrote the highest one, as long as the socket named in it listens.
 * A claim is made by a hard link from a complete file, which fails when the number is taken: of any number of processes that see the same
 * owner gone, one wins. The socket listens before the claim can be seen, and the system ends it with its process, so a connection that is
 * refused proves the owner gone, without any time limit. Nobody removes a claim that might be the highest one, so numbers never fall.
 */
export type Claim =
  /** This process owns the store. Connections come to `server`; a listener must be added at once. `release` after the store is closed. */
  | { role: 'leader'; server: Server; release(): void; isStillHeld(): boolean }
  /** Another process does, and this is a connection to it. */
  | { role: 'follower'; socket: Socket };

interface ClaimFile {
  endpoint: string;
  pid: number;
  /** The owner has given the store up. */
  isReleased?: boolean;
}

/** Unix socket paths are limited to 104 bytes on macOS and 108 on Linux, the closing zero included. */
const MAX_SOCKET_PATH_BYTES = 100;
/** A socket file that was deleted below a living owner: the owner notices within this time and gives up. */
const LOST_ENDPOINT_MS = 60_000;

/** The folder in which a store's file is claimed. */
export const claimFolder = (storePath: string): string => `${storePath}.owner`;

/**
 * Claims the folder, or connects to its owner. Rejects with system errors of the folder (no rights, disk full).
 */
export async function claim(folder: string): Promise<Claim> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (;;) {
    const highest = highestClaim(folder);
    if (highest > 0) {
      const owner = readClaim(folder, highest);
      const socket = owner && !owner.isReleased && (await connectTo(folder, highest, owner));
      if (socket === 'unknown') {
        await new Promise((resolve) => setTimeout(resolve, 100));
        continue;
      }
      if (socket) return { role: 'follower', socket };
    }
    const won = await tryToLead(folder, highest + 1);
    if (won) return won;
  }
}

async function tryToLead(folder: string, number: number): Promise<Claim | undefined> {
  const nonce = randomBytes(6).toString('hex');
  const endpoint = endpointIn(folder, nonce);
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(endpoint, () => resolve());
  });
  server.unref();
  const draft = path.join(folder, `draft-${nonce}`);
  const mine = claimPath(folder, number);
  try {
    writeFileSync(draft, JSON.stringify({ endpoint, pid: process.pid } satisfies ClaimFile), { mode: 0o600 });
    linkSync(draft, mine);
  } catch (error) {
    server.close();
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  // Someone may have claimed a higher number, and cleared lower ones away, since this process looked.
  if (highestClaim(folder) !== number) {
    server.close();
    return undefined;
  }
  clearBelow(folder, number);
  return {
    role: 'leader',
    server,
    release() {
      // Told before the socket goes: without it others could not tell a given up store from a lost socket.
      const released = path.join(folder, `draft-${nonce}`);
      try {
        writeFileSync(released, JSON.stringify({ endpoint, pid: process.pid, isReleased: true } satisfies ClaimFile));
        if (highestClaim(folder) === number) renameSync(released, mine);
      } catch {
        // The folder is gone or full; the closed socket tells the same a little later.
      }
      rmSync(released, { force: true });
      server.close();
    },
    isStillHeld: () => highestClaim(folder) === number && (isPipe(endpoint) || exists(endpoint)),
  };
}

/**
 * @returns `undefined` when the owner is gone, `unknown` when that cannot be told yet
 */
async function connectTo(folder: string, number: number, owner: ClaimFile): Promise<Socket | 'unknown' | undefined> {
  try {
    return await new Promise<Socket>((resolve, reject) => {
      const socket = connect(owner.endpoint, () => {
        socket.off('error', reject);
        resolve(socket);
      });
      socket.once('error', reject);
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ECONNREFUSED' || isPipe(owner.endpoint)) return code === 'EBUSY' ? 'unknown' : undefined;
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
  const writtenMs = statSync(file).mtimeMs;
  if (writtenMs < Date.now() - uptime() * 1000) return false;
  const since = firstSeenLost.get(file) ?? Date.now();
  firstSeenLost.set(file, since);
  return Date.now() - since < LOST_ENDPOINT_MS;
}

function highestClaim(folder: string): number {
  const numbers = readdirSync(folder).map((name) => Number(/^claim-(\d+)$/.exec(name)?.[1] ?? 0));
  return Math.max(0, ...numbers);
}

function readClaim(folder: string, number: number): ClaimFile | undefined {
  try {
    const value = JSON.parse(readFileSync(claimPath(folder, number), 'utf8')) as Partial<ClaimFile> | null;
    if (typeof value?.endpoint === 'string' && typeof value.pid === 'number') {
      return { endpoint: value.endpoint, pid: value.pid, isReleased: value.isReleased === true };
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
    if (owner && !isPipe(owner.endpoint)) rmSync(owner.endpoint, { force: true });
    rmSync(path.join(folder, name), { force: true });
  }
}

const claimPath = (folder: string, number: number): string => path.join(folder, `claim-${number}`);

const isPipe = (endpoint: string): boolean => endpoint.startsWith('\\\\.\\pipe\\');

function exists(file: string): boolean {
  try {
    statSync(file);
    return true;
  } catch {
    return false;
  }
}

/** A fresh socket in the folder, or in the folder for temporary files when the path would be too long; a pipe on Windows. */
function endpointIn(folder: string, nonce: string): string {
  const id = `${createHash('sha256').update(folder).digest('hex').slice(0, 12)}-${nonce}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\agent-token-meter-${id}`;
  const inFolder = path.join(folder, `${nonce}.sock`);
  return Buffer.byteLength(inFolder) <= MAX_SOCKET_PATH_BYTES ? inFolder : path.join(tmpdir(), `atm-${id}.sock`);
}
