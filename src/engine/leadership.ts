import type { Server, Socket } from 'node:net';
import type { Claim } from './claim.ts';
import type { Engine } from './engineApi.ts';
import { answerGreetings, connectionOn, type Greeting, type Welcome } from './greeting.ts';
import type { Backing } from './lastingEngine.ts';
import { createLocalEngine, type LocalEngineOptions } from './localEngine.ts';
import { serveEngine } from './rpc.ts';
import { isNewerVersion } from './version.ts';

/** The owner looks so often whether its claim is still there. */
const CHECK_CLAIM_MS = 10_000;
/** An answer is on its way after this. */
const ANSWER_MS = 100;

/**
 * Owns the store, and answers everyone who connects; who connects early waits. Ends when the store turns out to be damaged, when the claim
 * is lost, or when a newer version asks: that one leads then. Rejects when there is no engine to be had.
 *
 * @param onLeft told when the store is closed, just before another one may open it
 */
export async function lead(
  claimed: Extract<Claim, { role: 'leader' }>,
  me: Greeting,
  options: LocalEngineOptions,
  onLeft: () => void,
): Promise<Backing> {
  let toVersion: string | undefined;
  let isLeaving = false;
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const opening = createLocalEngine({
    ...options,
    watch: true,
    onDamage: () => end(),
    // Whoever asked for it hears first that it is done.
    onReplaced: () => setTimeout(() => end(), ANSWER_MS),
  });
  const sockets = serveOn(claimed.server, opening, (greeting) => {
    if (isNewerVersion(greeting.version, me.version)) {
      toVersion = greeting.version;
      isLeaving = true;
      end();
    }
    const answer = isLeaving ? 'leaving' : greeting.protocol === me.protocol ? 'serving' : 'stranger';
    return { ...me, answer };
  });
  const leave = (): void => {
    claimed.release(toVersion);
    for (const socket of sockets) socket.destroy();
  };
  const check = setInterval(() => claimed.isStillHeld() || end(), CHECK_CLAIM_MS);
  check.unref();
  let engine: Engine;
  try {
    engine = await opening;
  } catch (error) {
    clearInterval(check);
    leave();
    throw error;
  }
  return {
    engine,
    ended,
    async close() {
      clearInterval(check);
      isLeaving = true;
      // Who is connected asks the next one, and waits until the store is free; who asked for it knows already.
      for (const socket of sockets) socket.destroy();
      await engine.dispose();
      onLeft();
      leave();
    },
  };
}

/**
 * Tells who connects that this process works for itself.
 *
 * @returns what ends the connections: whoever is there tries again
 */
export function refuseAll(server: Server, me: Greeting): () => void {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.unref();
    const connection = connectionOn(socket);
    answerGreetings(connection, () => ({ ...me, answer: 'busy' }));
    connection.listen();
  });
  return () => {
    for (const socket of sockets) socket.destroy();
  };
}

/** @returns the open sockets */
function serveOn(server: Server, opening: Promise<Engine>, welcome: (greeting: Greeting) => Welcome): Set<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    const connection = connectionOn(socket);
    answerGreetings(connection, (greeting) => {
      const answered = welcome(greeting);
      if (answered.answer === 'serving') serveEngine(connection, opening);
      return answered;
    });
    connection.listen();
  });
  return sockets;
}
