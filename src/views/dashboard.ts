import type { CacheSaving } from '../ledger/cacheSaving.ts';
import type { CoverageRow } from '../queries/coverage.ts';
import type { UsageByAgentRow, UsageByModelRow, UsageByProviderRow } from '../queries/usageByOwner.ts';
import type { UsageTotalsRow } from '../queries/usageTotals.ts';
import type { UsageFilters } from '../queries/usageWindow.ts';
import { type BreakdownInput, breakdownTables, providerTable } from './breakdowns.ts';
import { changeView } from './change.ts';
import type { DashboardView, RingView, SparkView, TrendUnit } from './dashboardView.ts';
import { type DaySpan, type DayUnit, daysView } from './days.ts';
import { providerDonut } from './donut.ts';
import { filterChips } from './filterChips.ts';
import { compactTokens, dateText, exactNumber, percent, plural, usd } from './format.ts';
import type { MeterInput } from './meter.ts';
import { budgetQuota, type QuotaInput, quotas, resetText } from './quota.ts';
import { type SummarySpan, summaryCards } from './summaryCards.ts';
import { cacheHitRate, totalTokens } from './usage.ts';
import type { WindowName } from './usageReport.ts';
import { agentTable, costText, modelTable } from './usageTable.ts';

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
  coverage: CoverageRow;
  /** Agents that are used here, but leave no tokens. */
  notCounted: string[];
  progress?: MeterInput['progress'];
  lookedFor: string[];
}

const WINDOWS: { name: WindowName; label: string; caption: string; step: string }[] = [
  { name: 'day', label: 'Day', caption: 'tokens today', step: 'day' },
  { name: 'week', label: 'Week', caption: 'tokens this week', step: 'week' },
  { name: 'month', label: 'Month', caption: 'tokens this month', step: 'month' },
  { name: 'all', label: 'All', caption: 'tokens in all', step: '' },
  { name: 'custom', label: 'Custom', caption: 'tokens', step: 'span' },
];

const TRENDS: { unit: TrendUnit; label: string }[] = [
  { unit: 'day', label: 'Daily' },
  { unit: 'week', label: 'Weekly' },
  { unit: 'month', label: 'Monthly' },
];

export function dashboardView(input: DashboardInput): DashboardView {
  const { locale, totals, window, before } = input;
  const tokens = totalTokens(totals);
  const words = captionOf(input);
  const beforeTokens = before ? totalTokens(before.totals) : 0;
  const beforeText =
    before && `${exactNumber(totalTokens(before.totals), locale)} tokens from ${rangeText(before, input)}`;
  return {
    ...stateOf(input),
    windows: WINDOWS.map(({ name, label }) => ({ name, label, selected: name === window.name })),
    span: spanView(input),
    headline: {
      value: compactTokens(tokens, locale),
      title: `${exactNumber(tokens, locale)} ${words}`,
      caption:
        totals.estimatedTurns > 0
          ? `${words}, output of ${plural(totals.estimatedTurns, '{0} request', '{0} requests', locale)} estimated`
          : words,
    },
    change: before && changeView(tokens, totalTokens(before.totals), beforeText ?? '', locale),
    against:
      before && (beforeTokens > 0 ? `against ${beforeText}` : `nothing was used from ${rangeText(before, input)}`),
    isCompared: input.isCompared,
    period: periodText(input),
    ring: ringView(input),
    quotas: quotas({ ...input, weeklyBudgetTokens: undefined }).map(
      ({ short: _, shortDetail: __, agent: ___, ...quota }) => quota,
    ),
    spark: sparkView(input),
    cards: summaryCards(input.summary, locale),
    facts: facts(input),
    days: daysView(
      input.spans,
      input.unit,
      input,
      before && {
        spans: before.spans,
        label: rangeText({ sinceMs: before.sinceMs, untilMs: before.wholeUntilMs }, input),
      },
    ),
    trend: {
      units: TRENDS.map((trend) => ({ ...trend, selected: trend.unit === input.trend.unit })),
      days: daysView(input.trend.spans, input.trend.unit, input),
    },
    chips: filterChips(input.filters, input.agentLabels, input.sessionTitle),
    byAgent: agentTable(input.byAgent, input.agentLabels, locale, input.filters),
    byModel: modelTable(input.byModel, locale, input.filters),
    providers: {
      donut: providerDonut(input.byProvider, locale),
      table: providerTable(input.byProvider, locale, input.filters),
    },
    breakdowns: breakdownTables({ ...input, tokens }),
    items: { notice: 'Counting items …' },
    historyStart: historyStart(input),
    coverage: coverageText(input),
    updatedAt: dateText(input.nowMs, input, { hour: '2-digit', minute: '2-digit', second: '2-digit' }),
  };
}

function captionOf({ window, filters }: DashboardInput): string {
  const known = WINDOWS.find(({ name }) => name === window.name);
  const isNamed = window.isCurrent || window.name === 'all';
  const caption = isNamed ? (known?.caption ?? 'tokens') : 'tokens';
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  return isFiltered ? `${caption}, filtered` : caption;
}

function spanView({ window }: DashboardInput): DashboardView['span'] {
  const { name, sinceMs, untilMs, fromDay, toDay, hasNext, isNarrowed } = window;
  const step = WINDOWS.find((each) => each.name === name)?.step ?? '';
  return {
    sinceMs,
    untilMs,
    fromDay,
    toDay,
    previous: step === '' ? undefined : `Previous ${step}`,
    next: step === '' || !hasNext ? undefined : `Next ${step}`,
    wider: isNarrowed ? 'Back to the whole' : undefined,
  };
}

function stateOf(input: DashboardInput): Pick<DashboardView, 'state' | 'notice'> {
  const { progress, locale } = input;
  if (progress) {
    const files = `${exactNumber(progress.filesDone, locale)} of ${plural(progress.filesTotal, '{0} file', '{0} files', locale)}`;
    return { state: 'indexing', notice: `Reading history, newest first: ${files}. The figures below still grow.` };
  }
  if (input.coverage.firstAtMs === null)
    return {
      state: 'empty',
      notice: `No transcripts of coding agents yet. Looked for those of ${input.lookedFor.join(', ')}.`,
    };
  return { state: 'ready' };
}

/** `Nov 16 – 22`; with hours where it begins or ends within a day, with the year where that is not this one. */
function rangeText(span: { sinceMs: number; untilMs: number }, input: DashboardInput): string {
  const { locale, timeZone, nowMs } = input;
  const year = (atMs: number): string => dateText(atMs, { locale: 'en', timeZone }, { year: 'numeric' });
  const isWithinDay = span.untilMs - span.sinceMs < 22 * 3_600_000;
  const format = new Intl.DateTimeFormat(locale, {
    month: 'short',
    day: 'numeric',
    ...(isWithinDay ? { hour: 'numeric', minute: '2-digit' } : {}),
    ...(year(span.sinceMs) !== year(nowMs) ? { year: 'numeric' } : {}),
    timeZone,
  });
  return format.formatRange(span.sinceMs, Math.max(span.sinceMs, span.untilMs - 1));
}

function periodText(input: DashboardInput): string {
  if (input.window.name === 'all' && input.coverage.firstAtMs === null) return 'No requests yet';
  const range = rangeText(input.window, input);
  const { resetAtMs } = input.window;
  return resetAtMs === undefined ? range : `${range} · resets ${resetText(resetAtMs, input)}`;
}

/** The budget is for weeks: of the week that is shown, else of the one that is under way. */
function ringView(input: DashboardInput): RingView | undefined {
  const isPast = input.window.name === 'week' && !input.window.isCurrent;
  const budget = budgetQuota({ ...input, weekTokens: input.budgetTokens });
  if (!budget) return undefined;
  const { notice, warning, critical } = input.thresholds;
  return {
    label: isPast ? `Weekly budget, ${rangeText(input.window, input)}` : 'Weekly budget',
    percent: budget.percent,
    percentLabel: budget.percentLabel,
    tone: budget.tone,
    detail: isPast ? budget.detail.replace(/, resets .*$/, '') : budget.detail,
    marks: [notice, warning, critical],
  };
}

function sparkView(input: DashboardInput): SparkView {
  const { locale } = input;
  const values = input.recentDays.map(({ sums }) => totalTokens(sums));
  const most = Math.max(0, ...values);
  const days = plural(values.length, '{0} day', '{0} days', locale);
  return {
    values,
    label: `Last ${days}`,
    text: `Tokens by day in the last ${days}: ${compactTokens(values.at(-1) ?? 0, locale)} today, ${compactTokens(most, locale)} at most.`,
  };
}

function facts({ totals, saving, locale }: DashboardInput): DashboardView['facts'] {
  const hitRate = cacheHitRate(totals);
  const prompt = totalTokens(totals) - totals.output;
  const unpriced = plural(totals.unpricedTurns, '{0} request', '{0} requests', locale);
  const list: DashboardView['facts'] = [
    {
      label: 'Cost',
      value: costText(totals, locale),
      detail: totals.unpricedTurns > 0 ? `list price; ${unpriced} unpriced` : 'at API list price',
    },
    {
      label: 'Requests',
      value: exactNumber(totals.turns, locale),
      detail: plural(totals.tasks, '{0} task', '{0} tasks', locale),
    },
    { label: 'Sessions', value: exactNumber(totals.sessions, locale) },
    {
      label: 'Output',
      value: compactTokens(totals.output, locale),
      title: `${exactNumber(totals.output, locale)} tokens`,
      detail: totals.reasoning > 0 ? `${compactTokens(totals.reasoning, locale)} reasoning` : undefined,
    },
    {
      label: 'Cache hit rate',
      value: hitRate === null ? '–' : percent(hitRate, locale),
      detail: `of ${compactTokens(prompt, locale)} prompt tokens`,
    },
  ];
  if (saving.usd !== undefined)
    list.push({
      label: 'Saved by caching',
      value: `${saving.isEstimated ? '≈' : ''}${usd(saving.usd, locale)}`,
      title: 'What the cached tokens would have cost as plain input, less what reading and writing them cost',
      detail:
        saving.unpricedTokens > 0
          ? `${compactTokens(saving.unpricedTokens, locale)} cached tokens unpriced`
          : 'against no cache',
    });
  return list;
}

function historyStart({ window, coverage, ...where }: DashboardInput): string | undefined {
  if (coverage.firstAtMs === null || window.name === 'all' || window.sinceMs >= coverage.firstAtMs) return undefined;
  return `History starts on ${dateText(coverage.firstAtMs, where, { dateStyle: 'long' })}.`;
}

function coverageText(input: DashboardInput): string {
  const { coverage, locale } = input;
  const parts = [
    `${plural(coverage.records, '{0} record', '{0} records', locale)} from ${plural(coverage.files, '{0} file', '{0} files', locale)}`,
  ];
  if (coverage.firstAtMs !== null)
    parts.push(`history starts on ${dateText(coverage.firstAtMs, input, { dateStyle: 'medium' })}`);
  if (coverage.rejectedRecords > 0)
    parts.push(`${plural(coverage.rejectedRecords, '{0} record', '{0} records', locale)} rejected`);
  if (coverage.unknownRecords > 0)
    parts.push(`${plural(coverage.unknownRecords, '{0} record', '{0} records', locale)} of unknown kinds`);
  if (coverage.failedFiles > 0)
    parts.push(`${plural(coverage.failedFiles, '{0} file', '{0} files', locale)} unreadable`);
  if (input.notCounted.length > 0) parts.push(`no token data: ${input.notCounted.join(', ')}`);
  return parts.join(' · ');
}
