import type { Reader } from '../store/reader.ts';
import type { ChangedSlots } from '../store/rollup.ts';
import { SLOT_MS } from '../store/slot.ts';
import { giveBack } from './giveBack.ts';
import {
  addPlace,
  emptyPlaces,
  firstFrom,
  mergeFrom,
  movedAlong,
  type Numbers,
  type PlaceRow,
  placesById,
  type RequestPlaces,
} from './requestPlaces.ts';
import {
  type CallerSpan,
  isSum,
  lastCaller,
  nextTimes,
  nextValues,
  type ReadTo,
  requestCount,
  requestPlacesIn,
  requestsOfCallers,
  requestValuesIn,
  STORED_NAMES,
  type StoredName,
  type ValueName,
} from './requestValues.ts';

/** The store, as far as the columns need it. */
export interface ColumnSource extends Reader {
  followSlots(): () => ChangedSlots;
  commits(): number;
}

/**
 * The requests in memory as columns of numbers, some 45 bytes a request: a list of a million is then filtered and sorted in tens of
 * milliseconds, without an index in the store for each order. Follows the store: before an answer what changed since the last one is read again.
 */
export interface RequestColumns {
  places(): RequestPlaces;
  /** One value of each request, in the order of `places`; an unknown cost is NaN. A sum is the caller's, to be given back. */
  values(name: ValueName): Numbers;
}

/** The columns, for who decides when they are read. */
export interface OwnedColumns extends RequestColumns {
  /** Whether the places are at hand. */
  hasPlaces(): boolean;
  /** Reads some of what was not asked for yet, in a moment that nobody waits for. @returns whether there is more */
  readAhead(): boolean;
  /** Gives the memory back: what is asked for next is read anew. */
  forget(): void;
}

/** So much is read at once: more would take more memory on the way than what is made of it, and longer than a question may wait. */
const AT_ONCE = { requests: 40_000, callers: 2048 };
/** Before any time. */
const NEVER_MS = -8.64e15;
/** What 32 bits hold. No request of this world has more tokens; where one says so, its column takes twice the room. */
const MOST_IN_32_BITS = 2 ** 32 - 1;

/** How far the columns were read. */
type Reading =
  /** Times and ids, in the order of time. */
  | { step: 'times'; to: ReadTo }
  /** Whose they are. */
  | { step: 'callers'; from: number; last: number; placed: Uint32Array }
  /** All else, by id. */
  | { step: 'values'; afterId: number; placed?: Uint32Array }
  | { step: 'done' };

const BEGIN: Reading = { step: 'times', to: { first: NEVER_MS, id: 0 } };

export function requestColumns(source: ColumnSource, atOnce = AT_ONCE): OwnedColumns {
  const takeChanged = source.followSlots();
  let reading: Reading = BEGIN;
  let places: RequestPlaces = emptyPlaces(0);
  const values = new Map<StoredName, Numbers>();
  /** What is read lies here until it is put into the columns. */
  let read = new Float64Array(0);
  /** State of the store that all that was read is of, but for what is still to be read. */
  let commits = -1;
  /** Whether the store was not followed since the places were read. */
  let isFirst = true;

  const forget = (): void => {
    reading = BEGIN;
    giveBack(places.ids, places.atMs, places.callers, ...values.values(), read);
    places = emptyPlaces(0);
    values.clear();
    read = new Float64Array(0);
  };

  const readTimes = ({ first, id }: ReadTo): Reading => {
    if (id === 0 && first === NEVER_MS) {
      takeChanged();
      commits = source.commits();
      isFirst = true;
      places = emptyPlaces(requestCount(source));
    }
    const rows = nextTimes(source, { first, id }, atOnce.requests, read);
    for (let row = 0; row < rows.length; row += 2)
      places = addPlace(places, { id: rows[row + 1] as number, atMs: rows[row] as number, caller: 0 });
    if (rows.length > 0) return { step: 'times', to: { first: rows.at(-2) as number, id: rows.at(-1) as number } };
    return { step: 'callers', from: 0, last: lastCaller(source), placed: placesById(places) };
  };

  const readCallers = (from: number, last: number, placed: Uint32Array): Reading => {
    const rows = requestsOfCallers(source, from, from + atOnce.callers, read);
    for (let row = 0; row < rows.length; row += 2) {
      const place = placed[rows[row + 1] as number];
      if (place) places.callers[place - 1] = rows[row] as number;
    }
    const next = from + atOnce.callers;
    if (next <= last) return { step: 'callers', from: next, last, placed };
    for (const name of STORED_NAMES)
      values.set(name, name === 'cost' ? new Float64Array(places.ids.length) : new Uint32Array(places.ids.length));
    return { step: 'values', afterId: 0, placed };
  };

  const readValues = (afterId: number, placed = placesById(places)): Reading => {
    const rows = nextValues(source, afterId, atOnce.requests, read);
    putValues(rows, (id) => (placed[id] ?? 0) - 1);
    if (rows.length > 0) return { step: 'values', afterId: rows.at(-1 - STORED_NAMES.length) as number, placed };
    giveBack(placed);
    return { step: 'done' };
  };

  /** Reads one part. */
  const readPart = (): void => {
    if (read.length === 0) read = new Float64Array(atOnce.requests * (STORED_NAMES.length + 1));
    if (reading.step === 'times') reading = readTimes(reading.to);
    else if (reading.step === 'callers') reading = readCallers(reading.from, reading.last, reading.placed);
    else if (reading.step === 'values') reading = readValues(reading.afterId, reading.placed);
    if (reading.step !== 'done') return;
    giveBack(read);
    read = new Float64Array(0);
  };

  const hasPlaces = (): boolean => reading.step === 'values' || reading.step === 'done';

  /** @param placeOf the place of an id; below 0 = it has none */
  const putValues = (rows: Float64Array, placeOf: (id: number) => number): void => {
    const stride = STORED_NAMES.length + 1;
    for (const [i, name] of STORED_NAMES.entries()) {
      let column = values.get(name) as Numbers;
      for (let row = 0; row < rows.length; row += stride) {
        const place = placeOf(rows[row] as number);
        const value = rows[row + 1 + i] as number;
        if (place < 0) continue;
        if (value > MOST_IN_32_BITS && column instanceof Uint32Array) column = Float64Array.from(column);
        column[place] = value === Number.POSITIVE_INFINITY ? Number.NaN : value;
      }
      values.set(name, column);
    }
  };

  /**
   * Puts what some callers' quarters of an hour hold now in the place of what they held.
   *
   * @param isWhole whoever's they are: of what went elsewhere while it was read for the first time, it is not known whose it was
   */
  const readAgain = (changed: NonNullable<ChangedSlots>, isWhole: boolean): void => {
    const callersBySlot = new Map<number, Set<number>>();
    for (const { slot, callerId } of changed)
      callersBySlot.set(slot, (callersBySlot.get(slot) ?? new Set()).add(callerId));
    const gone = new Set<number>();
    let from = places.length;
    const spans: CallerSpan[] = [];
    for (const [slot, callers] of callersBySlot) {
      const [sinceMs, untilMs] = [slot * SLOT_MS, (slot + 1) * SLOT_MS];
      for (let at = firstFrom(places, sinceMs); at < places.length && (places.atMs[at] as number) < untilMs; at++)
        if (isWhole || callers.has(places.callers[at] as number)) {
          gone.add(at);
          from = Math.min(from, at);
        }
      if (isWhole) spans.push({ sinceMs, untilMs });
      else for (const caller of callers) spans.push({ caller, sinceMs, untilMs });
    }
    const came = spans.flatMap((span) => rowsOf(requestPlacesIn(source, span)));
    came.sort((a, b) => a.atMs - b.atMs || a.id - b.id);
    if (came[0]) from = Math.min(from, firstFrom(places, came[0].atMs));
    const merged = mergeFrom(places, from, gone, came);
    for (const [name, column] of values) values.set(name, movedAlong(column, merged, from));
    places = merged.places;
    if (values.size === 0) return;
    const placeOf = new Map<number, number>();
    for (const [i, before] of merged.before.entries())
      if (before < 0) placeOf.set(places.ids[from + i] as number, from + i);
    for (const span of spans) putValues(requestValuesIn(source, span), (id) => placeOf.get(id) ?? -1);
  };

  /** Follows the store, once the places are read: until then what changed on the way waits. */
  const follow = (): void => {
    if (!hasPlaces() || source.commits() === commits) return;
    const changed = takeChanged();
    commits = source.commits();
    // Slots before 1970 are cut toward zero by SQL: a clock that is wrong by that much is rare enough to read everything.
    if (!changed?.every(({ slot }) => slot > 0)) {
      forget();
      return;
    }
    if (changed.length > 0) readAgain(changed, isFirst);
    if (reading.step === 'values') reading = { step: 'values', afterId: reading.afterId };
    isFirst = false;
  };

  const readPlaces = (): void => {
    follow();
    while (!hasPlaces()) {
      readPart();
      follow();
    }
  };

  return {
    places() {
      readPlaces();
      return places;
    },
    values(name) {
      readPlaces();
      while (reading.step !== 'done') readPart();
      const stored = (each: StoredName): Numbers => values.get(each) as Numbers;
      if (!isSum(name)) return stored(name);
      const parts = [stored('input'), stored('cacheRead'), stored('cacheWrite')];
      return summed(name === 'total' ? [...parts, stored('output')] : parts, places.length);
    },
    hasPlaces,
    readAhead() {
      follow();
      if (reading.step === 'done') return false;
      readPart();
      return true;
    },
    forget,
  };
}

const rowsOf = (rows: Float64Array): PlaceRow[] =>
  Array.from({ length: rows.length / 3 }, (_, i) => ({
    id: rows[3 * i] as number,
    atMs: rows[3 * i + 1] as number,
    caller: rows[3 * i + 2] as number,
  }));

/** Some columns added up: in 32 bits where the sums have room there. */
function summed(columns: readonly Numbers[], length: number): Numbers {
  const sums = new Uint32Array(length);
  return addAll(columns, sums) <= MOST_IN_32_BITS ? sums : doubleSums(columns, length);
}

function doubleSums(columns: readonly Numbers[], length: number): Float64Array {
  const sums = new Float64Array(length);
  addAll(columns, sums);
  return sums;
}

/** @returns no less than the largest sum */
function addAll(columns: readonly Numbers[], sums: Numbers): number {
  let bound = 0;
  for (const column of columns) {
    let most = 0;
    for (let at = 0; at < sums.length; at++) {
      const value = column[at] as number;
      if (value > most) most = value;
      sums[at] = (sums[at] as number) + value;
    }
    bound += most;
  }
  return bound;
}
