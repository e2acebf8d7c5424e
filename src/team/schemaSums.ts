import { SUMS } from './schemaTables.ts';

/** Adds rows of sums to those of a table. @param keys its primary key */
const addTo = (table: string, keys: string): string => `
  INSERT INTO atm.${table} AS u (${keys}, ${SUMS.join(', ')})
  SELECT ${keys}, ${SUMS.map((column) => `sum(${column})`).join(', ')}
  FROM unnest(changes) GROUP BY ${keys} ORDER BY ${keys}
  ON CONFLICT (${keys}) DO UPDATE SET
    ${SUMS.map((column) => `${column} = u.${column} + excluded.${column}`).join(',\n    ')};`;

/** How sums follow from requests. */
export const SUM_FUNCTIONS: string = `
-- What a request adds to the sums (times 1), or takes from them (times -1).
CREATE FUNCTION atm.slot_row(r atm.requests, times int) RETURNS atm.usage_slots LANGUAGE sql IMMUTABLE
RETURN ROW(r.account, r.month, atm.slot_of(r.at_ms), r.caller, times * r.starts_task::int, times, times * r.input, times * r.cache_read,
  times * r.cache_write_5m, times * r.cache_write_1h, times * r.output, times * r.reasoning, times * coalesce(r.cost_nano, 0),
  times * (r.cost_nano IS NULL)::int, times * r.estimated::int)::atm.usage_slots;

-- Adds all that a batch changed at once, and sorted: two machines with the same sessions wait for each other in line.
CREATE FUNCTION atm.add_to_sums(changes atm.usage_slots[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = atm, pg_temp AS $$${addTo('usage_slots', 'account, month, slot, caller')}${addTo('usage_months', 'account, month, caller')}
$$;
`;
