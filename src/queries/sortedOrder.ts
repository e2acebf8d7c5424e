import { giveBack } from './giveBack.ts';

/** Keys are sorted by this many bits at once: the counts of so many digits stay in the processor's nearest memory. */
const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
/** Runs of equal keys that are no longer than this are sorted by exchanging neighbours. */
const SHORT_RUN = 24;

/**
 * The places of some numbers in ascending (or descending) order, equal ones in the order in which they are given: a million in some tens of
 * milliseconds. NaN comes last either way.
 *
 * @param places which of the numbers, in the order that decides among equals; sorted in place
 */
export function sortPlaces(places: Uint32Array, numbers: Float64Array | Uint32Array, descending = false): Uint32Array {
  if (places.length < 2) return places;
  if (numbers instanceof Uint32Array) {
    const keys = new Uint32Array(places.length);
    for (let i = 0; i < keys.length; i++) keys[i] = numbers[places[i] as number] as number;
    if (descending) for (let i = 0; i < keys.length; i++) keys[i] = ~(keys[i] as number);
    sortByKeys(places, keys);
    giveBack(keys);
    return places;
  }
  return sortByDoubles(places, numbers, descending);
}

/** Sorts by the upper half of each number's bits first: only where those are equal the lower halves decide. */
function sortByDoubles(places: Uint32Array, numbers: Float64Array, descending: boolean): Uint32Array {
  const { tops, lows } = sortableBits(places, numbers, descending);
  const { length } = places;
  const order = new Uint32Array(length);
  for (let i = 0; i < length; i++) order[i] = i;
  sortByKeys(order, tops);
  const keys = new Uint32Array(length);
  for (let i = 0; i < length; i++) keys[i] = lows[order[i] as number] as number;
  for (let from = 0, to = 1; from < length; from = to++) {
    let isSorted = true;
    for (; to < length && tops[to] === tops[from]; to++)
      if ((keys[to - 1] as number) > (keys[to] as number)) isSorted = false;
    if (!isSorted) sortRun(order, keys, from, to);
  }
  for (let i = 0; i < length; i++) order[i] = places[order[i] as number] as number;
  places.set(order);
  giveBack(tops, lows, order, keys);
  return places;
}

/** Sorts a part of some places by their keys. */
function sortRun(places: Uint32Array, keys: Uint32Array, from: number, end: number): void {
  if (end - from > SHORT_RUN) {
    sortByKeys(places.subarray(from, end), keys.subarray(from, end));
    return;
  }
  for (let i = from + 1; i < end; i++) {
    const [place, key] = [places[i] as number, keys[i] as number];
    let to = i;
    for (; to > from && (keys[to - 1] as number) > key; to--) {
      places[to] = places[to - 1] as number;
      keys[to] = keys[to - 1] as number;
    }
    places[to] = place;
    keys[to] = key;
  }
}

/**
 * The bits of some numbers, turned so that they sort like the numbers: those of negative ones are turned over and the sign of others is set;
 * descending is the opposite of that.
 */
function sortableBits(
  places: Uint32Array,
  numbers: Float64Array,
  descending: boolean,
): { tops: Uint32Array; lows: Uint32Array } {
  const { length } = places;
  const tops = new Uint32Array(length);
  const lows = new Uint32Array(length);
  const one = new Float64Array([1]);
  const bits = new Uint32Array(one.buffer);
  const [low, high] = bits[0] === 0 ? [0, 1] : [1, 0];
  const sign = descending ? 0 : 0x80000000;
  for (let i = 0; i < length; i++) {
    const number = numbers[places[i] as number] as number;
    if (Number.isNaN(number)) {
      tops[i] = 0xffffffff;
      lows[i] = 0xffffffff;
      continue;
    }
    // There is one zero.
    one[0] = number === 0 ? 0 : number;
    const top = bits[high] as number;
    const turned = top >>> 31 !== (descending ? 1 : 0) ? 0xffffffff : 0;
    tops[i] = turned === 0 ? top ^ sign : descending ? ~top ^ 0x80000000 : ~top;
    lows[i] = (bits[low] as number) ^ turned;
  }
  return { tops, lows };
}

/** Sorts places and their keys by the keys, digit by digit from the lowest; a digit that all keys share is left out. */
function sortByKeys(places: Uint32Array, keys: Uint32Array): Uint32Array {
  const { length } = places;
  let fromKeys = keys;
  let fromPlaces = places;
  let toKeys: Uint32Array = new Uint32Array(length);
  let toPlaces: Uint32Array = new Uint32Array(length);
  const counts = new Uint32Array(DIGITS);
  for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
    counts.fill(0);
    for (let i = 0; i < length; i++) {
      const digit = ((fromKeys[i] as number) >>> shift) & (DIGITS - 1);
      counts[digit] = (counts[digit] as number) + 1;
    }
    if (counts[((fromKeys[0] as number) >>> shift) & (DIGITS - 1)] === length) continue;
    let sum = 0;
    for (let digit = 0; digit < DIGITS; digit++) {
      const count = counts[digit] as number;
      counts[digit] = sum;
      sum += count;
    }
    for (let i = 0; i < length; i++) {
      const key = fromKeys[i] as number;
      const digit = (key >>> shift) & (DIGITS - 1);
      const to = counts[digit] as number;
      counts[digit] = to + 1;
      toKeys[to] = key;
      toPlaces[to] = fromPlaces[i] as number;
    }
    [fromKeys, toKeys] = [toKeys, fromKeys];
    [fromPlaces, toPlaces] = [toPlaces, fromPlaces];
  }
  if (fromPlaces !== places) {
    places.set(fromPlaces);
    keys.set(fromKeys);
    giveBack(fromPlaces, fromKeys);
  } else giveBack(toPlaces, toKeys);
  return places;
}
