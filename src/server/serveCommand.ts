import type { Engine } from '../engine/engineApi.ts';
import { Unservable } from '../engine/unservable.ts';
import { inEnglish } from '../views/text.ts';
import { portTrouble } from './engineServer.ts';
import { givenToken } from './givenToken.ts';
import { startLoopbackServer } from './loopbackServer.ts';

/** The port of the setting. */
export const DEFAULT_PORT = 20317;

/**
 * The same server without an editor: answers until the process is told to end. Writes its address to stdout as JSON, and a token that
 * nobody knows yet to stderr. Throws `Unservable`.
 */
export async function serveUntilEnded(
  open: () => Promise<Engine>,
  asked: { port?: number; tokenFile?: string; env: NodeJS.ProcessEnv; version: string },
): Promise<void> {
  const { version, port = DEFAULT_PORT } = asked;
  const { token, isNew } = givenToken(asked.tokenFile, asked.env);
  const engine = await open();
  try {
    const onError = (error: unknown): void => void process.stderr.write(`warning: ${error}\n`);
    const server = await startLoopbackServer({ engine, port, token, version, onError }).catch((error: unknown) => {
      throw new Unservable(inEnglish(portTrouble(port, error)));
    });
    const ended = new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve);
    });
    if (isNew) process.stderr.write(`Token, made for this run: ${token}\n`);
    process.stdout.write(`${JSON.stringify({ address: server.address })}\n`);
    await ended;
    await server.close();
  } finally {
    await engine.dispose();
  }
}
