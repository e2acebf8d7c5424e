import type { IncomingMessage } from 'node:http';
import type { ServerLimits } from './limits.ts';
import { Refusal } from './refusal.ts';

/**
 * Lets in who is on this machine and means this server. A page on the web reaches loopback as well: by name, once its name resolves to
 * 127.0.0.1 (DNS rebinding), which its `Host` shows; or directly, which its `Origin` and `Sec-Fetch-Site` show. Throws `Refusal`.
 */
export function checkSender(request: IncomingMessage, port: number): void {
  const { headers } = request;
  if (count(request, 'host') !== 1) throw new Refusal(400, 'A request names one Host.');
  if (!isOurHost(headers.host ?? '', port))
    throw new Refusal(
      421,
      'This server answers to 127.0.0.1, [::1] and localhost, with its port, and to no other name.',
    );
  if (count(request, 'origin') > 0 && !isOurOrigin(headers.origin ?? '', port))
    throw new Refusal(403, 'Pages of other origins get no answer here.');
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw new Refusal(403, 'Pages of other origins get no answer here.');
}

/** What can be read in two ways is not read at all. Throws `Refusal`. */
export function checkShape(request: IncomingMessage, { urlBytes, headers }: ServerLimits): void {
  const { url = '', rawHeaders } = request;
  if (rawHeaders.length / 2 > headers) throw new Refusal(431, `A request has at most ${headers} headers.`);
  if (count(request, 'content-length') > 1 || count(request, 'authorization') > 1)
    throw new Refusal(400, 'A header stands in the request twice.');
  if (url.length > urlBytes) throw new Refusal(414, `An address has at most ${urlBytes} characters.`);
  if (!url.startsWith('/')) throw new Refusal(400, 'An address begins with a slash.');
}

/** Whether a request brings something to read. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** A browser leaves out the port that is usual. */
const isOurHost = (host: string, port: number): boolean =>
  LOOPBACK.some((name) => host.toLowerCase() === `${name}:${port}` || (port === 80 && host.toLowerCase() === name));

const isOurOrigin = (origin: string, port: number): boolean =>
  origin.startsWith('http://') && isOurHost(origin.slice('http://'.length), port);

function count({ rawHeaders }: IncomingMessage, name: string): number {
  return rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === name).length;
}
