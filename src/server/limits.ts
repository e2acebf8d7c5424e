/** How much the server takes from whom. Everyone who asks is on this machine, but not everyone means well. */
export interface ServerLimits {
  /** Request line and headers together. */
  headerBytes: number;
  headers: number;
  urlBytes: number;
  /** From the first byte to the end of the headers, and to the end of the request. */
  headersMs: number;
  requestMs: number;
  /** A connection without a request, and one whose reader takes nothing. */
  idleMs: number;
  /** Open connections. Above it the oldest that has not shown the token goes. */
  connections: number;
  /** Open event streams. */
  streams: number;
  /** Requests with the token. */
  perSecond: number;
  burst: number;
  /** Requests without it. */
  guessesPerSecond: number;
  /** Requests that wait for an answer: they are answered one after the other. */
  waiting: number;
  /** Events kept for readers that come back. */
  keptEvents: number;
  /** What may wait in a stream for its reader. */
  streamBytes: number;
  heartbeatMs: number;
  /** Between two events, of both kinds together: at most four a second. */
  eventsEveryMs: number;
}

export const LIMITS: ServerLimits = {
  headerBytes: 16 * 1024,
  headers: 100,
  urlBytes: 4 * 1024,
  headersMs: 5_000,
  requestMs: 10_000,
  idleMs: 20_000,
  connections: 128,
  streams: 32,
  perSecond: 50,
  burst: 100,
  guessesPerSecond: 10,
  waiting: 16,
  keptEvents: 256,
  streamBytes: 256 * 1024,
  heartbeatMs: 15_000,
  eventsEveryMs: 500,
};
