import { giveBack } from './giveBack.ts';
import type { RequestColumns } from './requestColumns.ts';
import { firstFrom, type RequestPlaces } from './requestPlaces.ts';
import { isSum, type ValueName } from './requestValues.ts';
import { sortPlaces } from './sortedOrder.ts';

/** Which requests stand in a list, and in which order. */
export interface RequestOrder {
  sinceMs?: number;
  untilMs?: number;
  /** Marks of callers, by id; each must hold. */
  masks: readonly Uint8Array[];
  onlyEstimated: boolean;
  onlyUnpriced: boolean;
  /** By time without it. Among equals the newest come first. */
  by?: ValueName | Float64Array;
  isDescending: boolean;
}

/** The ids of the requests of a list, in order. `by` as an array holds ranks by caller: 0, 1, 2 ... Without a number = last, either way. */
export function orderedRequests(columns: RequestColumns, order: RequestOrder): Uint32Array {
  const { by } = order;
  const places = columns.places();
  const { ids } = places;
  const found = placesOf(columns, order);
  const chosen = found.all.subarray(0, found.count);
  if (by === undefined) {
    if (!order.isDescending) chosen.reverse();
  } else if (typeof by === 'string') {
    const values = columns.values(by);
    sortPlaces(chosen, values, order.isDescending);
    if (isSum(by)) giveBack(values);
  } else {
    const keys = keysByCaller(places, by, order.isDescending);
    sortPlaces(chosen, keys);
    giveBack(keys);
  }
  const sorted = new Uint32Array(found.count);
  for (let i = 0; i < sorted.length; i++) sorted[i] = ids[chosen[i] as number] as number;
  giveBack(found.all);
  return sorted;
}

/** How many requests of a list were stored after one. */
export function countAfter(columns: RequestColumns, order: Omit<RequestOrder, 'by'>, id: number): number {
  const { ids } = columns.places();
  const found = placesOf(columns, order);
  let count = 0;
  for (let i = 0; i < found.count; i++) if ((ids[found.all[i] as number] as number) > id) count++;
  giveBack(found.all);
  return count;
}

/** Places of the requests of a list, newest first, and how many they are. */
function placesOf(
  columns: RequestColumns,
  { masks, sinceMs, untilMs, onlyEstimated, onlyUnpriced }: Omit<RequestOrder, 'by'>,
): { all: Uint32Array; count: number } {
  const places = columns.places();
  const { callers } = places;
  const first = sinceMs === undefined ? 0 : firstFrom(places, sinceMs);
  const end = untilMs === undefined ? places.length : firstFrom(places, untilMs);
  const estimated = onlyEstimated ? columns.values('estimated') : undefined;
  const costs = onlyUnpriced ? columns.values('cost') : undefined;
  const all = new Uint32Array(Math.max(0, end - first));
  let count = 0;
  for (let at = end - 1; at >= first; at--) {
    if (estimated && estimated[at] !== 1) continue;
    if (costs && !Number.isNaN(costs[at])) continue;
    if (isMarked(masks, callers[at] as number)) all[count++] = at;
  }
  return { all, count };
}

function isMarked(masks: readonly Uint8Array[], caller: number): boolean {
  for (let i = 0; i < masks.length; i++) if (masks[i]?.[caller] !== 1) return false;
  return true;
}

/** A key of each request that sorts like the number of its caller, those without one last. */
function keysByCaller({ callers, length }: RequestPlaces, numbers: Float64Array, isDescending: boolean): Uint32Array {
  let most = 0;
  for (const number of numbers) if (number > most) most = number;
  const keys = Uint32Array.from(numbers, (number) =>
    Number.isNaN(number) ? most + 1 : isDescending ? most - number : number,
  );
  const ofRequests = new Uint32Array(length);
  for (let at = 0; at < length; at++) ofRequests[at] = keys[callers[at] as number] ?? most + 1;
  return ofRequests;
}
