import { isDeepStrictEqual } from 'node:util';
import type { LineAgent } from '../../src/agents/agent.ts';
import type { Scanner } from '../../src/transcripts/scanner.ts';
import { jsonSize, START_CHARS, type Wanted, type WantedObject } from '../../src/transcripts/wanted.ts';

/** A line of which the scanner tells something else than `JSON.parse` does. */
export interface Difference {
  line: Buffer;
  expected: unknown;
  found: unknown;
}

/** What one comparison saw. */
export interface Comparison {
  lines: number;
  /** Lines that the scanner took; the rest it left to the parser. */
  scanned: number;
  difference: Difference | undefined;
}

/** The lines as a parser sees them: cut at newlines, without carriage returns before them, none that are empty. */
function* linesOf(bytes: Buffer): Generator<{ start: number; line: Buffer }> {
  let start = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    const line = bytes.subarray(start, end > start && bytes[end - 1] === 13 ? end - 1 : end);
    if (line.length > 0) yield { start, line };
    start = end + 1;
  }
}

/** Holds what the scanner finds in whole lines against the same taken from the parsed lines. */
export function compareValues(scanner: Scanner, wanted: WantedObject, bytes: Buffer): Comparison {
  return compare(scanner, bytes, (line, value) => {
    if (value === undefined) return undefined;
    const parsed = parse(line);
    return isWanted(value, parsed, { object: wanted })
      ? undefined
      : { line: Buffer.from(line), expected: parsed, found: value };
  });
}

/** Holds what an agent's reader makes of scanned records against what it makes of parsed ones. */
export function compareReadings(agent: LineAgent, scanner: Scanner, relativePath: string, bytes: Buffer): Comparison {
  const file = { path: `/nowhere/${relativePath}`, relativePath, root: '/nowhere' };
  const [parsing, scanning] = [agent.open(file), agent.open(file)];
  if (!parsing || !scanning) throw new Error(`no reader for ${relativePath}`);
  return compare(scanner, bytes, (line, value, offset) => {
    const expected = { ...parsing.read({ bytes: line, offset }), state: parsing.state() };
    const found = { ...scanning.read({ bytes: line, offset, value }), state: scanning.state() };
    return isDeepStrictEqual(found, expected) ? undefined : { line: Buffer.from(line), expected, found };
  });
}

function compare(
  scanner: Scanner,
  bytes: Buffer,
  check: (line: Buffer, value: object | undefined, offset: number) => Difference | undefined,
): Comparison {
  const comparison: Comparison = { lines: 0, scanned: 0, difference: undefined };
  bytes.copy(scanner.bytes);
  const lines = linesOf(bytes);
  const fail = (expected: unknown, found: unknown): void => {
    comparison.difference = { line: bytes, expected, found };
  };
  const scannedTo = scanner.scan(0, bytes.length, (start, end, value) => {
    comparison.lines++;
    if (value !== undefined) comparison.scanned++;
    const next = lines.next().value;
    const line = scanner.bytes.subarray(start, end);
    // A carriage return that is left at the end of a line is white space to the parser.
    if (!next || next.start !== start || !next.line.equals(line.subarray(0, next.line.length)))
      fail(next && [next.start, next.line.length], [start, end - start]);
    else comparison.difference = check(line, value, start);
    return comparison.difference === undefined;
  });
  if (comparison.difference) return comparison;
  const missed = lines.next().value;
  if (missed) fail(missed.line.toString(), 'not handed out');
  else if (scannedTo !== bytes.lastIndexOf(10) + 1) fail(bytes.lastIndexOf(10) + 1, scannedTo);
  return comparison;
}

function parse(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString());
  } catch {
    return undefined;
  }
}

/** Whether `found` holds of `parsed` what is wanted. */
function isWanted(found: unknown, parsed: unknown, wanted: Wanted): boolean {
  if (wanted.nothing) return found === undefined;
  if (typeof parsed === 'string') {
    if (typeof found !== 'string' || found.length !== parsed.length) return false;
    const known = wanted.text === 'size' ? 0 : wanted.text === 'start' ? START_CHARS : parsed.length;
    return found.slice(0, known) === parsed.slice(0, known);
  }
  if (Array.isArray(parsed) && wanted.list) {
    if (wanted.list.nothing) return found === undefined;
    const inner = wanted.list;
    return (
      Array.isArray(found) &&
      found.length === parsed.length &&
      found.every((item, index) => isWanted(item, parsed[index], inner))
    );
  }
  if (isObject(parsed) && wanted.object) return isWantedObject(found, parsed, wanted.object);
  return isDeepStrictEqual(found, parsed);
}

function isWantedObject(found: unknown, parsed: Record<string, unknown>, wanted: WantedObject): boolean {
  if (!isObject(found)) return false;
  if (wanted.strict && Object.keys(parsed).some((key) => !Object.hasOwn(wanted.fields, key)))
    return isDeepStrictEqual(found, parsed);
  if (wanted.sized && (jsonSize(found) ?? -1) !== JSON.stringify(parsed).length) return false;
  return Object.entries(wanted.fields).every(([key, inner]) =>
    Object.hasOwn(parsed, key) ? isWanted(found[key], parsed[key], inner) : found[key] === undefined,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
