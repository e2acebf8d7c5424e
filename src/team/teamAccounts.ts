import * as v from 'valibot';
import { LIMIT_PERIODS } from '../queries/limitWindow.ts';
import type { RequestMaker } from '../queries/requestTimes.ts';
import type { UsageSums, UsageWindow } from '../queries/usageWindow.ts';
import { SLOT_MS } from '../store/slot.ts';
import { ACCOUNT_TYPES, type AccountRule, LIMIT_UNITS } from '../views/limitSettings.ts';
import { parseReset, USUAL_RESET } from '../views/resetSetting.ts';
import type { TeamConnection } from './connectTeam.ts';
import { name, number, parsed, sums, usageSums } from './teamAnswer.ts';
import { conditions, NAMED_SUMS, SUMMED, sumsOf } from './teamWindow.ts';

/** What was used by somebody, as far as the team knows them. */
export type OwnerUsage = RequestMaker & UsageSums;

/** Folders of users that are told apart; what comes after is `…` of `…`. */
const MOST_FOLDERS = 2_000;

/** 30 days. */
const LONGEST_SLOTS = 30 * 96;

const rulesAnswer = v.array(
  v.object({
    account: name,
    type: v.picklist(ACCOUNT_TYPES),
    unit: v.nullable(v.picklist(LIMIT_UNITS)),
    period: v.nullable(v.picklist(LIMIT_PERIODS)),
    amount: v.nullable(v.pipe(number, v.minValue(Number.MIN_VALUE), v.maxValue(1e15))),
    resets: v.nullable(v.record(v.pipe(v.string(), v.maxLength(100)), v.unknown())),
  }),
);
const ownersAnswer = v.array(v.object({ ...sums, account: name, user: name, workspace: name }));
const accountsAnswer = v.array(v.object({ ...sums, account: name }));

/** The accounts whose type the administrator told, with the limits of that type. Rejects with `TeamError`. */
export async function teamRules(team: TeamConnection): Promise<AccountRule[]> {
  const rows = parsed(
    rulesAnswer,
    await team.query(`SELECT a.account, a.type, l.unit, l.period, l.amount, l.resets
      FROM atm.accounts a LEFT JOIN atm.limits l ON l.type = a.type ORDER BY a.account, l.unit, l.period`),
    team,
  );
  const rules = new Map<string, AccountRule>();
  for (const { account, type, unit, period, amount, resets } of rows) {
    const rule = rules.get(account) ?? { name: account, type, match: {}, limits: [], index: rules.size };
    rules.set(account, rule);
    // A reset that makes no sense makes a limit of no meaning: it is left out.
    const reset = parseReset(resets, USUAL_RESET, () => undefined);
    if (unit !== null && period !== null && amount !== null && reset) rule.limits.push({ unit, period, amount, reset });
  }
  return [...rules.values()];
}

/** What each account used in a window. Rejects with `TeamError`. */
export async function usageByTeamAccount(team: TeamConnection, window: UsageWindow): Promise<OwnerUsage[]> {
  const where = conditions(window);
  const rows = await team.query(
    `SELECT u.account, ${SUMMED} FROM (${where.parts()}) u GROUP BY u.account`,
    where.values,
  );
  return parsed(accountsAnswer, rows, team).map(({ account, ...row }) => ({ ...ownerOf(account), ...usageSums(row) }));
}

const slotsAnswer = v.pipe(v.array(v.object({ slot: number })), v.maxLength(LONGEST_SLOTS + 1));

/**
 * When an account made requests in the last 30 days, ascending, to the quarter of an hour in which that was: so far back the windows of five
 * hours are counted that follow each other. Rejects with `TeamError`.
 */
export async function timesOfTeamAccount(team: TeamConnection, account: string, nowMs: number): Promise<number[]> {
  const where = conditions({ account, sinceMs: nowMs - LONGEST_SLOTS * SLOT_MS, untilMs: nowMs });
  const slots = where.slots();
  const rows = await team.query(
    `SELECT DISTINCT u.slot FROM atm.usage_slots u WHERE u.turns > 0 AND ${slots} ORDER BY u.slot`,
    where.values,
  );
  return parsed(slotsAnswer, rows, team).map(({ slot }) => slot * SLOT_MS);
}

/** What each user of each account used in each folder in a window. Rejects with `TeamError`. */
export async function usageByTeamFolder(team: TeamConnection, window: UsageWindow): Promise<OwnerUsage[]> {
  const where = conditions(window);
  const rows = await team.query(
    `WITH used AS (
      SELECT c.account, c.user_name, c.workspace, ${sumsOf('u')}
      FROM (${where.parts()}) u JOIN atm.callers c ON c.account = u.account AND c.caller = u.caller
      WHERE ${where.callers} GROUP BY c.account, c.user_name, c.workspace
    ), placed AS (
      SELECT *, row_number() OVER (ORDER BY input + output + cache_read + cache_write_5m + cache_write_1h DESC, account, user_name, workspace)
        > ${MOST_FOLDERS} AS is_small
      FROM used WHERE turns > 0
    ), named AS (
      SELECT account, CASE WHEN is_small THEN '…' ELSE user_name END AS owner, CASE WHEN is_small THEN '…' ELSE workspace END AS folder,
        ${sumsOf('placed')}
      FROM placed GROUP BY 1, 2, 3
    )
    SELECT account, owner AS user, folder AS workspace, ${NAMED_SUMS} FROM named`,
    where.values,
  );
  return parsed(ownersAnswer, rows, team).map(({ account, user, workspace, ...row }) => ({
    ...ownerOf(account),
    user,
    workspace,
    ...usageSums(row),
  }));
}

/** An account as the maker of requests: whoever of it. */
export const ownerOf = (account: string): RequestMaker => ({
  agent: '',
  provider: '',
  workspace: null,
  user: '',
  account,
});
