import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { rawRequest, type Served, serve, statusOf } from './served.ts';

describe('crowds before the loopback server', function () {
  this.timeout(60_000);
  let served: Served;
  const sockets: Socket[] = [];
  const connectAll = async (count: number, first: string): Promise<{ socket: Socket; text: string }[]> => {
    const all = Array.from({ length: count }, () => {
      const socket = connect(served.port, '127.0.0.1', () => socket.write(first));
      const each = { socket, text: '' };
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        each.text += data;
      });
      sockets.push(socket);
      return each;
    });
    await Promise.all(
      all.map(({ socket }) => new Promise((resolve) => socket.once('connect', resolve).once('close', resolve))),
    );
    return all;
  };
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
  };

  beforeEach(async () => {
    served = await serve({
      limits: {
        headersMs: 400,
        requestMs: 600,
        idleMs: 700,
        connections: 50,
        streams: 8,
        heartbeatMs: 100,
        burst: 5_000,
      },
    });
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await served.close();
  });

  it('drops who sends a request bit by bit, and has room for others meanwhile', async () => {
    const slow = await connectAll(200, 'GET /usage HTTP/1.1\r\nHost: ');
    const drip = setInterval(() => {
      for (const { socket } of slow) if (!socket.destroyed) socket.write('a');
    }, 50);
    try {
      assert.equal((await served.get('/usage')).status, 200);
      await until(() => slow.every(({ socket }) => socket.destroyed));
      assert.ok(slow.some(({ text }) => statusOf(text) === 408));
    } finally {
      clearInterval(drip);
    }
  });

  it('drops who connects and says nothing', async () => {
    const silent = await connectAll(60, '');
    await until(() => silent.every(({ socket }) => socket.destroyed));
    assert.equal((await served.get('/usage')).status, 200);
  });

  it('serves some of 1,000 readers of events, tells others to wait, and answers everyone else', async () => {
    const request = rawRequest(served.port, 'GET /events', { Connection: 'keep-alive' });
    const before = process.memoryUsage().rss;
    const readers = await connectAll(1_000, request);
    await until(() => readers.filter(({ text, socket }) => text === '' && !socket.destroyed).length === 0);
    const reading = readers.filter(({ text }) => statusOf(text) === 200);
    assert.equal(reading.length, 8);
    assert.ok(readers.some(({ text }) => statusOf(text) === 503));
    for (const { text } of readers) assert.ok(['', '200', '503'].includes(text.slice(9, 12)), text.slice(0, 40));
    assert.equal((await served.get('/usage')).status, 200);
    assert.ok(process.memoryUsage().rss - before < 200_000_000);
    await until(() => reading.every(({ text }) => text.includes('event: usageByTool')));
    for (const { socket } of reading) socket.destroy();
    await until(() => reading.every(({ socket }) => socket.closed));
    // There is room again.
    for (;;) {
      const abort = new AbortController();
      const again = await served.get('/events', { signal: abort.signal });
      abort.abort();
      if (again.status === 200) break;
    }
  });

  it('keeps those who know the token when others crowd in', async () => {
    const [reader] = await connectAll(1, rawRequest(served.port, 'GET /events', { Connection: 'keep-alive' }));
    await until(() => reader?.text.includes('event: meter') === true);
    await connectAll(300, 'GET /usage HTTP/1.1\r\nHost: evil.example\r\n\r\n');
    const heard = reader?.text.length ?? 0;
    await until(() => (reader?.text.length ?? 0) > heard);
    assert.equal(reader?.socket.destroyed, false);
  });

  it('slows down who guesses tokens, not who knows it', async () => {
    await served.close();
    served = await serve({ limits: { burst: 20, guessesPerSecond: 1, perSecond: 1_000 } });
    const guess = (): Promise<Response> =>
      fetch(`${served.address}/usage`, { headers: { Authorization: 'Bearer no' } });
    const statuses = [];
    for (let tries = 0; tries < 40; tries++) statuses.push((await guess()).status);
    assert.deepEqual([...new Set(statuses)], [401, 429]);
    assert.equal((await served.get('/usage')).status, 200);
  });

  it('answers only so many requests a second', async () => {
    await served.close();
    served = await serve({ limits: { burst: 10, perSecond: 1 } });
    const statuses = [];
    for (let tries = 0; tries < 20; tries++) {
      const response = await served.get('/openapi.json');
      await response.arrayBuffer();
      statuses.push(response.status);
      if (response.status === 429) assert.equal(response.headers.get('retry-after'), '1');
    }
    assert.deepEqual([...new Set(statuses)], [200, 429]);
  });
});
