import type { Reader } from '../store/reader.ts';
import { HAS_NO_COST } from './usageWindow.ts';

/** What is read of each request besides its place. */
export const STORED_NAMES = ['input', 'cacheRead', 'cacheWrite', 'output', 'reasoning', 'cost', 'estimated'] as const;
export type StoredName = (typeof STORED_NAMES)[number];
/** What a list of requests is sorted by that each request has of its own. */
export type ValueName = StoredName | 'prompt' | 'total';

/** Whether it is summed up anew each time. */
export const isSum = (name: ValueName): name is 'prompt' | 'total' => name === 'prompt' || name === 'total';

/** No price is no number: 9e999 is how SQL writes one without end. */
const VALUES: Record<StoredName, string> = {
  input: 'input_tokens',
  cacheRead: 'cache_read_tokens',
  cacheWrite: 'cache_write_5m_tokens + cache_write_1h_tokens',
  output: 'output_tokens',
  reasoning: 'reasoning_tokens',
  cost: `iif(${HAS_NO_COST}, 9e999, coalesce(cost_usd, 9e999))`,
  estimated: 'estimated',
};
const STORED = STORED_NAMES.map((name) => VALUES[name]).join(', ');

/** Some requests, `[sinceMs, untilMs)`, of one caller or of all. */
export interface CallerSpan {
  caller?: number;
  sinceMs: number;
  untilMs: number;
}

const inSpan = (reader: Reader, columns: string, { caller, sinceMs, untilMs }: CallerSpan): Float64Array => {
  const edges = { ':sinceMs': sinceMs, ':untilMs': untilMs };
  const sql = `SELECT ${columns} FROM requests WHERE at_ms >= :sinceMs AND at_ms < :untilMs`;
  return caller === undefined
    ? reader.numbers(sql, edges)
    : reader.numbers(`${sql} AND caller_id = :caller`, { ...edges, ':caller': caller });
};

/** How many requests there are. */
export const requestCount = (reader: Reader): number => reader.numbers('SELECT count(*) FROM requests')[0] ?? 0;

/** Where a part of what is read in an order ended. */
export interface ReadTo {
  first: number;
  id: number;
}

/** Time and id of the next requests in the order of their places. They stand in an index, so that no request itself is read. */
export const nextTimes = (reader: Reader, { first, id }: ReadTo, limit: number, into: Float64Array): Float64Array =>
  reader.numbers(
    `SELECT at_ms, id FROM requests INDEXED BY requests_by_time WHERE at_ms >= :first AND (at_ms, id) > (:first, :id)
    ORDER BY at_ms, id LIMIT :limit`,
    { ':first': first, ':id': id, ':limit': limit },
    into,
  );

/** Caller and id of the requests of some callers, from another index. */
export const requestsOfCallers = (reader: Reader, from: number, to: number, into: Float64Array): Float64Array =>
  reader.numbers(
    'SELECT caller_id, id FROM requests INDEXED BY requests_by_caller WHERE caller_id >= :from AND caller_id < :to',
    { ':from': from, ':to': to },
    into,
  );

/** The highest id of a caller. */
export const lastCaller = (reader: Reader): number => reader.numbers('SELECT max(caller_id) FROM requests')[0] ?? 0;

/** Id, time and caller of some requests. */
export const requestPlacesIn = (reader: Reader, span: CallerSpan): Float64Array =>
  inSpan(reader, 'id, at_ms, caller_id', span);

/** Id and values of the next requests by id, in the order of `STORED_NAMES`. An unknown cost is infinite. */
export const nextValues = (reader: Reader, afterId: number, limit: number, into: Float64Array): Float64Array =>
  reader.numbers(
    `SELECT id, ${STORED} FROM requests WHERE id > :after ORDER BY id LIMIT :limit`,
    { ':after': afterId, ':limit': limit },
    into,
  );

/** The same of some requests. */
export const requestValuesIn = (reader: Reader, span: CallerSpan): Float64Array =>
  inSpan(reader, `id, ${STORED}`, span);
