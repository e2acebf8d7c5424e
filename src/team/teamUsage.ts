import * as v from 'valibot';
import type { CalendarSpan } from '../queries/calendar.ts';
import type { SpanSums } from '../queries/sumSpans.ts';
import type { UsageByAccountRow, UsageByUserRow, UsageByWorkspaceRow } from '../queries/usageByOwner.ts';
import type { CubeUsage } from '../queries/usageCube.ts';
import { noUsage, tokensOf } from '../queries/usageSums.ts';
import type { UsageFilters, UsageSums, UsageWindow } from '../queries/usageWindow.ts';
import { COST_LISTED } from '../store/accountRules.ts';
import { SLOT_MS } from '../store/slot.ts';
import type { TeamConnection } from './connectTeam.ts';
import { name, number, parsed, sums, usageSums } from './teamAnswer.ts';
import { conditions, SUMMED, slotAt, sumsOf } from './teamWindow.ts';

/** A session of the team, as far as anybody else knows it. */
export interface TeamSession {
  /** Its hash; the same on every machine. */
  session: string;
  agent: string;
  user: string;
  workspace: string;
  lastAtMs: number;
}

/** What was used in a window, with the facts of the sessions in `ranked`, whose `session` is their place in `rankedFacts`. */
export interface TeamUsage extends CubeUsage {
  rankedFacts: TeamSession[];
  /** Most tokens first; beyond a thousand the rest is one, named `…`. */
  owners: { workspace: UsageByWorkspaceRow[]; account: UsageByAccountRow[]; user: UsageByUserRow[] };
}

/** When the first and the last request were, of all that may be read. */
export interface TeamCoverage {
  firstAtMs: number | null;
  lastAtMs: number | null;
  requests: number;
  machines: number;
}

/** Owners of each kind that are told apart. */
const MOST_OWNERS = 1_000;

const owner = v.object({ ...sums, name });
const usageAnswer = v.object({
  used: v.array(
    v.object({ ...sums, agent: name, agentName: name, provider: name, model: name, first: number, last: number }),
  ),
  workspace: v.array(owner),
  account: v.array(owner),
  user: v.array(owner),
  sessions: number,
  ranked: v.array(
    v.object({
      session: name,
      agent: name,
      user: name,
      workspace: name,
      last: number,
      tokens: number,
      turns: number,
      costNano: number,
      unpricedTurns: number,
      estimatedTurns: number,
    }),
  ),
});
const spansAnswer = v.array(v.object({ ...sums, span: number }));
const coverageAnswer = v.object({
  first: v.nullable(number),
  last: v.nullable(number),
  requests: number,
  machines: number,
});

/** What was used in a window: the same sums as of a machine's own store, to the quarter of an hour. Rejects with `TeamError`. */
export async function teamUsage(team: TeamConnection, window: UsageWindow, rankedSessions = 0): Promise<TeamUsage> {
  const where = conditions(window);
  const ownersBy = (kind: string): string => `(SELECT coalesce(json_agg(o), '[]') FROM (
    SELECT CASE WHEN place > ${MOST_OWNERS} THEN '…' ELSE owner END AS name, ${SUMMED} FROM (
      SELECT g.*, row_number() OVER (ORDER BY tokens DESC, owner) AS place FROM owned g WHERE kind = '${kind}'
    ) placed GROUP BY 1) o)`;
  // One grouping after the other: not every server has grouping sets, and those that are distributed have them within one shard only.
  const owned = ['workspace', 'account', 'user_name'].map(
    (column) =>
      `SELECT '${column}' AS kind, ${column} AS owner, ${sumsOf('named')}, sum(tokens) AS tokens FROM named GROUP BY ${column}`,
  );
  const [row] = await team.query(
    `WITH used AS (
      SELECT u.account, u.caller, ${sumsOf('u')}, min(u.slot) AS first, max(u.slot) AS last
      FROM (${where.parts()}) u ${where.callers === 'true' ? '' : `WHERE (u.account, u.caller) IN (SELECT c.account, c.caller FROM atm.callers c WHERE ${where.callers})`}
      GROUP BY u.account, u.caller
    ), named AS MATERIALIZED (
      SELECT used.*, c.user_name, c.workspace, c.agent, c.agent_name, c.provider, c.model, c.session,
        used.input + used.output + used.cache_read + used.cache_write_5m + used.cache_write_1h AS tokens
      FROM used JOIN atm.callers c ON c.account = used.account AND c.caller = used.caller WHERE used.turns > 0
    ), owned AS MATERIALIZED (
      ${owned.join(' UNION ALL ')}
    )
    SELECT json_build_object(
      'used', (SELECT coalesce(json_agg(g), '[]') FROM (
        SELECT agent, agent_name AS "agentName", provider, model, min(first) AS first, max(last) AS last, ${SUMMED}
        FROM named GROUP BY agent, agent_name, provider, model) g),
      'workspace', ${ownersBy('workspace')},
      'account', ${ownersBy('account')},
      'user', ${ownersBy('user_name')},
      'sessions', (SELECT count(DISTINCT session) FROM named),
      'ranked', (SELECT coalesce(json_agg(r), '[]') FROM (
        SELECT session, min(agent) AS agent, min(user_name) AS user, min(workspace) AS workspace, max(last) AS last,
          sum(tokens)::bigint AS tokens, sum(turns)::bigint AS turns, sum(cost_nano)::bigint AS "costNano",
          sum(unpriced_turns)::bigint AS "unpricedTurns", sum(estimated_turns)::bigint AS "estimatedTurns"
        FROM named GROUP BY session ORDER BY sum(tokens) DESC, session LIMIT ${Math.trunc(rankedSessions)}) r)
    ) AS answer`,
    where.values,
  );
  const { used, sessions, ranked, ...owners } = parsed(usageAnswer, row?.answer, team);
  const namedSums = (rows: readonly v.InferOutput<typeof owner>[]) =>
    rows.map(({ name, ...sums }) => ({ name, ...usageSums(sums) })).sort(byTokens);
  return {
    sessions,
    used: used.map(({ first, last, ...group }) => ({
      ...group,
      ...usageSums(group),
      session: 0,
      tier: null,
      priceSource: null,
      workspace: null,
      costShown: COST_LISTED,
      account: null,
      user: '',
      firstAtMs: first * SLOT_MS,
      lastAtMs: last * SLOT_MS,
    })),
    owners: {
      workspace: namedSums(owners.workspace).map(({ name, ...row }) => ({ workspace: name, ...row })),
      account: namedSums(owners.account).map(({ name, ...row }) => ({ account: name, ...row })),
      user: namedSums(owners.user).map(({ name, ...row }) => ({ user: name, ...row })),
    },
    ranked: ranked.map(({ tokens, turns, costNano, unpricedTurns, estimatedTurns }, session) => ({
      session,
      tokens,
      turns,
      costUsd: costNano / 1e9,
      unpricedTurns,
      estimatedTurns,
    })),
    rankedFacts: ranked.map(({ session, agent, user, workspace, last }) => ({
      session,
      agent,
      user,
      workspace,
      lastAtMs: last * SLOT_MS,
    })),
  };
}

const byTokens = (a: UsageSums & { name: string }, b: UsageSums & { name: string }): number =>
  tokensOf(b) - tokensOf(a) || (a.name < b.name ? -1 : 1);

/** What was used in each span; they ascend without gaps. Rejects with `TeamError`. */
export async function teamSpans(
  team: TeamConnection,
  spans: readonly CalendarSpan[],
  filters: UsageFilters,
): Promise<SpanSums[]> {
  const [first, last] = [spans[0], spans.at(-1)];
  if (!first || !last) return [];
  const where = conditions({ ...filters, sinceMs: first.sinceMs, untilMs: last.untilMs });
  const slots = where.slots();
  const edges = spans.map(({ sinceMs }) => slotAt(sinceMs));
  const rows = await team.query(
    `SELECT span, ${SUMMED} FROM (
      SELECT width_bucket(u.slot, $${where.values.length + 1}::int[]) AS span, u.* FROM atm.usage_slots u
      ${where.callers === 'true' ? '' : 'JOIN atm.callers c ON c.account = u.account AND c.caller = u.caller'}
      WHERE ${slots} AND ${where.callers}
    ) s GROUP BY span`,
    [...where.values, edges],
  );
  const found = new Map(parsed(spansAnswer, rows, team).map(({ span, ...row }) => [span, row]));
  return spans.map((span, index) => {
    const row = found.get(index + 1);
    return { ...span, sums: row ? usageSums(row) : noUsage() };
  });
}

/** Rejects with `TeamError`. */
export async function teamCoverage(team: TeamConnection): Promise<TeamCoverage> {
  const [row] = await team.query(
    `SELECT min(slot) AS first, max(slot) AS last, coalesce(sum(turns), 0) AS requests, (SELECT count(*) FROM atm.machines) AS machines
    FROM atm.usage_slots WHERE turns > 0 AND month > '1970-01-01'`,
  );
  const { first, last, requests, machines } = parsed(coverageAnswer, row, team);
  return {
    firstAtMs: first === null ? null : first * SLOT_MS,
    lastAtMs: last === null ? null : (last + 1) * SLOT_MS - 1,
    requests,
    machines,
  };
}
