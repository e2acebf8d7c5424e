import type { UsageSums } from '../queries/usageWindow.ts';
import type { CostTier, CostTiersView } from './dashboardView.ts';
import type { DayUnit } from './days.ts';
import { percent, usd } from './format.ts';
import { t } from './text.ts';
import { type Thresholds, type Tone, toneOf } from './tone.ts';
import { costText } from './usageTable.ts';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

/** A bar at the edge of a window is shorter than its unit, or an hour longer where clocks change: it is held against the same as all. */
const UNIT_MS: Record<DayUnit, number> = {
  hour: DAY_MS / 24,
  day: DAY_MS,
  week: WEEK_MS,
  month: (365.25 / 12) * DAY_MS,
};

/** What costs are held against. */
export interface CostBudget {
  /** Dollars to spend in a week. */
  weeklyUsd: number;
  thresholds: Thresholds;
  locale: string;
}

/** The part of a week's budget that belongs to a stretch of time, in dollars. */
const partOf = (budget: CostBudget, lengthMs: number): number => (budget.weeklyUsd * lengthMs) / WEEK_MS;

type Costs = Pick<UsageSums, 'costUsd' | 'turns' | 'unpricedTurns' | 'estimatedTurns'>;

/** How much of the budget of so long a time was spent; `undefined` where nothing was used or nothing of it has a price. */
export function costTier(sums: Costs, lengthMs: number, budget: CostBudget): CostTier | undefined {
  if (sums.turns === 0 || sums.unpricedTurns === sums.turns) return undefined;
  const { locale } = budget;
  const share = sums.costUsd / partOf(budget, lengthMs);
  return {
    tone: toneOf(share * 100, budget.thresholds),
    cost: costText(sums, locale),
    share: percent(share, locale),
    text: t('{0} of {1}', percent(share, locale), usd(partOf(budget, lengthMs), locale)),
  };
}

/** What the tiers of bars mean; hours have none, as nobody spends a budget by the hour. */
export function barTiers(unit: DayUnit, budget: CostBudget): CostTiersView | undefined {
  const amount = usd(partOf(budget, UNIT_MS[unit]), budget.locale);
  switch (unit) {
    case 'hour':
      return undefined;
    case 'day':
      return tiersOf(t('Cost of each day against {0}', amount), budget);
    case 'week':
      return tiersOf(t('Cost of each week against {0}', amount), budget);
    case 'month':
      return tiersOf(t('Cost of each month against {0}', amount), budget);
  }
}

/** The tier of a bar. */
export const barTier = (sums: Costs, unit: DayUnit, budget: CostBudget): CostTier | undefined =>
  costTier(sums, UNIT_MS[unit], budget);

/** What the tiers of the rows of tables mean. */
export const rowTiers = (lengthMs: number, budget: CostBudget): CostTiersView =>
  tiersOf(
    t('Cost of each row against {0}, the budget of this window', usd(partOf(budget, lengthMs), budget.locale)),
    budget,
  );

function tiersOf(caption: string, { thresholds, locale }: CostBudget): CostTiersView {
  const { notice, warning, critical } = thresholds;
  const at = (value: number): string => percent(value / 100, locale);
  const entries: [Tone, string][] = [
    ['normal', t('below {0}', at(notice))],
    ['notice', t('{0} to {1}', at(notice), at(warning))],
    ['warning', t('{0} to {1}', at(warning), at(critical))],
    ['critical', t('{0} and more', at(critical))],
  ];
  return { caption, legend: entries.map(([tone, label]) => ({ tone, label })) };
}
