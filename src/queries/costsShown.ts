import type { CostCode } from '../store/accountRules.ts';
import type { Reader } from '../store/reader.ts';
import { filterParams, OF_CALLER, OF_SESSION, type UsageFilters } from './usageWindow.ts';

/** In which ways the costs of some requests are shown. */
export const costsShown = (reader: Reader, filters: UsageFilters): CostCode[] =>
  reader
    .all<{ costShown: CostCode }>(
      `SELECT DISTINCT c.cost_shown AS costShown FROM callers c JOIN sessions s ON s.id = c.session_id
      WHERE ${OF_SESSION} AND ${OF_CALLER}`,
      filterParams(filters),
    )
    .map(({ costShown }) => costShown);
