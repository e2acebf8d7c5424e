import type { RequestColumns } from './requestColumns.ts';
import { firstFrom, type RequestPlaces } from './requestPlaces.ts';
import type { ValueName } from './requestValues.ts';
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
  const { masks, by } = order;
  const places = columns.places();
  const { ids, callers } = places;
  const first = order.sinceMs === undefined ? 0 : firstFrom(places, order.sinceMs);
  const end = order.untilMs === undefined ? places.length : firstFrom(places, order.untilMs);
  const estimated = order.onlyEstimated ? columns.values('estimated') : undefined;
  const costs = order.onlyUnpriced ? columns.values('cost') : undefined;
  const found = new Uint32Array(Math.max(0, end - first));
  let count = 0;
  for (let at = end - 1; at >= first; at--) {
    if (estimated && estimated[at] !== 1) continue;
    if (costs && !Number.isNaN(costs[at])) continue;
    if (isMarked(masks, callers[at] as number)) found[count++] = at;
  }
  const chosen = found.subarray(0, count);
  if (by === undefined) {
    if (!order.isDescending) chosen.reverse();
  } else if (typeof by === 'string') sortPlaces(chosen, columns.values(by), order.isDescending);
  else sortPlaces(chosen, keysByCaller(places, by, order.isDescending));
  const sorted = new Uint32Array(count);
  for (let i = 0; i < count; i++) sorted[i] = ids[chosen[i] as number] as number;
  return sorted;
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
