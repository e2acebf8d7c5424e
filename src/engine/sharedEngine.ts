import type { Server, Socket } from 'node:net';
import path from 'node:path';
import { createMessageConnection, SocketMessageReader, SocketMessageWriter } from 'vscode-jsonrpc/node';
import { claim, claimFolder } from './claim.ts';
import type { Engine } from './engineApi.ts';
import { type Backing, lastingEngine } from './lastingEngine.ts';
import { createLocalEngine, type LocalEngineOptions } from './localEngine.ts';
import { engineOver, serveEngine } from './rpc.ts';

export interface SharedEngineOptions extends Omit<LocalEngineOptions, 'storePath' | 'watch'> {
  /** The folder of the store, the claims and the socket: one per machine and user, on a disk of this machine. */
  storageDir: string;
  /** Told with each change of roles. */
  onRole?: (role: 'leader' | 'follower') => void;
}

const CHECK_CLAIM_MS = 10_000;

/**
 * Opens the one engine of this machine. The first process leads: it owns the store and answers the others over a socket; when it ends
 * another takes over, unnoticed but for the time that takes. Rejects when there is no engine to be had at the start.
 */
export function openSharedEngine(options: SharedEngineOptions): Promise<Engine> {
  return lastingEngine(async (settings) => {
    const storePath = path.join(options.storageDir, 'usage.db');
    const claimed = await claim(claimFolder(storePath));
    options.onRole?.(claimed.role);
    if (claimed.role === 'follower') return follow(claimed.socket);
    return lead({ ...options, settings, storePath }, claimed);
  }, options.settings);
}

/** Owns the store, and answers everyone who connects; who connects early waits. */
async function lead(
  options: LocalEngineOptions,
  claimed: Extract<Awaited<ReturnType<typeof claim>>, { role: 'leader' }>,
): Promise<Backing> {
  const opening = createLocalEngine({ ...options, watch: true });
  const sockets = serveOn(claimed.server, opening);
  const leave = (): void => {
    claimed.release();
    for (const socket of sockets) socket.destroy();
  };
  let engine: Engine;
  try {
    engine = await opening;
  } catch (error) {
    leave();
    throw error;
  }
  let check: NodeJS.Timeout | undefined;
  const ended = new Promise<void>((resolve) => {
    check = setInterval(() => {
      if (!claimed.isStillHeld()) resolve();
    }, CHECK_CLAIM_MS);
    check.unref();
  });
  return {
    engine,
    ended,
    async close() {
      clearInterval(check);
      // The store first: whoever sees the socket closed opens it.
      await engine.dispose();
      leave();
    },
  };
}

/** @returns the open sockets */
function serveOn(server: Server, opening: Promise<Engine>): Set<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    opening.then(
      (engine) => {
        if (socket.destroyed) return;
        serveEngine(createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket)), engine);
      },
      () => socket.destroy(),
    );
  });
  return sockets;
}

function follow(socket: Socket): Backing {
  const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
  const ended = new Promise<void>((resolve) => {
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      // Fails the questions that are still open.
      connection.dispose();
      resolve();
    });
  });
  return {
    engine: engineOver(connection),
    ended,
    async close() {
      socket.destroy();
    },
  };
}
