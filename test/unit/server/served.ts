import assert from 'node:assert/strict';
import { connect } from 'node:net';
import path from 'node:path';
import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import { createLocalEngine, type LocalEngine } from '../../../src/engine/localEngine.ts';
import {
  type LoopbackServer,
  type LoopbackServerOptions,
  startLoopbackServer,
} from '../../../src/server/loopbackServer.ts';
import { place } from '../engine/transcriptHome.ts';

export const TOKEN = 'a-token-for-tests-0123456789';
export const SAMPLE = path.join(import.meta.dirname, '../../fixtures/sample/home');
/** In the sample's last minutes. */
export const SAMPLE_NOW_MS = Date.UTC(2026, 2, 20, 15, 43);

/** A server over the sample, or over another home. */
export interface Served extends LoopbackServer {
  engine: LocalEngine;
  errors: unknown[];
  /** Asks with the token. */
  get(path: string, init?: RequestInit): Promise<Response>;
  /** The answer, which must be JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what the tests are about.
  json(path: string): Promise<any>;
}

export async function serve(
  options: Partial<LoopbackServerOptions> & { home?: string; watch?: boolean } = {},
): Promise<Served> {
  const { home = SAMPLE, watch = false, ...more } = options;
  const engine = await createLocalEngine({ agents: ALL_AGENTS, place: place(home), watch });
  await engine.sweep();
  const errors: unknown[] = [];
  const server = await startLoopbackServer({
    engine,
    port: 0,
    token: TOKEN,
    version: '1.2.3',
    nowMs: () => SAMPLE_NOW_MS,
    onError: (error) => errors.push(error),
    ...more,
  });
  const get: Served['get'] = (path, init = {}) =>
    fetch(`${server.address}${path}`, { ...init, headers: { Authorization: `Bearer ${TOKEN}`, ...init.headers } });
  return {
    ...server,
    engine,
    errors,
    get,
    async json(path) {
      const response = await get(path);
      assert.equal(response.status, 200, path);
      assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8');
      return response.json();
    },
    async close() {
      await server.close();
      await engine.dispose();
    },
  };
}

/** Sends bytes as they are. @returns all that came back until the other end closed, or said nothing for a while */
export function sendRaw(port: number, text: string, { host = '127.0.0.1', silenceMs = 1_500 } = {}): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => socket.write(text));
    let answer = '';
    socket.setTimeout(silenceMs, () => socket.destroy());
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
  });
}

/** A request line with headers, as most attacks begin. */
export const rawRequest = (port: number, line: string, headers: Record<string, string> = {}): string => {
  const all = { Host: `127.0.0.1:${port}`, Authorization: `Bearer ${TOKEN}`, Connection: 'close', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${line} HTTP/1.1\r\n${lines.join('')}\r\n`;
};

/** The status of an answer that came as bytes. */
export const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? Number.NaN);
