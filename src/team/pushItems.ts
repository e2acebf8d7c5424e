import { itemHistory } from '../queries/itemHistory.ts';
import { sessionKey } from '../queries/sessionKey.ts';
import { type Delivery, TEAM_ITEMS } from '../store/deliveries.ts';
import { identityOf } from '../store/identity.ts';
import type { TeamConnection } from './connectTeam.ts';
import type { TeamSource } from './pushTeam.ts';
import { nanoUsd } from './teamBatch.ts';
import { clip, type TeamNames } from './teamNames.ts';

/** What is needed to tell items, beside those who tell. */
interface ItemsToTell {
  source: TeamSource;
  team: TeamConnection;
  /** This machine's id. */
  machine: string;
  /** Whether the user lets items be told. */
  isAllowed: boolean;
  names: TeamNames;
  /** The next number of a batch of an account. */
  nextNumber(account: string): number;
  /** The account under which a caller is told; empty = it is not. */
  accountOf(callerId: number): string;
  goOn(): boolean;
}

const TELL = 'SELECT atm.tell_items($1, $2, $3, $4, $5)';
const FORGET = 'SELECT atm.forget_items($1)';
const DAY_MS = 86_400_000;
/** Days of dates that can be right: others are told of no item. */
const [FIRST_DAY, END_DAY] = [Date.UTC(2020, 0) / DAY_MS, Date.UTC(2040, 0) / DAY_MS];
const BATCH_ROWS = 10_000;

/**
 * Tells what the items of each session used, where the user allows it: a session as a whole whenever something in it changed, so telling it again
 * changes nothing. When it is not allowed any more, all that was told of items is taken back. Rejects with `TeamError`.
 */
export async function pushItems(tell: ItemsToTell): Promise<void> {
  const { source, team, machine, isAllowed, goOn } = tell;
  const { deliveries } = source;
  if (!isAllowed) {
    if (!deliveries.has(TEAM_ITEMS)) return;
    await team.query(FORGET, [machine]);
    deliveries.end(TEAM_ITEMS);
    return;
  }
  if (!deliveries.has(TEAM_ITEMS)) deliveries.begin(TEAM_ITEMS, 'beginning', {});
  while (goOn()) {
    const delivery = deliveries.next(TEAM_ITEMS, BATCH_ROWS);
    if (!delivery) return;
    for (const { agent, session } of sessionsOf(source, delivery)) await tellSession(tell, agent, session);
    deliveries.confirm(TEAM_ITEMS, delivery);
  }
}

async function tellSession(
  { source, team, machine, names, nextNumber, accountOf }: ItemsToTell,
  agent: string,
  session: string,
): Promise<void> {
  const callers = source.all<{ id: number; workspace: string | null }>(CALLERS, {
    ':agent': agent,
    ':session': session,
  });
  const accounts = new Set(callers.map(({ id }) => accountOf(id)));
  // What is of several accounts cannot be divided among them.
  const [account = ''] = accounts.size === 1 ? accounts : [];
  const workspace = callers[0]?.workspace ?? null;
  const days = account === '' ? [] : source.all<{ day: number }>(DAYS, { ':agent': agent, ':session': session });
  const items = days
    .filter(({ day }) => day >= FIRST_DAY && day < END_DAY)
    .flatMap(({ day }) =>
      itemHistory(source, { session: sessionKey(agent, session), sinceMs: day * DAY_MS, untilMs: (day + 1) * DAY_MS })
        .filter(({ target }) => target !== '')
        .map(({ kind, target, calls, spent, costUsd }) => ({
          day: new Date(day * DAY_MS).toISOString().slice(0, 10),
          kind: clip(kind),
          target: names.item(target, workspace),
          calls,
          input: spent.input,
          cache_read: spent.cacheRead,
          cache_write: spent.cacheWrite5m + spent.cacheWrite1h,
          output: spent.output,
          cost_nano: costUsd === null ? null : nanoUsd(costUsd),
        })),
    );
  await team.query(TELL, [
    account === '' ? null : account,
    machine,
    account === '' ? 0 : nextNumber(account),
    identityOf('session', agent, session),
    JSON.stringify(items),
  ]);
}

/** The sessions in which something changed. */
function sessionsOf(source: TeamSource, delivery: Delivery): { agent: string; session: string }[] {
  const found =
    delivery.kind === 'removed'
      ? delivery.removed.map(({ agent, sessionKey: session }) => ({ agent, session }))
      : source.all<{ agent: string; session: string }>(SESSIONS, {
          ':ids': JSON.stringify([...new Set(delivery.requests.map(({ callerId }) => callerId))]),
        });
  return [...new Map(found.map((each) => [sessionKey(each.agent, each.session), each])).values()];
}

const SESSIONS = `
  SELECT DISTINCT s.agent, s.session_key AS session FROM callers c JOIN sessions s ON s.id = c.session_id
  WHERE c.id IN (SELECT value FROM json_each(:ids))`;

const CALLERS = `
  SELECT c.id, s.workspace FROM callers c JOIN sessions s ON s.id = c.session_id WHERE s.agent = :agent AND s.session_key = :session`;

const DAYS = `
  SELECT DISTINCT r.at_ms / ${DAY_MS} AS day FROM requests r JOIN callers c ON c.id = r.caller_id JOIN sessions s ON s.id = c.session_id
  WHERE s.agent = :agent AND s.session_key = :session AND r.at_ms >= 0`;
