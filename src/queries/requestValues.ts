import type { Reader, SqlParams } from '../store/reader.ts';
import { HAS_NO_COST } from './usageWindow.ts';

/** What a list of requests is sorted by that each request has of its own. */
export const VALUE_NAMES = [
  'input',
  'cacheRead',
  'cacheWrite',
  'prompt',
  'output',
  'reasoning',
  'total',
  'cost',
  'estimated',
] as const;
export type ValueName = (typeof VALUE_NAMES)[number];

const PROMPT = 'input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens';

/** No price is no number: 9e999 is how SQL writes one without end. */
const VALUES: Record<ValueName, string> = {
  input: 'input_tokens',
  cacheRead: 'cache_read_tokens',
  cacheWrite: 'cache_write_5m_tokens + cache_write_1h_tokens',
  prompt: PROMPT,
  output: 'output_tokens',
  reasoning: 'reasoning_tokens',
  total: `${PROMPT} + output_tokens`,
  cost: `iif(${HAS_NO_COST}, 9e999, coalesce(cost_usd, 9e999))`,
  estimated: 'estimated',
};

/** Some requests of one caller, `[sinceMs, untilMs)`. */
export interface CallerSpan {
  caller: number;
  sinceMs: number;
  untilMs: number;
}

const inSpan = ({ caller, sinceMs, untilMs }: CallerSpan): SqlParams => ({
  ':caller': caller,
  ':sinceMs': sinceMs,
  ':untilMs': untilMs,
});

const IN_SPAN = 'WHERE caller_id = :caller AND at_ms >= :sinceMs AND at_ms < :untilMs';

/** Callers and requests that are read at once: all of a million would take more memory on the way than what is made of them. */
const CALLERS_AT_ONCE = 4096;
const REQUESTS_AT_ONCE = 65_536;

/** How many requests there are, and the highest id of their callers. */
export function requestCounts(reader: Reader): { count: number; lastCaller: number } {
  const [count = 0, lastCaller = 0] = reader.numbers(
    'SELECT (SELECT count(*) FROM requests), coalesce((SELECT max(caller_id) FROM requests), 0)',
  );
  return { count, lastCaller };
}

/** Id, time and caller of every request, part by part. They stand in an index, so that no request itself is read. */
export function* requestPlaces(reader: Reader, lastCaller: number): Generator<Float64Array> {
  for (let from = 0; from <= lastCaller; from += CALLERS_AT_ONCE)
    yield reader.numbers(
      `SELECT id, at_ms, caller_id FROM requests INDEXED BY requests_by_caller WHERE caller_id >= :from AND caller_id < :to`,
      { ':from': from, ':to': from + CALLERS_AT_ONCE },
    );
}

/** Id, time and caller of some requests. */
export const requestPlacesIn = (reader: Reader, span: CallerSpan): Float64Array =>
  reader.numbers(`SELECT id, at_ms, caller_id FROM requests ${IN_SPAN}`, inSpan(span));

/** Id and one value of every request, by id and part by part. An unknown cost is infinite. */
export function* requestValues(reader: Reader, name: ValueName): Generator<Float64Array> {
  for (let after = 0; ; ) {
    const rows = reader.numbers(
      `SELECT id, ${VALUES[name]} FROM requests WHERE id > :after ORDER BY id LIMIT ${REQUESTS_AT_ONCE}`,
      { ':after': after },
    );
    if (rows.length === 0) return;
    yield rows;
    after = rows.at(-2) as number;
  }
}

/** Id and one value of some requests. */
export const requestValuesIn = (reader: Reader, name: ValueName, span: CallerSpan): Float64Array =>
  reader.numbers(`SELECT id, ${VALUES[name]} FROM requests ${IN_SPAN}`, inSpan(span));
