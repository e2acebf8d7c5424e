import assert from 'node:assert/strict';
import type { RequestRow } from '../../src/ledger/rows.ts';
import type { FileBatch } from '../../src/store/batch.ts';
import { TEAM } from '../../src/store/deliveries.ts';
import { openStore } from '../../src/store/openStore.ts';
import type { Store } from '../../src/store/store.ts';
import { connectTeam } from '../../src/team/connectTeam.ts';
import { checkTeamVersion } from '../../src/team/migrateTeam.ts';
import { type Pushed, pushTeam } from '../../src/team/pushTeam.ts';
import { nanoUsd } from '../../src/team/teamBatch.ts';
import type { TeamSettings } from '../../src/team/teamSettings.ts';
import { batch } from '../unit/store/sampleRows.ts';

/** A machine of a team: a store of its own, and what it tells. */
export interface Machine {
  name: string;
  store: Store;
  /** Stores requests as if a transcript told them. */
  commit(
    requests: RequestRow[],
    over?: { path?: string; agent?: string; account?: string; isWhole?: boolean; workspace?: string },
  ): void;
  /** Tells the team everything that it does not have yet. */
  push(
    url: string,
    over?: Partial<TeamSettings>,
    options?: { batchRows?: number; goOn?: () => boolean },
  ): Promise<Pushed>;
  close(): void;
}

export const settingsOf = (url: string, over: Partial<TeamSettings> = {}): TeamSettings => ({
  url,
  account: 'acme',
  userName: '',
  workspaces: 'folder',
  items: false,
  hashNames: false,
  nameKey: '',
  ...over,
});

/** @param file of the store; in memory without one */
export async function machine(name: string, file?: string): Promise<Machine> {
  const { store, trouble } = await openStore({ path: file, nowMs: Date.UTC(2026, 10, 20) });
  if (trouble) throw new Error(JSON.stringify(trouble));
  return {
    name,
    store,
    commit(requests, { path = `/${name}/one.jsonl`, agent, account, isWhole, workspace } = {}) {
      const sessions = [...new Set(requests.map(({ sessionId }) => sessionId))].map((sessionId) => ({
        sessionId,
        account,
        workspace: workspace ?? `/home/${name}/secret project`,
        title: `title of ${sessionId}`,
        lastAtMs: 1,
      }));
      const told: FileBatch = { ...batch({ requests, sessions }, { path, agent }), user: name, isWhole };
      store.commit([told]);
    },
    async push(url, over = {}, options = {}) {
      const settings = settingsOf(url, over);
      if (!store.deliveries.has(TEAM)) store.deliveries.begin(TEAM, 'beginning', {});
      const team = await connectTeam(url);
      try {
        await checkTeamVersion(team);
        return await pushTeam({ source: store, team, settings, host: name, ...options });
      } finally {
        await team.close();
      }
    },
    close: () => store.close(),
  };
}

/** Makes machines for the tests of a suite, which are closed after each. */
export function suiteMachines(): (name: string) => Promise<Machine> {
  const machines: Machine[] = [];
  afterEach(() => {
    for (const each of machines.splice(0)) each.close();
  });
  return async (name) => {
    const made = await machine(name);
    machines.push(made);
    return made;
  };
}

/** What was used of an account, all figures as whole numbers. */
export interface Totals {
  requests: number;
  tasks: number;
  input: number;
  cacheRead: number;
  cacheWrite: number;
  output: number;
  reasoning: number;
  costNano: number;
  unpriced: number;
  estimated: number;
}

const FIELDS = [
  'requests',
  'tasks',
  'input',
  'cacheRead',
  'cacheWrite',
  'output',
  'reasoning',
  'costNano',
  'unpriced',
  'estimated',
] as const;

const noTotals = (): Totals => Object.fromEntries(FIELDS.map((field) => [field, 0])) as unknown as Totals;

/** The sums of the machines' own stores by account. @param fallback of sessions whose agent tells no account */
export function totalsOfStores(stores: readonly Pick<Store, 'all'>[], fallback = 'acme'): Map<string, Totals> {
  const totals = new Map<string, Totals>();
  for (const store of stores) {
    for (const row of store.all<Record<string, number | string | null>>(STORED)) {
      const account = String(row.account || fallback);
      const sums = totals.get(account) ?? noTotals();
      sums.requests++;
      sums.tasks += Number(row.starts_task);
      sums.input += Number(row.input_tokens);
      sums.cacheRead += Number(row.cache_read_tokens);
      sums.cacheWrite += Number(row.cache_write_5m_tokens) + Number(row.cache_write_1h_tokens);
      sums.output += Number(row.output_tokens);
      sums.reasoning += Number(row.reasoning_tokens);
      sums.costNano += row.cost_usd === null ? 0 : nanoUsd(Number(row.cost_usd));
      sums.unpriced += Number(row.cost_usd === null);
      sums.estimated += Number(row.estimated);
      totals.set(account, sums);
    }
  }
  return totals;
}

const STORED = `
  SELECT s.account, r.starts_task, r.input_tokens, r.cache_read_tokens, r.cache_write_5m_tokens, r.cache_write_1h_tokens, r.output_tokens,
    r.reasoning_tokens, r.cost_usd, r.estimated
  FROM requests r JOIN callers c ON c.id = r.caller_id JOIN sessions s ON s.id = c.session_id`;

type Query = (sql: string) => Promise<Record<string, unknown>[]>;

/** The team's sums by account: of its rows, and of the sums that it keeps. */
export async function totalsOfTeam(query: Query): Promise<{ rows: Map<string, Totals>; slots: Map<string, Totals> }> {
  const read = (found: Record<string, unknown>[]): Map<string, Totals> =>
    new Map(
      found.map(({ account, ...sums }) => [
        String(account),
        Object.fromEntries(FIELDS.map((field) => [field, Number(sums[field])])) as unknown as Totals,
      ]),
    );
  return {
    rows: read(
      await query(`SELECT account, count(*) AS requests, sum(starts_task::int) AS tasks, sum(input) AS input, sum(cache_read) AS "cacheRead",
        sum(cache_write_5m + cache_write_1h) AS "cacheWrite", sum(output) AS output, sum(reasoning) AS reasoning,
        coalesce(sum(cost_nano), 0) AS "costNano", sum((cost_nano IS NULL)::int) AS unpriced, sum(estimated::int) AS estimated
        FROM atm.requests GROUP BY account`),
    ),
    slots: read(
      await query(`SELECT account, sum(turns) AS requests, sum(tasks) AS tasks, sum(input) AS input, sum(cache_read) AS "cacheRead",
        sum(cache_write_5m + cache_write_1h) AS "cacheWrite", sum(output) AS output, sum(reasoning) AS reasoning, sum(cost_nano) AS "costNano",
        sum(unpriced_turns) AS unpriced, sum(estimated_turns) AS estimated
        FROM atm.usage_slots GROUP BY account HAVING sum(turns) > 0`),
    ),
  };
}

/** Holds the team's sums against those of the machines' own stores. */
export async function assertTeamHas(query: Query, machines: readonly Machine[]): Promise<void> {
  const { rows, slots } = await totalsOfTeam(query);
  const own = Object.fromEntries(totalsOfStores(machines.map(({ store }) => store)));
  assert.deepEqual(Object.fromEntries(rows), own);
  assert.deepEqual(Object.fromEntries(slots), own);
}
