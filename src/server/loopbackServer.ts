import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Engine } from '../engine/engineApi.ts';
import { tokenCheck } from '../engine/serverToken.ts';
import { boundConnections, type Connections } from './connections.ts';
import { eventFeed } from './eventFeed.ts';
import { checkSender, checkShape, hasBody } from './gate.ts';
import { lane } from './lane.ts';
import { LIMITS, type ServerLimits } from './limits.ts';
import { listenOnLoopback } from './listenOnLoopback.ts';
import { pace } from './pace.ts';
import { parseQuery, splitUrl } from './query.ts';
import { PROBLEM_TYPE, problemBody, Refusal, rawAnswer } from './refusal.ts';
import { type Answer, type AnswerSource, ROUTES } from './routes.ts';

export interface LoopbackServerOptions {
  engine: Engine;
  /** 0 = any that is free. */
  port: number;
  token: string;
  /** Of the extension. */
  version: string;
  nowMs?: () => number;
  limits?: Partial<ServerLimits>;
  /** Told of what should not happen: an engine that cannot answer. */
  onError?: (error: unknown) => void;
}

export interface LoopbackServer {
  /** `http://127.0.0.1:20317` */
  address: string;
  port: number;
  close(): Promise<void>;
}

/** What is under way may take so long to end. */
const CLOSE_WITHIN_MS = 300;

const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
};

/**
 * Answers other programs of this machine, on 127.0.0.1 and ::1, who show the token. Every request goes the same way: whose is it, is it
 * well formed, may it be asked so often, does it bring the token, what does it ask. Rejects with the system's error when the port cannot
 * be had.
 */
export async function startLoopbackServer(options: LoopbackServerOptions): Promise<LoopbackServer> {
  const { engine, token, version, nowMs = Date.now, onError = () => {} } = options;
  const limits = { ...LIMITS, ...options.limits };
  const source: AnswerSource = { engine, version, nowMs };
  const isToken = tokenCheck(token);
  const mayAsk = pace(limits.perSecond, limits.burst);
  const mayGuess = pace(limits.guessesPerSecond, limits.burst);
  const inTurn = lane(limits.waiting);
  const feed = eventFeed(engine, limits, nowMs);
  let port = 0;

  const refuse = (response: ServerResponse, error: unknown): void => {
    const refusal = error instanceof Refusal ? error : new Refusal(503, 'The figures cannot be had at the moment.');
    if (refusal !== error) onError(error);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    // Who is refused before he asked, or asked too much, begins anew.
    if (refusal.status !== 404 && refusal.status !== 405 && refusal.parameter === undefined)
      response.setHeader('Connection', 'close');
    reply(response, refusal.status, { body: problemBody(refusal), type: PROBLEM_TYPE, headers: refusal.headers });
  };

  const answer = async (request: IncomingMessage, response: ServerResponse, connections: Connections) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    // A body is not read: the connection ends with the answer.
    if (hasBody(request)) response.setHeader('Connection', 'close');
    checkSender(request, port);
    checkShape(request, limits);
    checkToken(request, isToken, mayGuess);
    connections.prove(request.socket);
    if (!mayAsk()) throw tooMany(`At most ${limits.perSecond} requests a second are answered.`);
    const { path, search } = splitUrl(request.url ?? '');
    if (path === '/events') {
      checkMethod(request);
      parseQuery(search, {});
      openStream(request, response);
      return;
    }
    const route = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined;
    if (!route) throw new Refusal(404, `There are ${[...Object.keys(ROUTES), '/events'].join(', ')}.`);
    checkMethod(request);
    const known = Object.entries(route.parameters).map(([name, { repeats }]) => [name, repeats === true] as const);
    const query = parseQuery(search, Object.fromEntries(known));
    reply(response, 200, await inTurn(() => route.answer(source, query)));
  };

  const openStream = (request: IncomingMessage, response: ServerResponse): void => {
    if (feed.streams() >= limits.streams)
      throw new Refusal(503, `At most ${limits.streams} streams of events are open at a time.`, {
        headers: { 'Retry-After': '5' },
      });
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    request.socket.setTimeout(0);
    response.flushHeaders();
    feed.attach(response, request.headers['last-event-id'] as string | undefined);
  };

  const makeServer = (): Server => {
    const server = createServer({
      maxHeaderSize: limits.headerBytes,
      // A request without one is answered like any other.
      requireHostHeader: false,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.idleMs,
      connectionsCheckingInterval: Math.min(1_000, limits.headersMs),
    });
    // None is dropped unseen: their number is looked at.
    server.maxHeadersCount = 0;
    const connections = boundConnections(server, limits.connections);
    // Whoever takes none of an answer for so long does not want it.
    server.setTimeout(limits.idleMs, (socket) => socket.destroy());
    server.on('request', (request, response) => {
      request.on('error', () => undefined);
      answer(request, response, connections).catch((error: unknown) => refuse(response, error));
    });
    server.on('checkContinue', (_request, response) => refuse(response, NO_BODY));
    server.on('checkExpectation', (_request, response) =>
      refuse(response, new Refusal(400, 'Nothing can be expected.')),
    );
    server.on('connect', (_request, socket) => refuseRaw(socket as Socket, NOT_ALLOWED));
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuseRaw(socket as Socket, unreadable(error)));
    return server;
  };

  const listening = await listenOnLoopback(makeServer, options.port);
  const { servers } = listening;
  port = listening.port;
  return {
    address: `http://127.0.0.1:${port}`,
    port,
    async close() {
      feed.close();
      const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
      for (const server of servers) server.closeIdleConnections();
      const late = setTimeout(() => {
        for (const server of servers) server.closeAllConnections();
      }, CLOSE_WITHIN_MS);
      await Promise.all(closed);
      clearTimeout(late);
    },
  };
}

/** `HEAD` gets the same head; Node leaves out the body. */
function reply(response: ServerResponse, status: number, { body, type, headers }: Answer): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body), ...headers });
  response.end(body);
}

/** Who guesses is slowed down; who knows the token is not. */
function checkToken(
  { headers }: IncomingMessage,
  isToken: (authorization: string | undefined) => boolean,
  mayGuess: () => boolean,
): void {
  if (isToken(headers.authorization)) return;
  if (!mayGuess()) throw tooMany('Too many requests came without the token.');
  const error = headers.authorization === undefined ? '' : ', error="invalid_token"';
  throw new Refusal(401, 'Every request brings the token: "Authorization: Bearer <token>".', {
    headers: { 'WWW-Authenticate': `Bearer realm="agent-token-meter"${error}` },
  });
}

const tooMany = (detail: string): Refusal => new Refusal(429, detail, { headers: { 'Retry-After': '1' } });

const NO_BODY = new Refusal(413, 'A request has no body here.');

const NOT_ALLOWED = new Refusal(405, 'There is nothing to change here: GET and HEAD.', {
  headers: { Allow: 'GET, HEAD' },
});

function checkMethod(request: IncomingMessage): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') throw NOT_ALLOWED;
  if (hasBody(request)) throw NO_BODY;
}

/** What could not be read as a request. */
function unreadable({ code }: NodeJS.ErrnoException): Refusal {
  if (code === 'HPE_HEADER_OVERFLOW') return new Refusal(431, 'The head of the request is too large.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Refusal(408, 'The request did not arrive in time.');
  return new Refusal(400, 'This is no request of HTTP/1.1.');
}

function refuseRaw(socket: Socket, refusal: Refusal): void {
  if (socket.writable && !socket.destroyed) socket.end(rawAnswer(refusal));
  // The rest of what it sends is not waited for.
  setTimeout(() => socket.destroy(), CLOSE_WITHIN_MS).unref();
}
