/** Every request, oldest first, what was stored first before what was stored later in the same millisecond. */
export interface RequestPlaces {
  length: number;
  ids: Uint32Array;
  atMs: Float64Array;
  callers: Uint32Array;
}

/** A request's place in time, and whose it is. */
export interface PlaceRow {
  id: number;
  atMs: number;
  caller: number;
}

/** Numbers of requests, in the order of their places. */
export type Numbers = Float64Array | Uint32Array;

/** Room for new requests at the end. */
const SPARE = 4096;

export const emptyPlaces = (length: number): RequestPlaces => ({
  length: 0,
  ids: new Uint32Array(length + SPARE),
  atMs: new Float64Array(length + SPARE),
  callers: new Uint32Array(length + SPARE),
});

/** Puts a request behind the last one. */
export function addPlace(places: RequestPlaces, { id, atMs, caller }: PlaceRow): RequestPlaces {
  const into = places.length < places.ids.length ? places : larger(places, places.length + 1);
  into.ids[into.length] = id;
  into.atMs[into.length] = atMs;
  into.callers[into.length++] = caller;
  return into;
}

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

/** One more than the place of each id; 0, or nothing, where it has none. */
export function placesById({ ids, length }: RequestPlaces): Uint32Array {
  let lastId = 0;
  for (let place = 0; place < length; place++) if ((ids[place] as number) > lastId) lastId = ids[place] as number;
  const placed = new Uint32Array(lastId + 1);
  for (let place = 0; place < length; place++) placed[ids[place] as number] = place + 1;
  return placed;
}

/** Places with some taken out and some put in, and where each from `from` on was before: -1 for those that came. */
interface Merged {
  places: RequestPlaces;
  before: Int32Array;
}

/**
 * @param gone places to take out, none before `from`
 * @param came what to put in, in order, none before the place `from`
 */
export function mergeFrom(
  old: RequestPlaces,
  from: number,
  gone: ReadonlySet<number>,
  came: readonly PlaceRow[],
): Merged {
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
  const places = { ...emptyPlaces(Math.ceil(length * 1.1)), length: old.length };
  places.ids.set(old.ids);
  places.atMs.set(old.atMs);
  places.callers.set(old.callers);
  return places;
}

/** A column moved along with the places; those that came have nothing yet. */
export function movedAlong(old: Numbers, { places, before }: Merged, from: number): Numbers {
  const tail = old.slice(from);
  const column = places.ids.length > old.length ? emptyLike(old, places.ids.length) : old;
  if (column !== old) column.set(old.subarray(0, from));
  for (let i = 0; i < before.length; i++) {
    const was = before[i] as number;
    column[from + i] = was < 0 ? 0 : (tail[was - from] as number);
  }
  return column;
}

const emptyLike = (old: Numbers, length: number): Numbers =>
  old instanceof Uint32Array ? new Uint32Array(length) : new Float64Array(length);
