import * as v from 'valibot';
import type { UsageWindow } from '../queries/usageWindow.ts';
import type { ItemReport } from '../views/itemReport.ts';
import type { TeamConnection } from './connectTeam.ts';
import { name, number, parsed } from './teamAnswer.ts';
import { conditions } from './teamWindow.ts';

/** Items that are told apart. */
const MOST_ITEMS = 1_000;
const DAY_MS = 86_400_000;

const itemsAnswer = v.array(
  v.object({
    kind: name,
    target: name,
    calls: number,
    input: number,
    cacheRead: number,
    cacheWrite: number,
    output: number,
    costNano: v.nullable(number),
  }),
);

/** What items were sent and made to generate in the days (UTC) that a window touches, most first. Rejects with `TeamError`. */
export async function teamItems(team: TeamConnection, window: UsageWindow): Promise<ItemReport[]> {
  // Items are known by session, and accounts by the rows themselves.
  const { model: _, provider: __, agentName: ___, account, ...ofSessions } = window;
  const where = conditions(ofSessions);
  const given = (value: unknown): string => `$${where.values.push(value)}`;
  const day = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);
  const parts = [`i.session IN (SELECT c.session FROM atm.callers c WHERE ${where.callers})`];
  if (account !== undefined) parts.push(`i.account = ${given(account)}`);
  if (window.sinceMs !== undefined) parts.push(`i.day >= ${given(day(window.sinceMs))}::date`);
  if (window.untilMs !== undefined)
    parts.push(`i.day < ${given(day(Math.ceil(window.untilMs / DAY_MS) * DAY_MS))}::date`);
  const rows = await team.query(
    `WITH told AS (
      SELECT i.kind, i.target, max(i.calls) AS calls, max(i.input) AS input, max(i.cache_read) AS cache_read, max(i.cache_write) AS cache_write,
        max(i.output) AS output, max(i.cost_nano) AS cost_nano
      FROM atm.items i WHERE ${parts.join(' AND ')} GROUP BY i.session, i.day, i.kind, i.target
    )
    SELECT kind, target, sum(calls)::bigint AS calls, sum(input)::bigint AS input, sum(cache_read)::bigint AS "cacheRead",
      sum(cache_write)::bigint AS "cacheWrite", sum(output)::bigint AS output, sum(cost_nano)::bigint AS "costNano"
    FROM told GROUP BY kind, target ORDER BY sum(input + cache_read + cache_write + output) DESC, kind, target LIMIT ${MOST_ITEMS}`,
    where.values,
  );
  return parsed(itemsAnswer, rows, team).map(
    ({ kind, target, calls, input, cacheRead, cacheWrite, output, costNano }) => ({
      kind,
      target,
      calls,
      input_tokens: input,
      output_tokens: output,
      cache_read: cacheRead,
      cache_creation: cacheWrite,
      total_tokens: input + output + cacheRead + cacheWrite,
      cost_usd: costNano === null ? null : costNano / 1e9,
    }),
  );
}
