import type { UsageTotalsRow } from '../queries/usageTotals.ts';
import { changeView } from './change.ts';
import type { ChangeView, SummaryCard } from './dashboardView.ts';
import { compactTokens, exactNumber } from './format.ts';
import { totalTokens } from './usage.ts';
import { costText } from './usageTable.ts';

/** What was used in a span that is under way, and in the span before up to the same point. */
export interface SummarySpan {
  name: 'day' | 'week' | 'month';
  now: UsageTotalsRow;
  before: UsageTotalsRow;
}

const LABELS = { day: 'Today', week: 'This week', month: 'This month' } as const;
const BEFORE = {
  day: 'yesterday up to this time',
  week: 'last week up to this time',
  month: 'last month up to this time',
} as const;

/** Tokens, cost, requests and sessions: today, this week, this month, each against the span before up to the same point. */
export function summaryCards(spans: readonly SummarySpan[], locale: string): SummaryCard[] {
  const card = (
    label: string,
    value: (totals: UsageTotalsRow) => number,
    text: (totals: UsageTotalsRow) => string,
    exact: (totals: UsageTotalsRow) => string,
    isKnown: (totals: UsageTotalsRow) => boolean = () => true,
  ): SummaryCard => ({
    label,
    spans: spans.map(({ name, now, before }) => {
      const change: ChangeView | undefined =
        isKnown(now) && isKnown(before)
          ? changeView(value(now), value(before), `${exact(before)} ${BEFORE[name]}`, locale)
          : undefined;
      return { label: LABELS[name], value: text(now), title: exact(now), change };
    }),
  });
  const count = (value: number): string => exactNumber(value, locale);
  return [
    card(
      'Tokens',
      totalTokens,
      (totals) => compactTokens(totalTokens(totals), locale),
      (totals) => `${count(totalTokens(totals))} tokens`,
    ),
    card(
      'Cost',
      (totals) => totals.costUsd,
      (totals) => costText(totals, locale),
      (totals) => costText(totals, locale),
      (totals) => totals.turns === 0 || totals.unpricedTurns < totals.turns,
    ),
    card(
      'Requests',
      (totals) => totals.turns,
      (totals) => count(totals.turns),
      (totals) => `${count(totals.turns)} requests`,
    ),
    card(
      'Sessions',
      (totals) => totals.sessions,
      (totals) => count(totals.sessions),
      (totals) => `${count(totals.sessions)} sessions`,
    ),
  ];
}
