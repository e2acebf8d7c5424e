import { hasOnlyWanted, jsonSize } from '../transcripts/wanted.ts';

/** A JSON object whose fields are not known to be anything yet. */
export type Fields = Record<string, unknown>;

/** The value as an object, or `undefined`. Arrays are not objects here. */
export function fields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** The value as a non-empty string, or `undefined`. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The value as an array; anything else is an empty one. */
export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value as a finite number, or `undefined`. */
export function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Length of a string in UTF-16 code units; 0 for anything else. */
export function chars(value: unknown): number {
  return typeof value === 'string' ? value.length : 0;
}

/** Length of a value written as JSON; 0 for nothing. */
export function jsonChars(value: unknown): number {
  return value === undefined || value === null
    ? 0
    : typeof value === 'string'
      ? value.length
      : ((typeof value === 'object' ? jsonSize(value) : undefined) ?? JSON.stringify(value).length);
}

/** The end of December 30 of the year 9999, so that it has four digits in every time zone: what is later is no time. */
const LAST_TIME_MS = 253_402_214_399_999;

/** Epoch milliseconds of an ISO time or of a number of milliseconds, or `undefined` when it is neither. */
export function timeMs(value: unknown): number | undefined {
  const time =
    typeof value === 'string'
      ? (usualTimeMs(value) ?? Date.parse(value))
      : typeof value === 'number'
        ? value
        : Number.NaN;
  return time >= 0 && time <= LAST_TIME_MS ? Math.trunc(time) : undefined;
}

/** A time as nearly all records have it, `2026-11-22T05:07:01.123Z`, several times faster than `Date.parse`; else `undefined`. */
function usualTimeMs(time: string): number | undefined {
  if (time.length !== 24) return undefined;
  for (let index = 0; index < 7; index++)
    if (time.charCodeAt(MARKS_AT[index] as number) !== MARKS.charCodeAt(index)) return undefined;
  const year = twoDigits(time, 0) * 100 + twoDigits(time, 2);
  const month = twoDigits(time, 5);
  const day = twoDigits(time, 8);
  const hour = twoDigits(time, 11);
  const minute = twoDigits(time, 14);
  const second = twoDigits(time, 17);
  const ms = twoDigits(time, 20) * 10 + time.charCodeAt(22) - ZERO;
  const lastDigit = time.charCodeAt(22) - ZERO;
  // What is no number is not within anything.
  const isUsual =
    year >= 1970 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= (month === 2 ? 28 : 30) &&
    hour <= 23 &&
    minute <= 59;
  if (!isUsual || !(second <= 59) || !(ms >= 0) || lastDigit < 0 || lastDigit > 9) return undefined;
  const date = (year * 100 + month) * 100 + day;
  if (date !== newestDate) {
    newestDate = date;
    newestDayMs = Date.UTC(year, month - 1, day);
  }
  return newestDayMs + ((hour * 60 + minute) * 60 + second) * 1000 + ms;
}

/** Nearly always the next time is of the same day. */
let newestDate = 0;
let newestDayMs = 0;

const MARKS = '--T::.Z';
const MARKS_AT = [4, 7, 10, 13, 16, 19, 23];
const ZERO = 48;

/** `NaN` when they are not both digits. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** A record's JSON, or `undefined` when it is none. Broken UTF-8 becomes replacement characters. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(asBuffer(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A name that came from a transcript, short and plain enough for a log line. */
export function plainName(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value.slice(0, 60).replace(/[^\w./:-]/g, '?') : '(none)';
}

/** At most so many are named per record: a hostile one could have thousands. */
const NAMED_FIELDS = 8;

const NO_NAMES: string[] = [];

/**
 * The fields of an object beside the known ones, each as `<prefix>.<name>`: a new one may change what is counted. Of a `strict` object all that
 * are wanted must be known.
 */
export function unknownFields(value: unknown, known: ReadonlySet<string>, prefix: string): string[] {
  const object = fields(value);
  if (!object || hasOnlyWanted(object)) return NO_NAMES;
  const names: string[] = [];
  for (const name in object) {
    if (known.has(name) || names.length === NAMED_FIELDS) continue;
    names.push(`${prefix}.${plainName(name)}`);
  }
  return names;
}
