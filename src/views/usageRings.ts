import type { DashboardInput } from './dashboard.ts';
import type { QuotaView, RingView } from './dashboardView.ts';
import { percent, usd } from './format.ts';
import { BUDGET_KEY } from './limitFigures.ts';
import { limitQuotas } from './limitQuotas.ts';
import { paceNote } from './paceText.ts';
import { budgetQuota, type MeterQuota, statedQuotas } from './quota.ts';
import { t } from './text.ts';
import { toneOf } from './tone.ts';
import { rangeText } from './usageSpan.ts';
import { costText } from './usageTable.ts';

/**
 * The budget is for weeks: of the week that is shown, else of the one that is under way. Without one it is the fullest of the other limits
 * that are set.
 */
export function ringView(input: DashboardInput): RingView | undefined {
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
export function otherQuotas(input: DashboardInput): QuotaView[] {
  const set = limitQuotas(input);
  const others = input.weeklyBudgetTokens === undefined ? set.slice(1) : set;
  return [...others, ...statedQuotas(input)].map(plainQuota);
}

const plainQuota = ({ label, percent, percentLabel, tone, detail, pace, costTitle }: MeterQuota): QuotaView => ({
  ...(costTitle === undefined ? {} : { costTitle }),
  label,
  percent,
  percentLabel,
  tone,
  detail: pace === undefined ? detail : `${detail} · ${pace}`,
});

/** What the week that is shown, or the one that is under way, cost of the budget; what has no price is in no cost, and is said. */
export function costRing({ weeklyBudgetUsd, budgetWeek, locale, thresholds }: DashboardInput): RingView | undefined {
  if (weeklyBudgetUsd === undefined || !budgetWeek) return undefined;
  const share = budgetWeek.costUsd / weeklyBudgetUsd;
  const { notice, warning, critical } = thresholds;
  return {
    label: t('Weekly cost budget'),
    percent: share * 100,
    percentLabel: `${budgetWeek.unpricedTurns > 0 ? '≥ ' : ''}${percent(share, locale)}`,
    tone: toneOf(share * 100, thresholds),
    detail: t('{0} of {1}', costText(budgetWeek, locale), usd(weeklyBudgetUsd, locale)),
    marks: [notice, warning, critical],
  };
}
