import { createHash, randomBytes } from 'node:crypto';
import { closeSync, constants, openSync, statSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * Where a process of this machine is reached: the name of a socket in the folder that both know, which holds whatever the folder is called
 * in a container; the path of a socket elsewhere; or the name of a pipe on Windows.
 */
export type Endpoint = string;

/** A server with an endpoint of its own, which ends with its process. */
export interface Listening {
  server: Server;
  endpoint: Endpoint;
  /** `false` when the socket was removed below the server: nobody can connect any more. */
  isReachable(): boolean;
  close(): void;
}

/** Unix socket paths are limited to 104 bytes on macOS and 108 on Linux, the closing zero included. */
const MAX_SOCKET_PATH_BYTES = 100;

/** Listens on a fresh socket in the folder, or in the folder for temporary files when the path is too long; on a pipe on Windows. */
export async function listenIn(folder: string): Promise<Listening> {
  const nonce = randomBytes(6).toString('hex');
  const endpoint = endpointIn(folder, nonce);
  const address = addressOf(folder, endpoint);
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(address.path, () => resolve());
    });
  } catch (error) {
    address.release();
    throw error;
  }
  server.unref();
  server.once('close', address.release);
  return {
    server,
    endpoint,
    isReachable: () => isPipe(endpoint) || exists(socketFile(folder, endpoint)),
    close: () => server.close(),
  };
}

/** Rejects with the system's error: `ECONNREFUSED` and `ENOENT` say that nobody listens. */
export async function connectIn(folder: string, endpoint: Endpoint): Promise<Socket> {
  const address = addressOf(folder, endpoint);
  try {
    return await new Promise<Socket>((resolve, reject) => {
      const socket = connect(address.path, () => {
        socket.off('error', reject);
        resolve(socket);
      });
      socket.once('error', reject);
    });
  } finally {
    address.release();
  }
}

export const isPipe = (endpoint: Endpoint): boolean => endpoint.startsWith('\\\\.\\pipe\\');

/** The file of a socket; it stays behind when its process is killed. */
export const socketFile = (folder: string, endpoint: Endpoint): string => path.resolve(folder, endpoint);

function endpointIn(folder: string, nonce: string): Endpoint {
  const id = `${createHash('sha256').update(folder).digest('hex').slice(0, 12)}-${nonce}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\agent-token-meter-${id}`;
  const name = `${nonce}.sock`;
  return process.platform === 'linux' || fits(path.join(folder, name)) ? name : path.join(tmpdir(), `atm-${id}.sock`);
}

/** What the system is asked for; `release` when it was asked, at the end of a server. */
function addressOf(folder: string, endpoint: Endpoint): { path: string; release(): void } {
  const nothing = (): void => {};
  if (isPipe(endpoint)) return { path: endpoint, release: nothing };
  const file = socketFile(folder, endpoint);
  if (fits(file) || process.platform !== 'linux') return { path: file, release: nothing };
  // Linux takes an open folder for the long part of a path.
  const descriptor = openSync(path.dirname(file), constants.O_RDONLY | constants.O_DIRECTORY);
  return { path: `/proc/self/fd/${descriptor}/${path.basename(file)}`, release: () => closeSync(descriptor) };
}

const fits = (file: string): boolean => Buffer.byteLength(file) <= MAX_SOCKET_PATH_BYTES;

function exists(file: string): boolean {
  try {
    statSync(file);
    return true;
  } catch {
    return false;
  }
}
