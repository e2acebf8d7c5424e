import type { Socket } from 'node:net';
import {
  createMessageConnection,
  type MessageConnection,
  SocketMessageReader,
  SocketMessageWriter,
} from 'vscode-jsonrpc/node';

/** Who speaks. The greeting itself never changes its form: every version must understand every other one so far. */
export interface Greeting {
  /** `PROTOCOL` of the speaker. */
  protocol: string;
  /** Of the extension: `1.2.3`. */
  version: string;
}

/**
 * `serving`: questions are answered. `leaving`: the store is being given up; ask again whoever has it next. `stranger`: questions of
 * this protocol are not answered. `busy`: the owner works for itself and answers nobody.
 */
export type Answer = 'serving' | 'leaving' | 'stranger' | 'busy';

/** What the owner of the store says to who connects. */
export interface Welcome extends Greeting {
  answer: Answer;
}

const GREET = 'greet';

/** An owner that says nothing for so long is stopped or stuck; one that works hard answers within a second. */
const SILENCE_MS = 30_000;

/** Answers who connects; `welcome` is asked at each greeting. The caller begins to listen. */
export function answerGreetings(connection: MessageConnection, welcome: (greeting: Greeting) => Welcome): void {
  connection.onRequest(GREET, (greeting: Greeting) => welcome(greeting));
}

/** A connection to the owner of the store, after the greeting. */
export interface Met {
  connection: MessageConnection;
  /** `undefined`: it says nothing. */
  welcome: Welcome | undefined;
  /** Resolves when the owner is gone, or says something after all. */
  turned: Promise<void>;
  /** Resolves when the connection is closed. */
  closed: Promise<void>;
  close(): void;
}

/** Greets the owner of the store. Never rejects: an owner that closes the connection is leaving. */
export async function greet(socket: Socket, me: Greeting, silenceMs = SILENCE_MS): Promise<Met> {
  const connection = connectionOn(socket);
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  connection.listen();
  const leaving: Welcome = { ...me, answer: 'leaving' };
  const answer = Promise.race([
    connection.sendRequest<Welcome>(GREET, me).catch(() => leaving),
    closed.then(() => leaving),
  ]);
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), silenceMs);
  });
  const welcome = await Promise.race([answer, silence]);
  clearTimeout(timer);
  return {
    connection,
    welcome,
    turned: welcome === undefined ? answer.then(() => undefined) : closed,
    closed,
    close: () => socket.destroy(),
  };
}

/** Messages over a socket. Open questions fail when it closes. */
export function connectionOn(socket: Socket): MessageConnection {
  const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
  socket.on('error', () => socket.destroy());
  socket.on('close', () => connection.dispose());
  return connection;
}
