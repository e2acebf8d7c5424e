import { hostname } from 'node:os';
import { type DeliveredRequest, type Deliveries, type RemovedRequest, TEAM } from '../store/deliveries.ts';
import { identityOf } from '../store/identity.ts';
import type { Reader } from '../store/reader.ts';
import { groupBy } from '../views/groupBy.ts';
import type { TeamConnection } from './connectTeam.ts';
import { pushItems } from './pushItems.ts';
import { requestIdentity, type TeamCaller } from './teamBatch.ts';
import { clip, teamNames } from './teamNames.ts';
import type { TeamSettings } from './teamSettings.ts';
import { teamTeller } from './teamTeller.ts';

/** What of a machine's store the team is told from. */
export interface TeamSource extends Reader {
  deliveries: Deliveries;
}

export interface PushOptions {
  source: TeamSource;
  team: TeamConnection;
  settings: TeamSettings;
  /** Called between two batches; `false` = stop for now. */
  goOn?: () => boolean;
  batchRows?: number;
  /** What makes this machine another one than its copies. */
  host?: string;
}

/** How far a push came. */
export interface Pushed {
  requests: number;
  /** Told by their agents as another account than the team's: these are nobody else's business. */
  keptBack: number;
}

const BATCH_ROWS = 2_000;

/**
 * The id of this machine: of its store and its name, so that neither two machines with one name nor a copied disk are taken for one.
 *
 * @param installation a random number that is kept in the store
 */
export const machineId = (installation: string, host: string = hostname()): string =>
  identityOf('machine', installation, host);

/**
 * Tells the team's store everything it does not have yet, batch by batch: each is one transaction there, then it is confirmed here. What was
 * told but not confirmed is told again, which changes nothing. Rejects with `TeamError`; the next call goes on where this one ended.
 */
export async function pushTeam({
  source,
  team,
  settings,
  goOn = () => true,
  batchRows = BATCH_ROWS,
  host,
}: PushOptions): Promise<Pushed> {
  const { deliveries } = source;
  const machine = machineId(deliveries.installation(), host);
  const teller = await teamTeller(team);
  const accounts = await teller.hello(machine);
  const numbers = new Map(accounts.filter(({ writes }) => writes).map(({ account, batch }) => [account, batch]));
  const names = teamNames(settings);
  const sent = deliveries.sentAccounts();
  const pushed: Pushed = { requests: 0, keptBack: 0 };
  /** What this connection has told of callers. */
  const told = new Map<number, string>();

  /** Empty = not told. */
  const accountOf = (stated: string | null): string => {
    const account = stated || settings.account;
    return numbers.has(account) ? account : '';
  };
  const noteCallers = (callers: readonly { id: number; account: string | null }[]): void => {
    const moved = new Map<number, string>();
    for (const { id, account } of callers) if (sent.get(id) !== accountOf(account)) moved.set(id, accountOf(account));
    if (moved.size === 0) return;
    deliveries.moveCallers(moved);
    for (const [id, account] of moved) sent.set(id, account);
  };
  const callersOf = (requests: readonly DeliveredRequest[]): Map<number, TeamCaller> => {
    const ids = [...new Set(requests.map(({ callerId }) => callerId))];
    const rows = source.all<CallerRow>(CALLERS, { ':ids': JSON.stringify(ids) });
    return new Map(
      rows.map((row) => [
        row.id,
        {
          caller: identityOf('caller', row.agent, row.session, row.thread, row.provider, row.model, row.tier ?? ''),
          session: identityOf('session', row.agent, row.session),
          user_name: names.user(row.user),
          workspace: names.workspace(row.workspace),
          agent: clip(row.agent, 100),
          agent_name: clip(row.agentName),
          provider: clip(row.provider),
          model: clip(row.model),
        },
      ]),
    );
  };
  const nextNumber = (account: string): number => {
    const number = (numbers.get(account) ?? 0) + 1;
    numbers.set(account, number);
    return number;
  };
  const push = async (requests: readonly DeliveredRequest[]): Promise<void> => {
    const callers = callersOf(requests);
    for (const [account, rows] of groupBy(requests, ({ callerId }) => sent.get(callerId) ?? '')) {
      if (account === '') {
        pushed.keptBack += rows.length;
        continue;
      }
      const news = new Map<number, TeamCaller>();
      for (const { callerId } of rows) {
        const caller = callers.get(callerId);
        if (caller && told.get(callerId) !== JSON.stringify(caller)) news.set(callerId, caller);
      }
      const batch = { account, machine, number: nextNumber(account), callers: [...news.values()] };
      await teller.push(batch, rows, (id) => callers.get(id)?.caller ?? '');
      for (const [id, caller] of news) told.set(id, JSON.stringify(caller));
      pushed.requests += rows.length;
    }
  };
  const remove = async (removed: readonly RemovedRequest[]): Promise<void> => {
    const gone = removed.filter(
      ({ account, nowCallerId }) =>
        numbers.has(account) && !(nowCallerId !== null && sent.get(nowCallerId) === account),
    );
    for (const [account, rows] of groupBy(gone, (row) => row.account))
      await teller.remove(
        { account, machine, number: nextNumber(account) },
        rows.map(({ agent, requestKey }) => requestIdentity(agent, requestKey)),
      );
  };

  noteCallers(source.all(ACCOUNTS));
  while (goOn()) {
    const delivery = deliveries.next(TEAM, batchRows);
    if (!delivery) break;
    if (delivery.kind === 'removed') await remove(delivery.removed);
    else {
      const unknown = [...new Set(delivery.requests.map(({ callerId }) => callerId))].filter((id) => !sent.has(id));
      if (unknown.length > 0)
        noteCallers(
          source.all(`${ACCOUNTS} WHERE c.id IN (SELECT value FROM json_each(:ids))`, {
            ':ids': JSON.stringify(unknown),
          }),
        );
      await push(delivery.requests);
    }
    deliveries.confirm(TEAM, delivery);
  }
  if (teller.layout === 'journal') return pushed;
  await pushItems({
    source,
    team,
    machine,
    isAllowed: settings.items,
    names,
    nextNumber,
    accountOf: (id) => sent.get(id) ?? '',
    goOn,
  });
  return pushed;
}

interface CallerRow {
  id: number;
  agent: string;
  session: string;
  user: string;
  workspace: string | null;
  thread: string;
  agentName: string;
  provider: string;
  model: string;
  tier: string | null;
}

const CALLERS = `
  SELECT c.id, s.agent, s.session_key AS session, s.user, s.workspace, c.thread, c.agent_name AS agentName, c.provider, c.model, c.tier
  FROM callers c JOIN sessions s ON s.id = c.session_id WHERE c.id IN (SELECT value FROM json_each(:ids))`;

const ACCOUNTS =
  'SELECT c.id, coalesce(c.account, s.account) AS account FROM callers c JOIN sessions s ON s.id = c.session_id';
