import type { CacheSaving } from '../ledger/cacheSaving.ts';
import type { CoverageRow } from '../queries/coverage.ts';
import type { UnlistedUsageRow } from '../queries/unlisted.ts';
import type { UsageByAgentRow, UsageByModelRow, UsageByProviderRow } from '../queries/usageByOwner.ts';
import type { UsageTotalsRow } from '../queries/usageTotals.ts';
import type { UsageFilters } from '../queries/usageWindow.ts';
import { type BreakdownInput, breakdownTables, providerTable } from './breakdowns.ts';
import { changeView } from './change.ts';
import type { DashboardView, QuotaView, RingView, SparkView, TrendUnit } from './dashboardView.ts';
import { type DaySpan, type DayUnit, daysView } from './days.ts';
import { providerDonut } from './donut.ts';
import { filterChips } from './filterChips.ts';
import { compactTokens, dateText, exactNumber, listed, percent, plural, usd } from './format.ts';
import { BUDGET_KEY } from './limitFigures.ts';
import { limitQuotas } from './limitQuotas.ts';
import { type MeterInput, readingHistory } from './meter.ts';
import { paceNote } from './paceText.ts';
import { budgetQuota, type MeterQuota, type QuotaInput, resetText, statedQuotas } from './quota.ts';
import { type ScopesInput, scopesView } from './scopes.ts';
import { type SummarySpan, summaryCards } from './summaryCards.ts';
import { t } from './text.ts';
import { toneOf } from './tone.ts';
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

export const windowsOf = (): {
  name: WindowName;
  label: string;
  caption: string;
  previous?: string;
  next?: string;
}[] => [
  { name: 'day', label: t('Day'), caption: t('tokens today'), previous: t('Previous day'), next: t('Next day') },
  {
    name: 'week',
    label: t('Week'),
    caption: t('tokens this week'),
    previous: t('Previous week'),
    next: t('Next week'),
  },
  {
    name: 'month',
    label: t('Month'),
    caption: t('tokens this month'),
    previous: t('Previous month'),
    next: t('Next month'),
  },
  { name: 'all', label: t('All'), caption: t('tokens in all') },
  { name: 'custom', label: t('Custom'), caption: t('tokens'), previous: t('Previous span'), next: t('Next span') },
];

const trendsOf = (): { unit: TrendUnit; label: string }[] => [
  { unit: 'day', label: t('Daily') },
  { unit: 'week', label: t('Weekly') },
  { unit: 'month', label: t('Monthly') },
];

export function dashboardView(input: DashboardInput): DashboardView {
  const { locale, totals, window, before } = input;
  const tokens = totalTokens(totals);
  const words = captionOf(input);
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
      units: trendsOf().map((trend) => ({ ...trend, selected: trend.unit === input.trend.unit })),
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
    items: { notice: t('Counting items …') },
    historyStart: historyStart(input),
    coverage: coverageText(input),
    updatedAt: dateText(input.nowMs, input, { hour: '2-digit', minute: '2-digit', second: '2-digit' }),
  };
}

function captionOf({ window, filters }: DashboardInput): string {
  const known = windowsOf().find(({ name }) => name === window.name);
  const isNamed = window.isCurrent || window.name === 'all';
  const caption = isNamed ? (known?.caption ?? t('tokens')) : t('tokens');
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  return isFiltered ? t('{0}, filtered', caption) : caption;
}

export function spanView({ window }: Pick<DashboardInput, 'window'>): DashboardView['span'] {
  const { name, sinceMs, untilMs, fromDay, toDay, hasNext, isNarrowed } = window;
  const steps = windowsOf().find((each) => each.name === name);
  return {
    sinceMs,
    untilMs,
    fromDay,
    toDay,
    previous: steps?.previous,
    next: hasNext ? steps?.next : undefined,
    wider: isNarrowed ? t('Back to the whole') : undefined,
  };
}

export function stateOf(
  input: Pick<DashboardInput, 'progress' | 'locale' | 'lookedFor' | 'scopes'> & {
    coverage: Pick<CoverageRow, 'firstAtMs'>;
  },
): Pick<DashboardView, 'state' | 'notice'> {
  if (input.scopes && input.scopes.scope !== 'machine') return { state: 'ready' };
  const { progress, locale } = input;
  if (progress) {
    const notice = `${readingHistory(progress, locale)} ${t('The figures below still grow.')}`;
    return { state: 'indexing', notice };
  }
  if (input.coverage.firstAtMs === null)
    return {
      state: 'empty',
      notice: `${t('No transcripts of coding agents yet.')} ${t('Looked for those of {0}.', listed(input.lookedFor))}`,
    };
  return { state: 'ready' };
}

/** `Nov 16 – 22`; with hours where it begins or ends within a day, with the year where that is not this one. */
export function rangeText(
  span: { sinceMs: number; untilMs: number },
  input: Pick<DashboardInput, 'locale' | 'timeZone' | 'nowMs'>,
): string {
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
  if (input.window.name === 'all' && input.coverage.firstAtMs === null) return t('No requests yet');
  const range = rangeText(input.window, input);
  const { resetAtMs } = input.window;
  return resetAtMs === undefined ? range : t('{0} · resets {1}', range, resetText(resetAtMs, input));
}

/**
 * The budget is for weeks: of the week that is shown, else of the one that is under way. Without one it is the fullest of the other limits
 * that are set.
 */
function ringView(input: DashboardInput): RingView | undefined {
  const isPast = input.window.name === 'week' && !input.window.isCurrent;
  const budget = budgetQuota({ ...input, weekTokens: input.budgetTokens });
  const quota = budget ?? limitQuotas(input)[0];
  if (!quota) return undefined;
  const pace = input.figures?.find(({ key }) => key === BUDGET_KEY)?.pace;
  const note = budget ? pace && !isPast && paceNote(pace, input.locale) : quota.pace;
  const { notice, warning, critical } = input.thresholds;
  return {
    label: budget && isPast ? t('Weekly budget, {0}', rangeText(input.window, input)) : quota.label,
    percent: quota.percent,
    percentLabel: quota.percentLabel,
    tone: quota.tone,
    detail: budget && isPast ? budget.used : quota.detail,
    note: note || undefined,
    marks: [notice, warning, critical],
  };
}

/** What the ring does not show: the other limits that are set, and what agents state. */
function otherQuotas(input: DashboardInput): QuotaView[] {
  const set = limitQuotas(input);
  const others = input.weeklyBudgetTokens === undefined ? set.slice(1) : set;
  return [...others, ...statedQuotas(input)].map(plainQuota);
}

const plainQuota = ({ label, percent, percentLabel, tone, detail, pace }: MeterQuota): QuotaView => ({
  label,
  percent,
  percentLabel,
  tone,
  detail: pace === undefined ? detail : `${detail} · ${pace}`,
});

/** What the week that is shown, or the one that is under way, cost of the budget; what has no price is in no cost, and is said. */
function costRing({ weeklyBudgetUsd, budgetWeek, locale, thresholds }: DashboardInput): RingView | undefined {
  if (weeklyBudgetUsd === undefined || !budgetWeek) return undefined;
  const share = budgetWeek.costUsd / weeklyBudgetUsd;
  const { notice, warning, critical } = thresholds;
  return {
    label: t('Weekly cost budget'),
    percent: share * 100,
    percentLabel: percent(share, locale),
    tone: toneOf(share * 100, thresholds),
    detail: t('{0} of {1}', costText(budgetWeek, locale), usd(weeklyBudgetUsd, locale)),
    marks: [notice, warning, critical],
  };
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

function facts({ totals, saving, locale }: DashboardInput): DashboardView['facts'] {
  const hitRate = cacheHitRate(totals);
  const prompt = totalTokens(totals) - totals.output;
  const list: DashboardView['facts'] = [
    {
      label: t('Cost'),
      isCost: true,
      value: costText(totals, locale),
      detail:
        totals.unpricedTurns > 0
          ? plural(
              totals.unpricedTurns,
              'list price; {0} request unpriced',
              'list price; {0} requests unpriced',
              locale,
            )
          : t('at API list price'),
    },
    {
      label: t('Requests'),
      value: exactNumber(totals.turns, locale),
      detail: plural(totals.tasks, '{0} task', '{0} tasks', locale),
    },
    { label: t('Sessions'), value: exactNumber(totals.sessions, locale) },
    {
      label: t('Output'),
      value: compactTokens(totals.output, locale),
      title: plural(totals.output, '{0} token', '{0} tokens', locale),
      detail: totals.reasoning > 0 ? t('{0} reasoning', compactTokens(totals.reasoning, locale)) : undefined,
    },
    {
      label: t('Cache hit rate'),
      value: hitRate === null ? '–' : percent(hitRate, locale),
      detail: t('of {0} prompt tokens', compactTokens(prompt, locale)),
    },
  ];
  if (saving.usd !== undefined)
    list.push({
      label: t('Saved by caching'),
      isCost: true,
      value: `${saving.isEstimated ? '≈' : ''}${usd(saving.usd, locale)}`,
      title: t('What the cached tokens would have cost as plain input, less what reading and writing them cost'),
      detail:
        saving.unpricedTokens > 0
          ? t('{0} cached tokens unpriced', compactTokens(saving.unpricedTokens, locale))
          : t('against no cache'),
    });
  return list;
}

function historyStart({ window, coverage, ...where }: DashboardInput): string | undefined {
  if (coverage.firstAtMs === null || window.name === 'all' || window.sinceMs >= coverage.firstAtMs) return undefined;
  return t('History starts on {0}.', dateText(coverage.firstAtMs, where, { dateStyle: 'long' }));
}

function coverageText(input: DashboardInput): string {
  if (input.scopes && input.scopes.scope !== 'machine') return teamText(input);
  const { coverage, locale } = input;
  const parts = [
    t(
      '{0} from {1}',
      plural(coverage.records, '{0} record', '{0} records', locale),
      plural(coverage.files, '{0} file', '{0} files', locale),
    ),
  ];
  if (coverage.firstAtMs !== null)
    parts.push(t('history starts on {0}', dateText(coverage.firstAtMs, input, { dateStyle: 'medium' })));
  if (coverage.rejectedRecords > 0)
    parts.push(plural(coverage.rejectedRecords, '{0} record rejected', '{0} records rejected', locale));
  if (coverage.unknownRecords > 0)
    parts.push(plural(coverage.unknownRecords, '{0} record of unknown kinds', '{0} records of unknown kinds', locale));
  if (coverage.failedFiles > 0)
    parts.push(plural(coverage.failedFiles, '{0} file unreadable', '{0} files unreadable', locale));
  const unlisted = input.unlisted.reduce((sum, row) => sum + totalTokens(row), 0);
  if (unlisted > 0)
    parts.push(t('stated only as a sum, in no figure here: {0}', plural(unlisted, '{0} token', '{0} tokens', locale)));
  if (input.notCounted.length > 0) parts.push(t('no token data: {0}', listed(input.notCounted)));
  return parts.join(' · ');
}

function teamText({ coverage, scopes, locale, ...where }: DashboardInput): string {
  if (scopes?.place === undefined) return t('No answer from the team’s store');
  const requests = plural(coverage.records, '{0} request', '{0} requests', locale);
  if (coverage.firstAtMs === null) return `${requests} · ${scopes.place}`;
  const start = dateText(coverage.firstAtMs, { ...where, locale }, { dateStyle: 'medium' });
  return `${requests} · ${scopes.place} · ${t('history starts on {0}', start)}`;
}
