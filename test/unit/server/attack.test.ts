import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { rawRequest, type Served, sendRaw, serve, statusOf, TOKEN } from './served.ts';

/** Ports in the texts below are the server's. */
interface Attack {
  name: string;
  status: number;
  line?: string;
  headers?: Record<string, string>;
  /** Instead of a line and headers: every byte. */
  bytes?: (port: number) => string;
}

const LONG = 'a'.repeat(3_000);

const ATTACKS: Attack[] = [
  { name: 'a foreign Host', status: 421, headers: { Host: 'evil.example' } },
  { name: 'a foreign Host with our port', status: 421, headers: { Host: 'evil.example:PORT' } },
  { name: 'a name that resolves to 127.0.0.1', status: 421, headers: { Host: '127.0.0.1.nip.io:PORT' } },
  { name: 'a Host with a user in it', status: 421, headers: { Host: '127.0.0.1:PORT@evil.example' } },
  { name: 'a Host with a dot at its end', status: 421, headers: { Host: 'localhost.:PORT' } },
  { name: 'a Host without the port', status: 421, headers: { Host: '127.0.0.1' } },
  { name: 'a Host with another port', status: 421, headers: { Host: '127.0.0.1:80' } },
  { name: 'an empty Host', status: 421, headers: { Host: '' } },
  { name: 'the address of all interfaces as Host', status: 421, headers: { Host: '0.0.0.0:PORT' } },
  { name: 'loopback as a number', status: 421, headers: { Host: '2130706433:PORT' } },
  { name: 'loopback in hexadecimal', status: 421, headers: { Host: '0x7f000001:PORT' } },
  { name: 'a mapped IPv6 Host', status: 421, headers: { Host: '[::ffff:127.0.0.1]:PORT' } },
  { name: 'a long form of ::1', status: 421, headers: { Host: '[0:0:0:0:0:0:0:1]:PORT' } },
  { name: 'IPv6 with a zone', status: 421, headers: { Host: '[::1%25lo]:PORT' } },
  { name: 'IPv6 without brackets', status: 421, headers: { Host: '::1:PORT' } },
  {
    name: 'a forwarded Host beside a foreign one',
    status: 421,
    headers: { Host: 'evil.example', 'X-Forwarded-Host': '127.0.0.1:PORT' },
  },
  {
    name: 'two Hosts',
    status: 400,
    bytes: (port) =>
      `GET /usage HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nHost: evil.example\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`,
  },
  { name: 'no Host', status: 400, bytes: () => `GET /usage HTTP/1.1\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n` },
  {
    name: 'no Host in HTTP/1.0',
    status: 400,
    bytes: () => `GET /usage HTTP/1.0\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`,
  },

  { name: 'a foreign Origin', status: 403, headers: { Origin: 'https://evil.example' } },
  { name: 'the Origin of a sandboxed page', status: 403, headers: { Origin: 'null' } },
  { name: 'an empty Origin', status: 403, headers: { Origin: '' } },
  { name: 'our Origin on another port', status: 403, headers: { Origin: 'http://127.0.0.1:1' } },
  { name: 'our Origin over TLS', status: 403, headers: { Origin: 'https://127.0.0.1:PORT' } },
  { name: 'an Origin that begins like ours', status: 403, headers: { Origin: 'http://127.0.0.1:PORT.evil.example' } },
  { name: 'the Origin of a VS Code page', status: 403, headers: { Origin: 'vscode-webview://abc' } },
  {
    name: 'a picture on a page of the web',
    status: 403,
    headers: { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' },
  },
  { name: 'a page of another port', status: 403, headers: { 'Sec-Fetch-Site': 'same-site' } },
  {
    name: 'a preflight of a browser',
    status: 403,
    line: 'OPTIONS /usage',
    headers: {
      Origin: 'https://evil.example',
      'Access-Control-Request-Method': 'GET',
      'Access-Control-Request-Headers': 'authorization',
      'Access-Control-Request-Private-Network': 'true',
    },
  },

  { name: 'no token', status: 401, headers: { Authorization: 'Basic Zm9vOmJhcg==' } },
  { name: 'a wrong token', status: 401, headers: { Authorization: 'Bearer wrong-token-0123456789' } },
  { name: 'a token that is too long', status: 401, headers: { Authorization: `Bearer ${TOKEN}x` } },
  { name: 'the beginning of the token', status: 401, headers: { Authorization: `Bearer ${TOKEN.slice(0, -1)}` } },
  { name: 'an empty token', status: 401, headers: { Authorization: 'Bearer ' } },
  { name: 'the token in the address', status: 401, line: `GET /usage?token=${TOKEN}`, headers: { Authorization: '' } },
  { name: 'the token in a cookie', status: 401, headers: { Authorization: '', Cookie: `token=${TOKEN}` } },
  {
    name: 'two tokens',
    status: 400,
    bytes: (port) =>
      `GET /usage HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${TOKEN}\r\nAuthorization: Bearer x\r\nConnection: close\r\n\r\n`,
  },
  { name: 'an unknown path without a token', status: 401, line: 'GET /etc/passwd', headers: { Authorization: '' } },

  { name: 'window=../../', status: 400, line: 'GET /usage?window=../../' },
  { name: 'window=../../ with escapes', status: 400, line: 'GET /usage?window=%2e%2e%2f%2e%2e%2f' },
  { name: 'an empty window', status: 400, line: 'GET /usage?window=' },
  { name: 'a window twice', status: 400, line: 'GET /usage?window=day&window=week' },
  { name: 'a window twice, once with escapes', status: 400, line: 'GET /usage?window=day&%77indow=week' },
  { name: 'a window as an array', status: 400, line: 'GET /usage?window[]=day' },
  { name: 'a parameter of every object', status: 400, line: 'GET /usage?__proto__=x&constructor=y' },
  { name: 'an unknown parameter', status: 400, line: 'GET /usage?format=csv' },
  { name: 'an unknown agent', status: 400, line: 'GET /usage?agent=../claude' },
  { name: 'a damaged escape', status: 400, line: 'GET /usage?model=%zz' },
  { name: 'half an escape', status: 400, line: 'GET /usage?model=%4' },
  { name: 'an escape that is no UTF-8', status: 400, line: 'GET /usage?model=%ff%fe' },
  { name: 'an overlong escape of a slash', status: 400, line: 'GET /usage?model=%c0%af' },
  { name: 'a zero byte', status: 400, line: 'GET /usage?model=a%00b' },
  { name: 'line breaks for a log or a header', status: 400, line: 'GET /requests?model=a%0d%0aSet-Cookie:x' },
  { name: 'a year beyond all', status: 400, line: 'GET /usage?since=999999-01-01' },
  { name: 'edges in the wrong order', status: 400, line: 'GET /usage?since=2026-02-02&until=2026-01-01' },
  { name: 'no time zone', status: 400, line: 'GET /usage?tz=../../etc/localtime' },
  { name: 'SQL as a limit', status: 400, line: 'GET /requests?limit=1;DROP%20TABLE%20requests' },
  { name: 'a huge limit', status: 400, line: 'GET /requests?limit=1000000000' },
  { name: 'a limit beyond numbers', status: 400, line: 'GET /requests?limit=99999999999999999999' },
  { name: 'no limit', status: 400, line: 'GET /requests?limit=0' },
  { name: 'a negative limit', status: 400, line: 'GET /sessions?limit=-1' },
  { name: 'a limit in another notation', status: 400, line: 'GET /requests?limit=1e3' },
  { name: 'garbage as a cursor', status: 400, line: 'GET /requests?after=%27%20OR%201=1--' },
  { name: 'a cursor beyond numbers', status: 400, line: 'GET /requests?after=99999999999999999999-1' },
  { name: 'half a cursor', status: 400, line: 'GET /requests?after=123-' },
  { name: 'a session that is none', status: 404, line: 'GET /attribution?session=../../secret' },
  { name: 'a session of SQL', status: 404, line: 'GET /usage?session=%27%20OR%20%271%27=%271' },

  { name: 'a path with escapes', status: 404, line: 'GET /%75sage' },
  { name: 'a path that climbs', status: 404, line: 'GET /usage/../../etc/passwd' },
  { name: 'a path that climbs with escapes', status: 404, line: 'GET /..%2f..%2fetc/passwd' },
  { name: 'a path with two slashes', status: 404, line: 'GET //usage' },
  { name: 'a path with a slash at its end', status: 404, line: 'GET /usage/' },
  { name: 'a path in capitals', status: 404, line: 'GET /USAGE' },
  { name: 'a path of every object', status: 404, line: 'GET /__proto__' },
  { name: 'a backslash', status: 404, line: 'GET /\\..\\usage' },
  { name: 'an address with a foreign host', status: 400, line: 'GET http://evil.example/usage' },
  { name: 'an address that is a star', status: 400, line: 'OPTIONS *' },
  { name: 'an address that is too long', status: 414, line: `GET /usage?model=${LONG}${LONG}` },

  { name: 'another method', status: 405, line: 'DELETE /usage' },
  {
    name: 'a method that tunnels',
    status: 405,
    bytes: () => 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n',
  },
  { name: 'a method that echoes', status: 405, line: 'TRACE /usage' },
  { name: 'a post', status: 405, line: 'POST /usage', headers: { 'Content-Length': '2000000000' } },
  { name: 'a get with a body', status: 413, line: 'GET /usage', headers: { 'Content-Length': '5' } },
  {
    name: 'a body that has to be awaited',
    status: 413,
    line: 'POST /usage',
    headers: { 'Content-Length': '5', Expect: '100-continue' },
  },
  {
    name: 'an upgrade',
    status: 200,
    line: 'GET /usage',
    headers: {
      Connection: 'Upgrade, close',
      Upgrade: 'websocket',
      'Sec-WebSocket-Key': 'x',
      'Sec-WebSocket-Version': '13',
    },
  },

  {
    name: 'two lengths',
    status: 400,
    bytes: (port) =>
      `GET /usage HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\nhello`,
  },
  {
    name: 'a length and chunks',
    status: 400,
    bytes: (port) =>
      `POST /usage HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  },
  {
    name: 'chunks in disguise',
    status: 400,
    bytes: (port) =>
      `POST /usage HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nTransfer-Encoding: xchunked\r\nContent-Length: 5\r\n\r\nhello`,
  },
  {
    name: 'a space before a colon',
    status: 400,
    bytes: (port) => `GET /usage HTTP/1.1\r\nHost : 127.0.0.1:${port}\r\n\r\n`,
  },
  {
    name: 'a folded header',
    status: 400,
    bytes: (port) => `GET /usage HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX: a\r\n b: c\r\n\r\n`,
  },
  {
    name: 'bare line feeds',
    status: 400,
    bytes: (port) => `GET /usage HTTP/1.1\nHost: 127.0.0.1:${port}\nAuthorization: Bearer ${TOKEN}\n\n`,
  },
  {
    name: 'a zero byte in a header',
    status: 400,
    bytes: (port) => `GET /usage HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX: a\0b\r\n\r\n`,
  },
  { name: 'a newer version', status: 400, bytes: () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' },
  { name: 'an older version', status: 400, bytes: () => 'GET /usage\r\n\r\n' },
  { name: 'the beginning of TLS', status: 400, bytes: () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' },
  { name: 'noise', status: 400, bytes: () => '\x00\x01\x02\xff\xfe\r\n\r\n' },
];

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
      .filter((address) => address && !address.internal && !address.address.startsWith('fe80'));
    for (const address of outside) {
      const reached = await new Promise((resolve) => {
        const socket = connect(served.port, address?.address ?? '', () => resolve(true));
        socket.on('error', () => resolve(false));
        sockets.push(socket);
      });
      assert.equal(reached, false, address?.address);
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
