import { firstFrom, type RequestColumns } from './requestColumns.ts';
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

/** The ids of the requests of a list, in order. `by` as an array holds numbers by caller. Without a number = last, either way. */
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
    const caller = callers[at] as number;
    if (estimated && estimated[at] !== 1) continue;
    if (costs && !Number.isNaN(costs[at])) continue;
    if (masks.every((mask) => mask[caller] === 1)) found[count++] = at;
  }
  const chosen = found.subarray(0, count);
  if (by === undefined) {
    if (!order.isDescending) chosen.reverse();
  } else
    sortPlaces(
      chosen,
      typeof by === 'string' ? columns.values(by) : byCaller(by, callers, places.length),
      order.isDescending,
    );
  const sorted = new Uint32Array(count);
  for (let i = 0; i < count; i++) sorted[i] = ids[chosen[i] as number] as number;
  return sorted;
}

function byCaller(numbers: Float64Array, callers: Uint32Array, length: number): Float64Array {
  const values = new Float64Array(length);
  for (let at = 0; at < length; at++) values[at] = numbers[callers[at] as number] ?? Number.NaN;
  return values;
}
