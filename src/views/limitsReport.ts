import type { NewestLimitRow } from '../queries/limits.ts';
import type { Account } from './accountOf.ts';
import type { AccountTree } from './accountTree.ts';
import type { LimitFigure } from './limitFigures.ts';
import type { LimitSettings } from './limitSettings.ts';
import { isInForce } from './quota.ts';
import { WEEKDAYS } from './resetSetting.ts';
import type { TextTable } from './textTable.ts';
import { isoOrNull, tokenTotals } from './usage.ts';
import type { TokenTotals } from './usageReport.ts';

/** The JSON of `limits`: what is set, what is used of it, where that leads, and what agents state. */
export interface LimitsReport {
  reset: { day: string; time: string; zone: string; day_of_month: number };
  limits: LimitReport[];
  stated: StatedReport[];
  /** Account → user → workspace; each level sums to the one above, and all accounts to the usage of the window. */
  accounts: ({ account: string; agent: string | null; told: string | null; users: UserReport[] } & TokenTotals)[];
  /** What of the settings cannot be used, in words. */
  problems: string[];
}

export type UserReport = { user: string; workspaces: ({ workspace: string } & TokenTotals)[] } & TokenTotals;

export interface LimitReport {
  /** `null`: everything on this machine. */
  account: string | null;
  unit: string;
  period: string;
  amount: number;
  used: number;
  left: number;
  percent: number;
  since: string | null;
  /** When it begins anew; `null` while no window of five hours is under way. */
  reset_at: string | null;
  unpriced_turns: number;
  estimated_turns: number;
  /** `null` while no window is under way. */
  pace: PaceReport | null;
}

export interface PaceReport {
  /** Of the unit, over the last `over_hours`. */
  per_hour: number;
  over_hours: number;
  /** met, early, few, idle, known: as `Pace` says. */
  state: string;
  low_percent: number | null;
  high_percent: number | null;
  earliest_at: string | null;
  latest_at: string | null;
}

export interface StatedReport {
  account: string;
  agent: string;
  limit: string;
  window_minutes: number;
  used_percent: number;
  /** The agent says that nothing is left: `limit`, `credits` or `workspace`. */
  reached: string | null;
  resets_at: string | null;
  stated_at: string | null;
  plan: string | null;
  /** It was reset since. */
  outdated: boolean;
}

export interface LimitsReportInput {
  nowMs: number;
  settings: LimitSettings;
  figures: LimitFigure[];
  stated: { account: Account; limit: NewestLimitRow }[];
  tree: AccountTree[];
}

export function limitsReport({ nowMs, settings, figures, stated, tree }: LimitsReportInput): LimitsReport {
  const { weekday, minute, timeZone, monthDay } = settings.reset;
  const time = [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
  return {
    reset: { day: WEEKDAYS[weekday] ?? 'monday', time, zone: timeZone, day_of_month: monthDay },
    limits: figures.map(limitReport),
    stated: stated.map(({ account, limit }) => ({
      account: account.name,
      agent: limit.agent,
      limit: limit.limitId,
      window_minutes: limit.windowMinutes,
      used_percent: limit.usedPercent,
      reached: limit.reached,
      resets_at: isoOrNull(limit.resetsAtMs),
      stated_at: isoOrNull(limit.atMs),
      plan: limit.plan,
      outdated: !isInForce(limit, nowMs),
    })),
    accounts: tree.map(({ account, sums, below }) => ({
      account: account.name,
      agent: account.told?.agent ?? null,
      told: account.told?.account ?? null,
      ...tokenTotals(sums),
      users: below.map(({ user, sums: ofUser, below: folders }) => ({
        user,
        ...tokenTotals(ofUser),
        workspaces: folders.map(({ workspace, sums: ofFolder }) => ({ workspace, ...tokenTotals(ofFolder) })),
      })),
    })),
    problems: settings.problems.map(({ message }) => message),
  };
}

function limitReport(figure: LimitFigure): LimitReport {
  const { account, unit, period, amount, used, percent, span, sums, pace } = figure;
  const forecast = pace?.forecast;
  return {
    account: account?.name ?? null,
    unit,
    period,
    amount,
    used,
    left: Math.max(0, amount - used),
    percent,
    since: isoOrNull(span?.sinceMs),
    reset_at: isoOrNull(span?.untilMs),
    unpriced_turns: sums.unpricedTurns,
    estimated_turns: sums.estimatedTurns,
    pace: pace
      ? {
          per_hour: pace.perHour,
          over_hours: pace.recentMs / 3_600_000,
          state: pace.state,
          low_percent: forecast?.lowPercent ?? null,
          high_percent: forecast?.highPercent ?? null,
          earliest_at: isoOrNull(forecast?.earliestMs),
          latest_at: isoOrNull(forecast?.latestMs),
        }
      : null,
  };
}

/** The report as one table: limits, what agents state, and the hierarchy. */
export function limitsTable(report: LimitsReport): TextTable {
  return {
    columns: ['group', 'account', 'name', 'used', 'amount', 'percent', 'reset_at', 'state', 'requests', 'cost_usd'],
    rows: [
      ...report.limits.map((limit) => [
        'limit',
        limit.account ?? '',
        `${limit.unit} ${limit.period}`,
        rounded(limit.used),
        limit.amount,
        rounded(limit.percent),
        limit.reset_at,
        limit.pace?.state ?? null,
        null,
        null,
      ]),
      ...report.stated.map((quota) => [
        'stated',
        quota.account,
        `${quota.limit || quota.agent}/${quota.window_minutes}`,
        null,
        null,
        rounded(quota.used_percent),
        quota.resets_at,
        quota.outdated ? 'outdated' : 'holds',
        null,
        null,
      ]),
      ...report.accounts.flatMap((account) => [
        totalsRow('account', account.account, '', account),
        ...account.users.flatMap((user) => [
          totalsRow('user', account.account, user.user, user),
          ...user.workspaces.map((folder) => totalsRow('workspace', account.account, folder.workspace, folder)),
        ]),
      ]),
    ],
  };
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

const totalsRow = (group: string, account: string, name: string, totals: TokenTotals): TextTable['rows'][number] => [
  group,
  account,
  name,
  totals.total_tokens,
  null,
  null,
  null,
  null,
  totals.turns,
  Math.round(totals.cost_usd * 1e4) / 1e4,
];
