import type { CoverageRow } from '../queries/coverage.ts';
import type { UsageByAgentRow, UsageByModelRow } from '../queries/usageByOwner.ts';
import type { UsageTotalsRow } from '../queries/usageTotals.ts';
import type { DashboardView } from './dashboardView.ts';
import { type DaySpan, type DayUnit, daysView } from './days.ts';
import { compactTokens, counted, dateText, exactNumber, percent } from './format.ts';
import type { MeterInput } from './meter.ts';
import { type QuotaInput, quotas, resetText } from './quota.ts';
import { totalTokens } from './usage.ts';
import type { WindowName } from './usageReport.ts';
import { agentTable, costText, modelTable } from './usageTable.ts';

/** What the Show Usage page is made from. */
export interface DashboardInput extends QuotaInput {
  window: { name: WindowName; sinceMs?: number; untilMs?: number; resetAtMs?: number };
  totals: UsageTotalsRow;
  byAgent: UsageByAgentRow[];
  byModel: UsageByModelRow[];
  /** Every span of the window, ascending and without gaps. */
  spans: DaySpan[];
  unit: DayUnit;
  coverage: CoverageRow;
  /** Agents that are used here, but leave no tokens. */
  notCounted: string[];
  progress?: MeterInput['progress'];
  lookedFor: string[];
}

const WINDOWS: { name: WindowName; label: string; caption: string }[] = [
  { name: 'day', label: 'Day', caption: 'tokens today' },
  { name: 'week', label: 'Week', caption: 'tokens this week' },
  { name: 'month', label: 'Month', caption: 'tokens this month' },
  { name: 'all', label: 'All', caption: 'tokens in all' },
];

export function dashboardView(input: DashboardInput): DashboardView {
  const { locale, totals } = input;
  const tokens = totalTokens(totals);
  const caption = WINDOWS.find((window) => window.name === input.window.name)?.caption ?? 'tokens';
  return {
    ...stateOf(input),
    windows: WINDOWS.map(({ name, label }) => ({ name, label, selected: name === input.window.name })),
    headline: {
      value: compactTokens(tokens, locale),
      title: `${exactNumber(tokens, locale)} ${caption}`,
      caption:
        totals.estimatedTurns > 0
          ? `${caption}, output of ${counted(totals.estimatedTurns, 'request', 'requests', locale)} estimated`
          : caption,
    },
    period: periodText(input),
    quotas: quotas(input).map(({ short: _, shortDetail: __, agent: ___, ...quota }) => quota),
    cards: cards(totals, locale),
    days: daysView(input.spans, input.unit, input),
    byAgent: agentTable(input.byAgent, input.agentLabels, locale),
    byModel: modelTable(input.byModel, locale),
    coverage: coverageText(input),
    updatedAt: dateText(input.nowMs, input, { hour: '2-digit', minute: '2-digit', second: '2-digit' }),
  };
}

function stateOf(input: DashboardInput): Pick<DashboardView, 'state' | 'notice'> {
  const { progress, locale } = input;
  if (progress) {
    const files = `${exactNumber(progress.filesDone, locale)} of ${counted(progress.filesTotal, 'file', 'files', locale)}`;
    return { state: 'indexing', notice: `Reading history, newest first: ${files}. The figures below still grow.` };
  }
  if (input.coverage.firstAtMs === null)
    return {
      state: 'empty',
      notice: `No transcripts of coding agents yet. Looked for those of ${input.lookedFor.join(', ')}.`,
    };
  return { state: 'ready' };
}

function periodText(input: DashboardInput): string {
  const { sinceMs, untilMs, resetAtMs } = input.window;
  const first = sinceMs ?? input.coverage.firstAtMs;
  if (first === null) return 'No requests yet';
  const last = untilMs === undefined ? Math.max(input.nowMs, first) : untilMs - 1;
  const format = new Intl.DateTimeFormat(input.locale, {
    month: 'short',
    day: 'numeric',
    ...(sinceMs === undefined ? { year: 'numeric' } : {}),
    timeZone: input.timeZone,
  });
  const range = format.formatRange(first, last);
  return resetAtMs === undefined ? range : `${range} · resets ${resetText(resetAtMs, input)}`;
}

function cards(totals: UsageTotalsRow, locale: string): DashboardView['cards'] {
  const prompt = totals.input + totals.cacheRead + totals.cacheWrite5m + totals.cacheWrite1h;
  const unpriced = counted(totals.unpricedTurns, 'request', 'requests', locale);
  return [
    {
      label: 'Cost',
      value: costText(totals, locale),
      detail: totals.unpricedTurns > 0 ? `list price; ${unpriced} unpriced` : 'at API list price',
    },
    {
      label: 'Requests',
      value: exactNumber(totals.turns, locale),
      detail: counted(totals.tasks, 'task', 'tasks', locale),
    },
    { label: 'Sessions', value: exactNumber(totals.sessions, locale) },
    {
      label: 'Output',
      value: compactTokens(totals.output, locale),
      detail: totals.reasoning > 0 ? `${compactTokens(totals.reasoning, locale)} reasoning` : undefined,
    },
    {
      label: 'Cache hit rate',
      value: prompt > 0 ? percent(totals.cacheRead / prompt, locale) : '–',
      detail: `of ${compactTokens(prompt, locale)} prompt tokens`,
    },
  ];
}

function coverageText(input: DashboardInput): string {
  const { coverage, locale } = input;
  const parts = [
    `${counted(coverage.records, 'record', 'records', locale)} from ${counted(coverage.files, 'file', 'files', locale)}`,
  ];
  if (coverage.firstAtMs !== null)
    parts.push(`history starts on ${dateText(coverage.firstAtMs, input, { dateStyle: 'medium' })}`);
  if (coverage.rejectedRecords > 0)
    parts.push(`${counted(coverage.rejectedRecords, 'record', 'records', locale)} rejected`);
  if (coverage.unknownRecords > 0)
    parts.push(`${counted(coverage.unknownRecords, 'record', 'records', locale)} of unknown kinds`);
  if (coverage.failedFiles > 0) parts.push(`${counted(coverage.failedFiles, 'file', 'files', locale)} unreadable`);
  if (input.notCounted.length > 0) parts.push(`no token data: ${input.notCounted.join(', ')}`);
  return parts.join(' · ');
}
