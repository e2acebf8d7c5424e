/** Why a request is not answered, as its sender may know it: no paths, no stack, nothing of what was sent. */
export class Refusal extends Error {
  readonly status: number;
  readonly title: string;
  readonly headers: Record<string, string>;
  /** The parameter at fault. */
  readonly parameter: string | undefined;

  /** @param detail a sentence: what is wrong, and what would be right */
  constructor(status: number, detail: string, more: { headers?: Record<string, string>; parameter?: string } = {}) {
    super(detail);
    this.name = 'Refusal';
    this.status = status;
    this.title = TITLES[status] ?? 'Error';
    this.headers = more.headers ?? {};
    this.parameter = more.parameter;
  }
}

const TITLES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Content Too Large',
  414: 'URI Too Long',
  421: 'Misdirected Request',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** The body of RFC 9457. `type` is `about:blank`: the status says it all. */
export function problemBody({ status, title, message, parameter }: Refusal): string {
  return `${JSON.stringify({ type: 'about:blank', title, status, detail: message, ...(parameter !== undefined && { parameter }) })}\n`;
}

/** A whole answer for a connection on which no request could be read. */
export function rawAnswer(refusal: Refusal): string {
  const body = problemBody(refusal);
  const headers = {
    'Content-Type': PROBLEM_TYPE,
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
    ...refusal.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${refusal.status} ${refusal.title}\r\n${lines.join('')}\r\n${body}`;
}
