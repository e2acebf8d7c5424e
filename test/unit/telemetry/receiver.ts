import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An export as it arrived: OTLP in its JSON form. */
export interface Received {
  headers: IncomingMessage['headers'];
  text: string;
}

/** How a receiver answers an export. */
export type Answer = { status: number; headers?: Record<string, string> } | 'hang' | 'reset';

/** A receiver of OTLP/HTTP that answers as a test wishes; what it accepted is kept. */
export interface OtlpReceiver {
  url: string;
  /** With status 200. */
  accepted: Received[];
  /** All of them, with what they were answered. */
  seen: Answer[];
  /** For the next exports, in order; then everything is accepted. */
  answers: Answer[];
  /** Resolves when so many were accepted in all. */
  untilAccepted(exports: number): Promise<void>;
  close(): Promise<void>;
}

export async function otlpReceiver(port = 0): Promise<OtlpReceiver> {
  const waiting = new Set<() => void>();
  const accepted: Received[] = [];
  const seen: Answer[] = [];
  const answers: Answer[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const answer = answers.shift() ?? { status: 200 };
      seen.push(answer);
      if (answer === 'hang') return;
      if (answer === 'reset') {
        request.socket.destroy();
        return;
      }
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end('{}');
      if (answer.status !== 200) return;
      accepted.push({ headers: request.headers, text: Buffer.concat(chunks).toString() });
      for (const look of waiting) look();
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/metrics`,
    accepted,
    seen,
    answers,
    untilAccepted: (exports) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (accepted.length < exports) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
