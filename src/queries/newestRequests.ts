import type { Reader } from '../store/reader.ts';

/** The requests of a window, `[sinceMs, untilMs)`, up to the one that was stored last when it was counted. */
export interface RequestSpan {
  sinceMs?: number;
  untilMs?: number;
  newestId: number;
}

const EDGES = 'WHERE at_ms >= :sinceMs AND at_ms < :untilMs';

const edgesOf = ({ sinceMs = -8.64e15, untilMs = 8.64e15 }: Omit<RequestSpan, 'newestId'>) => ({
  ':sinceMs': sinceMs,
  ':untilMs': untilMs,
});

/** How many requests a window has, from the index of times. */
export const countOfWindow = (reader: Reader, window: Omit<RequestSpan, 'newestId'>): number =>
  reader.numbers(`SELECT count(*) FROM requests INDEXED BY requests_by_time ${EDGES}`, edgesOf(window))[0] ?? 0;

/** The number of the request that was stored last; 0 without one. */
export const newestRequest = (reader: Reader): number => reader.numbers('SELECT max(id) FROM requests')[0] ?? 0;

/** Ids of a window's newest requests, newest first. */
export const newestRequests = (reader: Reader, span: RequestSpan, limit: number): Uint32Array =>
  Uint32Array.from(
    reader.numbers(
      `SELECT id FROM requests INDEXED BY requests_by_time ${EDGES} AND id <= :newest ORDER BY at_ms DESC, id DESC LIMIT :limit`,
      { ...edgesOf(span), ':newest': span.newestId, ':limit': limit },
    ),
  );
