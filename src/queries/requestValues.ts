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

/** Id, time and caller of every request. They stand in an index, so that no request itself is read. */
export const requestPlaces = (reader: Reader): Float64Array =>
  reader.numbers('SELECT id, at_ms, caller_id FROM requests INDEXED BY requests_by_caller');

/** Id, time and caller of some requests. */
export const requestPlacesIn = (reader: Reader, span: CallerSpan): Float64Array =>
  reader.numbers(`SELECT id, at_ms, caller_id FROM requests ${IN_SPAN}`, inSpan(span));

/** Id and one value of every request, by id. An unknown cost is infinite. */
export const requestValues = (reader: Reader, name: ValueName): Float64Array =>
  reader.numbers(`SELECT id, ${VALUES[name]} FROM requests ORDER BY id`);

/** Id and one value of some requests. */
export const requestValuesIn = (reader: Reader, name: ValueName, span: CallerSpan): Float64Array =>
  reader.numbers(`SELECT id, ${VALUES[name]} FROM requests ${IN_SPAN}`, inSpan(span));
