import { windowEdges } from '../queries/calendar.ts';
import type { CallerUsageRow } from '../queries/callerUsage.ts';
import { historyTimes } from '../queries/coverage.ts';
import { type NewestLimitRow, newestLimits } from '../queries/limits.ts';
import type { LimitSpan } from '../queries/limitWindow.ts';
import { pricedUse } from '../queries/pricedUse.ts';
import { timesSincePause } from '../queries/requestTimes.ts';
import type { UsageWindow } from '../queries/usageWindow.ts';
import type { Reader } from '../store/reader.ts';
import { type Account, type AccountFacts, accountFinder, storedAccount } from '../views/accountOf.ts';
import { accountTree } from '../views/accountTree.ts';
import type { AlertState } from '../views/alertState.ts';
import type { CostShown } from '../views/costShown.ts';
import { type LimitFigure, limitFigures } from '../views/limitFigures.ts';
import { limitsView } from '../views/limits.ts';
import type { LimitsReport } from '../views/limitsReport.ts';
import { limitsReport } from '../views/limitsReport.ts';
import type { LimitsView } from '../views/limitsView.ts';
import type { AnswerFacts } from './answerFacts.ts';
import { figuresWithCost } from './costOfPicture.ts';
import type { LimitsRequest, UsageRequest } from './engineApi.ts';

/** Who used how much in a window: from the store, or from the rollup in memory. */
export type UsageIn = (window: UsageWindow) => readonly CallerUsageRow[];

/** The limits that are set and how much of each is used, at a time. */
export function figuresOf(
  reader: Reader,
  nowMs: number,
  facts: AnswerFacts,
  usageIn: UsageIn,
  cost?: CostShown,
): LimitFigure[] {
  const { accounts, budgetTokens, budgetUsd } = facts.limits;
  if (budgetTokens === undefined && budgetUsd === undefined && accounts.every(({ limits }) => limits.length === 0))
    return [];
  const known = new Map<string, readonly CallerUsageRow[]>();
  const firstMs = historyTimes(reader).firstAtMs ?? undefined;
  const figures = limitFigures(facts.limits, {
    nowMs,
    firstMs,
    accountOf: accountsOf(facts),
    timesOf: (counts) => timesSincePause(reader, nowMs, counts),
    usageIn({ sinceMs, untilMs }: LimitSpan) {
      const key = `${sinceMs} ${untilMs}`;
      const rows = known.get(key) ?? usageIn({ sinceMs, untilMs });
      known.set(key, rows);
      return rows;
    },
  });
  return figuresWithCost(figures, reader, facts.limits, cost);
}

/** Finds the account of a request that is stored. */
export const accountsOf = (
  facts: Pick<AnswerFacts, 'limits' | 'agentLabels'>,
): ((by: Pick<AccountFacts, 'agent' | 'account'>) => Account) =>
  storedAccount(facts.limits.accounts, facts.agentLabels);

/** What agents state, with the account that it is of. */
export function statedOf(reader: Reader, facts: AnswerFacts): { account: Account; limit: NewestLimitRow }[] {
  const accountOf = accountFinder(facts.limits.accounts, facts.places, facts.agentLabels);
  return newestLimits(reader).map((limit) => ({
    limit,
    account: accountOf({ agent: limit.agent, workspace: null, account: limit.account, user: facts.user }),
  }));
}

/** What is muted or snoozed, by key of a limit. */
export function quietOf(alerts: AlertState): Record<string, { isMuted: boolean; untilMs?: number }> {
  const quiet: Record<string, { isMuted: boolean; untilMs?: number }> = Object.create(null);
  for (const { key, untilMs, snooze } of alerts.episodes)
    quiet[key] = { isMuted: false, untilMs: snooze && (snooze.untilMs ?? untilMs ?? undefined) };
  for (const key of alerts.muted) quiet[key] = { ...quiet[key], isMuted: true };
  return quiet;
}

export function answerLimits(
  reader: Reader,
  request: LimitsRequest,
  facts: AnswerFacts,
  usageIn: UsageIn,
  alerts: AlertState,
): LimitsView {
  const { nowMs, timeZone, window } = request;
  const edges = windowEdges(window, nowMs, timeZone, facts.limits.reset);
  const used = usageIn(edges);
  return limitsView({
    ...request,
    agentLabels: facts.agentLabels,
    settings: facts.limits,
    figures: figuresOf(reader, nowMs, facts, usageIn, request.cost),
    stated: statedOf(reader, facts),
    tree: accountTree(used, accountsOf(facts), pricedUse),
    quiet: quietOf(alerts),
    firstAtMs: historyTimes(reader).firstAtMs,
    sinceMs: edges.sinceMs,
    progress: facts.progress,
  });
}

/** The same figures as the command line gives them; the hierarchy is of the window that is asked for. */
export function answerLimitsReport(
  reader: Reader,
  request: UsageRequest,
  facts: AnswerFacts,
  used: readonly CallerUsageRow[],
  usageIn: UsageIn,
): LimitsReport {
  return limitsReport({
    nowMs: request.nowMs,
    settings: facts.limits,
    figures: figuresOf(reader, request.nowMs, facts, usageIn),
    stated: statedOf(reader, facts),
    tree: accountTree(used, accountsOf(facts)),
  });
}
