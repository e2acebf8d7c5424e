import { TOKEN } from './served.ts';

/** Ports in the texts below are the server's. */
export interface Attack {
  name: string;
  status: number;
  line?: string;
  headers?: Record<string, string>;
  /** Instead of a line and headers: every byte. */
  bytes?: (port: number) => string;
}

const LONG = 'a'.repeat(3_000);

export const ATTACKS: readonly Attack[] = [
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
