import { jsonSize } from '../transcripts/wanted.ts';

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

/** The last millisecond of the year 9999: what is later is no time. */
const LAST_TIME_MS = 253_402_300_799_999;

/** Epoch milliseconds of an ISO time or of a number of milliseconds, or `undefined` when it is neither. */
export function timeMs(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : typeof value === 'number' ? value : Number.NaN;
  return time >= 0 && time <= LAST_TIME_MS ? Math.trunc(time) : undefined;
}

/** A record's JSON, or `undefined` when it is none. Broken UTF-8 becomes replacement characters. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** A name that came from a transcript, short and plain enough for a log line. */
export function plainName(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value.slice(0, 60).replace(/[^\w./:-]/g, '?') : '(none)';
}

/** At most so many are named per record: a hostile one could have thousands. */
const NAMED_FIELDS = 8;

/** The fields of an object beside the known ones, each as `<prefix>.<name>`: a new one may change what is counted. */
export function unknownFields(value: unknown, known: ReadonlySet<string>, prefix: string): string[] {
  return Object.keys(fields(value) ?? {})
    .filter((name) => !known.has(name))
    .slice(0, NAMED_FIELDS)
    .map((name) => `${prefix}.${plainName(name)}`);
}
