import type { Reader } from '../store/reader.ts';
import type { ChangedSlots } from '../store/rollup.ts';
import { SLOT_MS } from '../store/slot.ts';
import {
  type CallerSpan,
  requestCounts,
  requestPlaces,
  requestPlacesIn,
  requestValues,
  requestValuesIn,
  type ValueName,
} from './requestValues.ts';
import { sortPlaces } from './sortedOrder.ts';

/** The store, as far as the columns need it. */
export interface ColumnSource extends Reader {
  followSlots(): () => ChangedSlots;
  commits(): number;
}

/** Every request, oldest first, what was stored first before what was stored later in the same millisecond. */
export interface RequestPlaces {
  length: number;
  ids: Uint32Array;
  atMs: Float64Array;
  callers: Uint32Array;
}

/**
 * The requests in memory as columns of numbers, 16 bytes a request and 8 for each value that lists were sorted by last: a list of a million is
 * then filtered and sorted in tens of milliseconds, without an index in the store for each order. Follows the store: before an answer what
 * changed since the last one is read again.
 */
export interface RequestColumns {
  places(): RequestPlaces;
  /** One value of each request, in the order of `places`; an unknown cost is NaN. */
  values(name: ValueName): Float64Array;
  /** Gives the memory back; what is asked for next is read anew. */
  forget(): void;
}

/** So many values are kept, or one where they are larger. */
const MOST_VALUES = 3;
const MOST_VALUE_BYTES = 16e6;
/** Room for new requests at the end. */
const SPARE = 4096;

export function requestColumns(source: ColumnSource): RequestColumns {
  const takeChanged = source.followSlots();
  let places: RequestPlaces = emptyPlaces(0);
  /** Least recently asked for first. */
  const values = new Map<ValueName, Float64Array>();
  let commits = -1;

  const readAll = (): void => {
    values.clear();
    const { count, lastCaller } = requestCounts(source);
    const found = emptyPlaces(count);
    for (const rows of requestPlaces(source, lastCaller))
      for (let row = 0; row < rows.length; row += 3) {
        found.ids[found.length] = rows[row] as number;
        found.atMs[found.length] = rows[row + 1] as number;
        found.callers[found.length++] = rows[row + 2] as number;
      }
    const byId = sortPlaces(upTo(found.length), Float64Array.from(found.ids.subarray(0, found.length)));
    const order = sortPlaces(byId, found.atMs);
    places = {
      length: found.length,
      ids: inOrder(found.ids, order),
      atMs: inOrder(found.atMs, order),
      callers: inOrder(found.callers, order),
    };
  };

  /** Puts what some callers' quarters of an hour hold now in the place of what they held. */
  const readAgain = (changed: NonNullable<ChangedSlots>): void => {
    const callersBySlot = new Map<number, Set<number>>();
    for (const { slot, callerId } of changed)
      callersBySlot.set(slot, (callersBySlot.get(slot) ?? new Set()).add(callerId));
    const gone = new Set<number>();
    let from = places.length;
    const spans: CallerSpan[] = [];
    for (const [slot, callers] of callersBySlot) {
      const [sinceMs, untilMs] = [slot * SLOT_MS, (slot + 1) * SLOT_MS];
      for (let at = firstFrom(places, sinceMs); at < places.length && (places.atMs[at] as number) < untilMs; at++)
        if (callers.has(places.callers[at] as number)) {
          gone.add(at);
          from = Math.min(from, at);
        }
      for (const caller of callers) spans.push({ caller, sinceMs, untilMs });
    }
    const came = spans.flatMap((span) => rowsOf(requestPlacesIn(source, span)));
    came.sort((a, b) => a.atMs - b.atMs || a.id - b.id);
    if (came[0]) from = Math.min(from, firstFrom(places, came[0].atMs));
    const merged = mergeFrom(places, from, gone, came);
    for (const [name, column] of values) {
      const known = new Map<number, number>();
      for (const span of spans) {
        const rows = requestValuesIn(source, name, span);
        for (let i = 0; i < rows.length; i += 2) known.set(rows[i] as number, numberOf(rows[i + 1] as number));
      }
      values.set(name, mergedValues(column, merged, from, known));
    }
    places = merged.places;
  };

  const refresh = (): void => {
    if (source.commits() === commits) return;
    const changed = takeChanged();
    // Slots before 1970 are cut toward zero by SQL: a clock that is wrong by that much is rare enough to read everything.
    if (changed && commits >= 0 && changed.every(({ slot }) => slot > 0)) {
      if (changed.length > 0) readAgain(changed);
    } else readAll();
    commits = source.commits();
  };

  return {
    places() {
      refresh();
      return places;
    },
    values(name) {
      refresh();
      const known = values.get(name);
      values.delete(name);
      const most = Math.min(MOST_VALUES, Math.max(1, Math.floor(MOST_VALUE_BYTES / (8 * places.length))));
      for (const oldest of values.keys()) if (values.size >= most) values.delete(oldest);
      const column = known ?? aligned(places, requestValues(source, name));
      values.set(name, column);
      return column;
    },
    forget() {
      places = emptyPlaces(0);
      values.clear();
      commits = -1;
    },
  };
}

interface PlaceRow {
  id: number;
  atMs: number;
  caller: number;
}

const rowsOf = (rows: Float64Array): PlaceRow[] =>
  Array.from({ length: rows.length / 3 }, (_, i) => ({
    id: rows[3 * i] as number,
    atMs: rows[3 * i + 1] as number,
    caller: rows[3 * i + 2] as number,
  }));

const emptyPlaces = (length: number): RequestPlaces => ({
  length: 0,
  ids: new Uint32Array(length + SPARE),
  atMs: new Float64Array(length + SPARE),
  callers: new Uint32Array(length + SPARE),
});

/** A column with its numbers in another order, and with its spare room. */
function inOrder<Column extends Uint32Array | Float64Array>(column: Column, order: Uint32Array): Column {
  const sorted = column.slice() as Column;
  for (let i = 0; i < order.length; i++) sorted[i] = column[order[i] as number] as number;
  return sorted;
}

/** The numbers from 0 to before another. */
export function upTo(length: number): Uint32Array {
  const numbers = new Uint32Array(length);
  for (let i = 0; i < length; i++) numbers[i] = i;
  return numbers;
}

const numberOf = (value: number): number => (value === Number.POSITIVE_INFINITY ? Number.NaN : value);

/** The first place that is not before a time. */
export function firstFrom({ atMs, length }: Pick<RequestPlaces, 'atMs' | 'length'>, sinceMs: number): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((atMs[middle] as number) < sinceMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Values that come by id, in the order of the places. A request that was not read yet has none. */
function aligned({ ids, length }: RequestPlaces, parts: Iterable<Float64Array>): Float64Array {
  let lastId = 0;
  for (let place = 0; place < length; place++) lastId = Math.max(lastId, ids[place] as number);
  /** One more than the place of each id; 0 = it has none. */
  const placed = new Uint32Array(lastId + 1);
  for (let place = 0; place < length; place++) placed[ids[place] as number] = place + 1;
  const column = new Float64Array(ids.length).fill(Number.NaN);
  for (const rows of parts)
    for (let row = 0; row < rows.length; row += 2) {
      const place = placed[rows[row] as number];
      if (place) column[place - 1] = numberOf(rows[row + 1] as number);
    }
  return column;
}

/** Places with some taken out and some put in, and where each from `from` on was before: -1 for those that came. */
interface Merged {
  places: RequestPlaces;
  before: Int32Array;
}

function mergeFrom(old: RequestPlaces, from: number, gone: ReadonlySet<number>, came: readonly PlaceRow[]): Merged {
  const oldLength = old.length;
  const length = oldLength - gone.size + came.length;
  const [ids, atMs, callers] = [old.ids.slice(from), old.atMs.slice(from), old.callers.slice(from)];
  const places = length > old.ids.length ? larger(old, length) : old;
  places.length = length;
  const before = new Int32Array(length - from).fill(-1);
  let next = 0;
  let at = from;
  for (let to = from; to < length; to++) {
    while (gone.has(at)) at++;
    const row = came[next];
    const kept = at - from;
    if (
      row &&
      (at >= oldLength ||
        row.atMs < (atMs[kept] as number) ||
        (row.atMs === atMs[kept] && row.id < (ids[kept] as number)))
    ) {
      places.ids[to] = row.id;
      places.atMs[to] = row.atMs;
      places.callers[to] = row.caller;
      next++;
    } else {
      places.ids[to] = ids[kept] as number;
      places.atMs[to] = atMs[kept] as number;
      places.callers[to] = callers[kept] as number;
      before[to - from] = at++;
    }
  }
  return { places, before };
}

function larger(old: RequestPlaces, length: number): RequestPlaces {
  const places = emptyPlaces(Math.ceil(length * 1.1));
  places.ids.set(old.ids);
  places.atMs.set(old.atMs);
  places.callers.set(old.callers);
  return places;
}

/** A column moved along: those that came have their value by id. */
function mergedValues(
  old: Float64Array,
  { places, before }: Merged,
  from: number,
  came: ReadonlyMap<number, number>,
): Float64Array {
  const tail = old.slice(from);
  const column = places.ids.length > old.length ? new Float64Array(places.ids.length) : old;
  if (column !== old) column.set(old.subarray(0, from));
  for (let i = 0; i < before.length; i++) {
    const was = before[i] as number;
    column[from + i] =
      was < 0 ? (came.get(places.ids[from + i] as number) ?? Number.NaN) : (tail[was - from] as number);
  }
  return column;
}
