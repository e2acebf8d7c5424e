import type { CacheSaving } from '../ledger/cacheSaving.ts';
import type { CoverageRow } from '../queries/coverage.ts';
import type { UnlistedUsageRow } from '../queries/unlisted.ts';
import type { UsageByAgentRow, UsageByModelRow, UsageByProviderRow } from '../queries/usageByOwner.ts';
import type { UsageTotalsRow } from '../queries/usageTotals.ts';
import type { UsageFilters } from '../queries/usageWindow.ts';
import { type BreakdownInput, breakdownTables, providerTable } from './breakdowns.ts';
import { changeView } from './change.ts';
import { type CostBudget, costTier, rowTiers } from './costTiers.ts';
import type { DashboardView, SparkView, TrendUnit } from './dashboardView.ts';
import { type DaySpan, type DayUnit, daysView } from './days.ts';
import { providerDonut } from './donut.ts';
import { filterChips } from './filterChips.ts';
import { clockTime, compactTokens, exactNumber, plural } from './format.ts';
import type { MeterInput } from './meter.ts';
import { type QuotaInput, resetText } from './quota.ts';
import { type ScopesInput, scopesView } from './scopes.ts';
import { type SummarySpan, summaryCards } from './summaryCards.ts';
import { t } from './text.ts';
import { totalTokens } from './usage.ts';
import { coverageText, facts } from './usageFacts.ts';
import type { WindowName } from './usageReport.ts';
import { costRing, otherQuotas, ringView } from './usageRings.ts';
import { historyStart, rangeText, spanView, stateOf, windowsOf } from './usageSpan.ts';
import { agentTable, modelTable, type TierOf } from './usageTable.ts';

/** What the Show Usage page is made from. */
export interface DashboardInput extends QuotaInput, Omit<BreakdownInput, 'tokens' | 'locale'> {
  window: {
    name: WindowName;
    /** Where it begins and ends; those of the history where it has no edges. */
    sinceMs: number;
    untilMs: number;
    /** Days of the edges, both included: `2026-11-16`. */
    fromDay: string;
    toDay: string;
    /** Only of the window that is under way. */
    resetAtMs?: number;
    /** It holds `nowMs`. */
    isCurrent: boolean;
    hasNext: boolean;
    isNarrowed: boolean;
  };
  filters: UsageFilters;
  /** Title of the session that is filtered by. */
  sessionTitle?: string;
  totals: UsageTotalsRow;
  /** The window before, where one is asked for and there is one. */
  before?: {
    sinceMs: number;
    /** Up to where its totals go: the same point while the window is under way. */
    untilMs: number;
    wholeUntilMs: number;
    totals: UsageTotalsRow;
    spans: DaySpan[];
  };
  isCompared: boolean;
  /** Absent where there is only this machine. */
  scopes?: ScopesInput;
  saving: CacheSaving;
  summary: SummarySpan[];
  byAgent: UsageByAgentRow[];
  byModel: UsageByModelRow[];
  byProvider: UsageByProviderRow[];
  /** Every span of the window, ascending and without gaps. */
  spans: DaySpan[];
  unit: DayUnit;
  trend: { unit: TrendUnit; spans: DaySpan[] };
  /** The last days up to today. */
  recentDays: DaySpan[];
  /** Tokens of all agents in the week that is shown, or in the one that is under way. */
  budgetTokens: number;
  /** All that was used in that week, where there is a budget of dollars. */
  budgetWeek?: UsageTotalsRow;
  /** Dollars to spend in a week. */
  weeklyBudgetUsd?: number;
  coverage: CoverageRow;
  /** Agents that are used here, but leave no tokens. */
  notCounted: string[];
  /** What agents state only as a sum: beside the figures of the page. */
  unlisted: UnlistedUsageRow[];
  progress?: MeterInput['progress'];
  lookedFor: string[];
}

const trendsOf = (): { unit: TrendUnit; label: string }[] => [
  { unit: 'day', label: t('Daily') },
  { unit: 'week', label: t('Weekly') },
  { unit: 'month', label: t('Monthly') },
];

export function dashboardView(input: DashboardInput): DashboardView {
  const { locale, totals, window, before } = input;
  const tokens = totalTokens(totals);
  const words = captionOf(input);
  const budget: CostBudget | undefined =
    input.weeklyBudgetUsd === undefined
      ? undefined
      : { weeklyUsd: input.weeklyBudgetUsd, thresholds: input.thresholds, locale };
  const lengthMs = window.untilMs - window.sinceMs;
  const tierOf: TierOf = (sums) => budget && costTier(sums, lengthMs, budget);
  const beforeTokens = before ? totalTokens(before.totals) : 0;
  const beforeText =
    before && plural(beforeTokens, '{0} token from {1}', '{0} tokens from {1}', locale, rangeText(before, input));
  return {
    ...stateOf(input),
    scopes: input.scopes && scopesView(input.scopes),
    windows: windowsOf().map(({ name, label }) => ({ name, label, selected: name === window.name })),
    span: spanView(input),
    headline: {
      value: compactTokens(tokens, locale),
      title: t('{0} {1}', exactNumber(tokens, locale), words),
      caption:
        totals.estimatedTurns > 0
          ? plural(
              totals.estimatedTurns,
              '{1}, output of {0} request estimated',
              '{1}, output of {0} requests estimated',
              locale,
              words,
            )
          : words,
    },
    change: before && changeView(tokens, totalTokens(before.totals), beforeText ?? '', locale),
    against:
      before &&
      (beforeTokens > 0
        ? t('against {0}', beforeText ?? '')
        : t('nothing was used from {0}', rangeText(before, input))),
    isCompared: input.isCompared,
    period: periodText(input),
    ring: ringView(input),
    costRing: costRing(input),
    quotas: otherQuotas(input),
    spark: sparkView(input),
    cards: summaryCards(input.summary, input),
    facts: facts(input),
    days: daysView(
      input.spans,
      input.unit,
      input,
      before && {
        spans: before.spans,
        label: rangeText({ sinceMs: before.sinceMs, untilMs: before.wholeUntilMs }, input),
      },
      budget,
    ),
    trend: {
      units: trendsOf().map((trend) => ({ ...trend, selected: trend.unit === input.trend.unit })),
      days: daysView(input.trend.spans, input.trend.unit, input, undefined, budget),
    },
    chips: filterChips(input.filters, input.agentLabels, input.sessionTitle),
    costTiers: budget && rowTiers(lengthMs, budget),
    byAgent: agentTable(input.byAgent, input.agentLabels, locale, input.filters, tierOf),
    byModel: modelTable(input.byModel, locale, input.filters, tierOf),
    providers: {
      donut: providerDonut(input.byProvider, locale),
      table: providerTable(input.byProvider, locale, input.filters, tierOf),
    },
    breakdowns: breakdownTables({ ...input, tokens, tierOf }),
    items: { notice: t('Counting items …') },
    historyStart: historyStart(input),
    coverage: coverageText(input),
    updatedAt: clockTime(input.nowMs, input),
  };
}

function captionOf({ window, filters }: DashboardInput): string {
  const known = windowsOf().find(({ name }) => name === window.name);
  const isNamed = window.isCurrent || window.name === 'all';
  const caption = isNamed ? (known?.caption ?? t('tokens')) : t('tokens');
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  return isFiltered ? t('{0}, filtered', caption) : caption;
}

function periodText(input: DashboardInput): string {
  if (input.window.name === 'all' && input.coverage.firstAtMs === null) return t('No requests yet');
  const range = rangeText(input.window, input);
  const { resetAtMs } = input.window;
  return resetAtMs === undefined ? range : t('{0} · resets {1}', range, resetText(resetAtMs, input));
}

function sparkView(input: DashboardInput): SparkView {
  const { locale } = input;
  const values = input.recentDays.map(({ sums }) => totalTokens(sums));
  const most = Math.max(0, ...values);
  return {
    values,
    label: plural(values.length, 'Last {0} day', 'Last {0} days', locale),
    text: plural(
      values.length,
      'Tokens by day in the last {0} day: {1} today, {2} at most.',
      'Tokens by day in the last {0} days: {1} today, {2} at most.',
      locale,
      compactTokens(values.at(-1) ?? 0, locale),
      compactTokens(most, locale),
    ),
  };
}
