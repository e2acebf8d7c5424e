import type { UsageTotalsRow } from '../queries/usageTotals.ts';
import { changeView } from './change.ts';
import type { ChangeView, SummaryCard } from './dashboardView.ts';
import { compactTokens, exactNumber, plural } from './format.ts';
import { weekBegan } from './quota.ts';
import { t } from './text.ts';
import { totalTokens } from './usage.ts';
import { costText } from './usageTable.ts';

/** What was used in a span that is under way, and in the span before up to the same point. */
export interface SummarySpan {
  name: 'day' | 'week' | 'month';
  now: UsageTotalsRow;
  before: UsageTotalsRow;
  /** When it began. */
  sinceMs: number;
}

const LABELS = { day: () => t('Today'), week: () => t('This week'), month: () => t('This month') } as const;
const BEFORE = {
  day: (figure: string) => t('{0} yesterday up to this time', figure),
  week: (figure: string) => t('{0} last week up to this time', figure),
  month: (figure: string) => t('{0} last month up to this time', figure),
} as const;

/** Tokens, cost, requests and sessions: today, this week, this month, each against the span before up to the same point. */
export function summaryCards(
  spans: readonly SummarySpan[],
  where: { locale: string; timeZone: string; nowMs: number },
): SummaryCard[] {
  const { locale } = where;
  const card = (
    label: string,
    value: (totals: UsageTotalsRow) => number,
    text: (totals: UsageTotalsRow) => string,
    exact: (totals: UsageTotalsRow) => string,
    isKnown?: (totals: UsageTotalsRow) => boolean,
  ): SummaryCard => ({
    label,
    ...(isKnown ? { isCost: true } : {}),
    spans: spans.map(({ name, now, before, sinceMs }) => {
      const change: ChangeView | undefined =
        !isKnown || (isKnown(now) && isKnown(before))
          ? changeView(value(now), value(before), BEFORE[name](exact(before)), locale)
          : undefined;
      const note = name === 'week' ? weekBegan(sinceMs, where) : undefined;
      return { label: LABELS[name](), note, value: text(now), title: exact(now), change };
    }),
  });
  const count = (value: number): string => exactNumber(value, locale);
  return [
    card(
      t('Tokens'),
      totalTokens,
      (totals) => compactTokens(totalTokens(totals), locale),
      (totals) => plural(totalTokens(totals), '{0} token', '{0} tokens', locale),
    ),
    card(
      t('Cost'),
      (totals) => totals.costUsd,
      (totals) => costText(totals, locale),
      (totals) => costText(totals, locale),
      (totals) => totals.turns === 0 || totals.unpricedTurns < totals.turns,
    ),
    card(
      t('Requests'),
      (totals) => totals.turns,
      (totals) => count(totals.turns),
      (totals) => plural(totals.turns, '{0} request', '{0} requests', locale),
    ),
    card(
      t('Sessions'),
      (totals) => totals.sessions,
      (totals) => count(totals.sessions),
      (totals) => plural(totals.sessions, '{0} session', '{0} sessions', locale),
    ),
  ];
}
