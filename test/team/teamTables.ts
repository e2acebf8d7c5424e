import { createHash } from 'node:crypto';
import { SUMS } from '../../src/team/schemaTables.ts';
import { nanoUsd, requestIdentity } from '../../src/team/teamBatch.ts';
import type { Machine } from './machine.ts';

type Query = (sql: string) => Promise<Record<string, unknown>[]>;

/** A digest of all requests of each account, row by row: what each is, when, of whom. */
export async function digestsOfTeam(query: Query): Promise<[string, string][]> {
  const rows =
    await query(`SELECT account, md5(string_agg(concat_ws(' ', replace(r.identity::text, '-', ''), r.at_ms, r.input, r.cache_read,
      r.cache_write_5m, r.cache_write_1h, r.output, r.reasoning, coalesce(r.cost_nano, -1), r.estimated::int, r.starts_task::int,
      c.agent, c.agent_name, c.provider, c.model), E'\\n' ORDER BY r.identity::text COLLATE "C")) AS digest
    FROM atm.requests r JOIN atm.callers c USING (account, caller) GROUP BY account ORDER BY account`);
  return rows.map(({ account, digest }) => [String(account), String(digest)]);
}

/** The same of the machines' own stores, of requests that no two of them have. */
export function digestsOfStores(machines: readonly Machine[], fallback = 'acme'): [string, string][] {
  const accounts = new Map<string, string[]>();
  for (const { store } of machines)
    for (const row of store.all<Record<string, string | number | null>>(STORED)) {
      const account = String(row.account || fallback);
      const lines = accounts.get(account) ?? [];
      accounts.set(account, lines);
      const cost = row.cost_usd === null ? -1 : nanoUsd(Number(row.cost_usd));
      const { agent, request_key, at_ms, input_tokens, cache_read_tokens, cache_write_5m_tokens } = row;
      const identity = requestIdentity(String(agent), String(request_key));
      lines.push(
        [identity, at_ms, input_tokens, cache_read_tokens, cache_write_5m_tokens, row.cache_write_1h_tokens]
          .concat([row.output_tokens, row.reasoning_tokens, cost, row.estimated, row.starts_task])
          .concat([agent, row.agent_name, row.provider, row.model])
          .join(' '),
      );
    }
  return [...accounts]
    .map(([account, lines]): [string, string] => [
      account,
      createHash('md5').update(lines.sort().join('\n')).digest('hex'),
    ])
    .sort();
}

const STORED = `
  SELECT s.account, s.agent, r.request_key, r.at_ms, r.input_tokens, r.cache_read_tokens, r.cache_write_5m_tokens, r.cache_write_1h_tokens,
    r.output_tokens, r.reasoning_tokens, r.cost_usd, r.estimated, r.starts_task, c.agent_name, c.provider, c.model
  FROM requests r JOIN callers c ON c.id = r.caller_id JOIN sessions s ON s.id = c.session_id`;

/** Rows of the team's tables that do not follow from its requests, by table: all 0 when it is sound. */
export async function strayRows(query: Query): Promise<Record<string, number>> {
  const sums = (key: string) =>
    `SELECT account, month, ${key}caller, sum(starts_task::int)::bigint, count(*), sum(input)::bigint, sum(cache_read)::bigint,
      sum(cache_write_5m)::bigint, sum(cache_write_1h)::bigint, sum(output)::bigint, sum(reasoning)::bigint,
      sum(coalesce(cost_nano, 0))::bigint, sum((cost_nano IS NULL)::int)::bigint, sum(estimated::int)::bigint
    FROM atm.requests GROUP BY account, month, ${key}caller`;
  const kept = (table: string, key: string) =>
    `SELECT account, month, ${key}caller, ${SUMS.join(', ')} FROM atm.${table} WHERE turns <> 0 OR input <> 0 OR output <> 0`;
  const differs = (a: string, b: string) => `((${a}) EXCEPT (${b})) UNION ALL ((${b}) EXCEPT (${a}))`;
  const slotted = sums('atm.slot_of(at_ms) AS slot, ').replace(
    /GROUP BY .*$/s,
    'GROUP BY account, month, slot, caller',
  );
  const found: [string, string][] = [
    ['usage_slots', differs(slotted, kept('usage_slots', 'slot, '))],
    ['usage_months', differs(sums(''), kept('usage_months', ''))],
    ['places', differs('SELECT identity, account, month FROM atm.requests', 'SELECT * FROM atm.places')],
    ['months', 'SELECT 1 FROM atm.requests WHERE month <> atm.month_of(at_ms)'],
    [
      'callers',
      'SELECT 1 FROM atm.requests r WHERE NOT EXISTS (SELECT FROM atm.callers c WHERE (c.account, c.caller) = (r.account, r.caller))',
    ],
    [
      'machines',
      'SELECT 1 FROM atm.requests r WHERE NOT EXISTS (SELECT FROM atm.machines m WHERE (m.account, m.machine) = (r.account, r.machine))',
    ],
    ['copies', 'SELECT 1 FROM atm.copies c JOIN atm.requests r USING (account, identity)'],
  ];
  const counts: Record<string, number> = {};
  for (const [table, sql] of found)
    counts[table] = Number((await query(`SELECT count(*) AS n FROM (${sql}) stray`))[0]?.n);
  return counts;
}
