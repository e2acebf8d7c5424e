import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { ATTACKS } from './attacks.ts';
import { rawRequest, type Served, sendRaw, serve, statusOf, TOKEN } from './served.ts';

describe('attacks on the loopback server', function () {
  this.timeout(60_000);
  let served: Served;
  const sockets: Socket[] = [];

  /** A connection that stays, with errors expected. */
  const open = async (): Promise<Socket> => {
    const socket = connect(served.port, '127.0.0.1');
    socket.on('error', () => undefined);
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  };
  const isUsable = async (): Promise<void> => {
    const response = await served.get('/usage?window=all');
    assert.equal(response.status, 200);
    assert.ok((await response.json()).totals.turns > 100);
  };

  before(async () => {
    served = await serve({ limits: { perSecond: 10_000, burst: 10_000, guessesPerSecond: 10_000 } });
  });
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });
  after(() => served.close());

  for (const { name, status, line = 'GET /usage', headers = {}, bytes } of ATTACKS) {
    it(`refuses ${name}`, async () => {
      const { port } = served;
      const withPort = Object.fromEntries(
        Object.entries(headers).map(([key, value]) => [key, value.replace('PORT', String(port))]),
      );
      const answer = await sendRaw(port, bytes?.(port) ?? rawRequest(port, line, withPort));
      assert.equal(statusOf(answer), status, answer.slice(0, 300));
      assert.equal(answer.match(/^HTTP\/1\.1 /gm)?.length, 1, 'one answer to one request');
      assertTellsNothing(answer);
      if (status === 200) return;
      const [head = '', body = ''] = answer.split('\r\n\r\n');
      assert.match(head, /^content-type: application\/problem\+json/im);
      const problem = JSON.parse(body);
      assert.equal(problem.status, status);
      assert.equal(problem.type, 'about:blank');
      assert.ok(problem.detail.length > 10);
    });
  }

  it('is only there for this machine', async () => {
    const outside = Object.values(networkInterfaces())
      .flat()
      .flatMap((address) =>
        address && !address.internal && !address.address.startsWith('fe80') ? [address.address] : [],
      );
    // A server on all addresses also answers at others of loopback, on machines without a network too.
    for (const address of ['127.0.0.2', ...outside]) {
      const reached = await new Promise((resolve) => {
        const socket = connect(served.port, address, () => resolve(true));
        socket.on('error', () => resolve(false));
        sockets.push(socket);
      });
      assert.equal(reached, false, address);
    }
    await isUsable();
  });

  it('does not take 10 MB of headers', async () => {
    const socket = await open();
    let answer = '';
    socket.on('data', (data) => {
      answer += data;
    });
    let sent = 0;
    const closed = once(socket, 'close');
    socket.write(`GET /usage HTTP/1.1\r\nHost: 127.0.0.1:${served.port}\r\n`);
    while (!socket.destroyed && sent < 10_000_000) {
      socket.write(`X-${sent}: ${'a'.repeat(8_000)}\r\n`);
      sent += 8_000;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await closed;
    assert.ok(sent < 10_000_000, 'the connection ends before all is sent');
    // A sender that goes on sending may lose the answer with the connection.
    if (answer !== '') assert.equal(statusOf(answer), 431);
    const polite = await sendRaw(served.port, rawRequest(served.port, 'GET /usage', { 'X-Long': 'a'.repeat(20_000) }));
    assert.equal(statusOf(polite), 431);
    await isUsable();
  });

  it('refuses hundreds of headers', async () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`X${index}`, '']));
    assert.equal(statusOf(await sendRaw(served.port, rawRequest(served.port, 'GET /usage', many))), 431);
    await isUsable();
  });

  it('answers requests in a pipeline in their order, and stops at the first that is refused', async () => {
    const once = (line: string): string => rawRequest(served.port, line, { Connection: 'keep-alive' });
    const lines = ['GET /usage', 'HEAD /usage', 'GET /nothing', 'GET /usage?window=x', 'GET /metrics'];
    const answer = await sendRaw(served.port, lines.map(once).join('') + rawRequest(served.port, 'GET /sessions'));
    assert.deepEqual(
      [...answer.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status),
      ['200', '200', '404', '400', '200', '200'],
    );
    const smuggled = `${rawRequest(served.port, 'GET /usage', { Connection: 'keep-alive', 'Content-Length': '60' })}${once('GET /sessions')}`;
    const one = await sendRaw(served.port, smuggled);
    assert.deepEqual(
      [...one.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status),
      ['413'],
    );
  });

  it('gives a flood in one pipeline an end', async () => {
    const flood = rawRequest(served.port, 'GET /usage?window=all', { Connection: 'keep-alive' }).repeat(500);
    const answer = await sendRaw(served.port, flood);
    const statuses = [...answer.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status);
    assert.equal(statuses[0], '200');
    assert.ok(statuses.length < 500);
    assert.equal(statuses.at(-1), '503');
    await isUsable();
  });

  it('says the same of a wrong token whatever it is, in the same head', async () => {
    const heads = new Set<string>();
    for (const token of ['x', TOKEN.slice(0, 5), `${TOKEN}0`, 'y'.repeat(500)]) {
      const answer = await sendRaw(
        served.port,
        rawRequest(served.port, 'GET /usage', { Authorization: `Bearer ${token}` }),
      );
      heads.add(answer.replace(/^Date: .*$/m, ''));
    }
    assert.equal(heads.size, 1);
  });

  /** Nothing of the machine, of the program or of what was sent is in an answer that refuses. */
  function assertTellsNothing(answer: string): void {
    assert.doesNotMatch(answer, /access-control|set-cookie|x-powered-by|server:/i);
    assert.doesNotMatch(answer, /\.ts\b|\.js\b|node_modules| {4}at |evil|passwd|DROP/);
    assert.ok(!answer.includes(TOKEN));
  }
});
