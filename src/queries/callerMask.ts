import type { Reader } from '../store/reader.ts';
import { filterParams, OF_CALLER, OF_SESSION, type UsageFilters } from './usageWindow.ts';

/** Which callers count under some filters, by their id: 1 = counts. `undefined` = all do. */
export function callerMask(reader: Reader, filters: UsageFilters): Uint8Array | undefined {
  const params = filterParams(filters);
  if (Object.values(params).every((value) => value === null)) return undefined;
  return maskOf(
    reader.numbers(
      `SELECT c.id FROM callers c JOIN sessions s ON s.id = c.session_id WHERE ${OF_SESSION} AND ${OF_CALLER}`,
      params,
    ),
  );
}

/** The callers whose cost is shown; `undefined` = all. */
export function costMask(reader: Reader): Uint8Array | undefined {
  const isHidden = reader.all('SELECT 1 FROM callers WHERE cost_shown = 2 LIMIT 1').length > 0;
  return isHidden ? maskOf(reader.numbers('SELECT id FROM callers WHERE cost_shown <> 2', {})) : undefined;
}

/** Marks of some ids. Beyond its end nothing is marked. */
export function maskOf(ids: Float64Array): Uint8Array {
  let most = 0;
  for (const id of ids) if (id > most) most = id;
  const mask = new Uint8Array(most + 1);
  for (const id of ids) mask[id] = 1;
  return mask;
}
