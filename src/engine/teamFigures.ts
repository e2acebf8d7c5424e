import type { RequestMaker } from '../queries/requestTimes.ts';
import { connectTeam, type TeamConnection } from '../team/connectTeam.ts';
import { checkTeamVersion } from '../team/migrateTeam.ts';
import { type OwnerUsage, ownerOf, teamRules, timesOfTeamAccount, usageByTeamAccount } from '../team/teamAccounts.ts';
import type { TeamSettings } from '../team/teamSettings.ts';
import { type Account, ruled } from '../views/accountOf.ts';
import { type LimitFigure, limitFigures } from '../views/limitFigures.ts';
import type { AccountRule } from '../views/limitSettings.ts';
import { USUAL_RESET } from '../views/resetSetting.ts';

/** The team's store is asked for alerts no more often than this. */
const LOOK_EVERY_MS = 5 * 60_000;

/** An account of the team's: of no rule in this machine's settings. */
export const teamAccount = (name: string): Account => ({ key: `team:${name}`, name });

/**
 * How much the team's accounts used of the limits of their types, by everybody together. Rejects with `TeamError`.
 *
 * @param firstMs of the oldest known request
 */
export async function teamFigures(
  team: TeamConnection,
  nowMs: number,
  firstMs?: number,
): Promise<{ rules: AccountRule[]; figures: LimitFigure[] }> {
  const rules = await teamRules(team);
  const times = new Map<string, readonly number[]>();
  for (const { name, limits } of rules)
    if (limits.some(({ period }) => period === '5h')) times.set(name, await timesOfTeamAccount(team, name, nowMs));
  const known = new Map<string, readonly OwnerUsage[]>();
  const figures = (): LimitFigure[] =>
    limitFigures(
      { accounts: rules, reset: USUAL_RESET },
      {
        nowMs,
        firstMs,
        accountOf: ({ account }: RequestMaker) => ruled(ruleOf(account ?? '')),
        timesOf: (counts) => [...times].find(([account]) => counts(ownerOf(account)))?.[1] ?? [],
        usageIn({ sinceMs, untilMs }) {
          const key = JSON.stringify({ sinceMs, untilMs });
          const rows = known.get(key) ?? [];
          known.set(key, rows);
          return rows;
        },
      },
    );
  // Which spans are asked for does not depend on the answers.
  figures();
  for (const key of known.keys()) known.set(key, await usageByTeamAccount(team, JSON.parse(key)));
  return {
    rules,
    figures: figures().map((figure) => {
      const account = teamAccount(figure.account?.name ?? '');
      return { ...figure, account, key: `${account.key}/${figure.unit}/${figure.period}` };
    }),
  };
}

const ruleOf = (name: string): AccountRule => ({ name, match: {}, limits: [], index: 0 });

/** The same for alerts: as it was a few minutes ago, asked for beside what is answered now. */
export interface TeamWatch {
  /** `settings` of now; absent = there is no team. */
  figures(settings: TeamSettings | undefined, nowMs: number): LimitFigure[];
}

/** @param onFigures told when there are newer ones */
export function createTeamWatch(
  onFigures: () => void,
  { everyMs = LOOK_EVERY_MS, connect = connectTeam }: { everyMs?: number; connect?: typeof connectTeam } = {},
): TeamWatch {
  let known: { url: string; figures: LimitFigure[] } | undefined;
  let looked: { url: string; atMs: number } | undefined;
  let isLooking = false;

  const look = async (url: string, nowMs: number): Promise<void> => {
    isLooking = true;
    looked = { url, atMs: nowMs };
    let team: TeamConnection | undefined;
    try {
      team = await connect(url);
      await checkTeamVersion(team);
      known = { url, figures: (await teamFigures(team, nowMs)).figures };
      onFigures();
    } catch {
      // Who tells the team says what is wrong with its store; what is known of it grows old.
    } finally {
      isLooking = false;
      await team?.close();
    }
  };

  return {
    figures(settings, nowMs) {
      if (!settings) return [];
      const { url } = settings;
      const isOld = looked?.url !== url || Math.abs(nowMs - looked.atMs) >= everyMs;
      if (isOld && !isLooking) void look(url, nowMs);
      if (known?.url !== url) return [];
      return known.figures.filter(({ span }) => span !== undefined && span.sinceMs <= nowMs && nowMs < span.untilMs);
    },
  };
}
