import type { Server, Socket } from 'node:net';
import { Refusal, rawAnswer } from './refusal.ts';

/** The open connections of a server, of which there is a bounded number. */
export interface Connections {
  /** The token was shown on it: it is not closed for the sake of another one. */
  prove(socket: Socket): void;
}

/** So long a refused connection may take to read why. */
const READ_WHY_MS = 500;
/** Refused ones that are still told why. Any more are closed without a word. */
const MOST_TOLD = 64;

/**
 * Keeps room for those who know the token: when there are too many connections, the oldest that has not shown it is closed. Where all
 * have, the new one is told to come back.
 */
export function boundConnections(server: Server, most: number): Connections {
  const unproven = new Set<Socket>();
  let open = 0;
  let told = 0;
  server.on('connection', (socket: Socket) => {
    open++;
    unproven.add(socket);
    socket.on('close', () => {
      open--;
      unproven.delete(socket);
    });
    if (open <= most) return;
    const [oldest] = unproven;
    if (oldest !== undefined && oldest !== socket) oldest.destroy();
    else if (told >= MOST_TOLD) socket.destroy();
    else {
      told++;
      socket.on('close', () => told--);
      socket.end(rawAnswer(new Refusal(503, 'Too many connections are open.', { headers: { 'Retry-After': '1' } })));
      setTimeout(() => socket.destroy(), READ_WHY_MS).unref();
    }
  });
  return { prove: (socket) => void unproven.delete(socket) };
}
