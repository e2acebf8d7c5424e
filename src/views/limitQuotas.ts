import { duration, percent } from './format.ts';
import { BUDGET_KEY, COST_BUDGET_KEY, type LimitFigure } from './limitFigures.ts';
import { limitName, usedText } from './limitText.ts';
import { paceNote } from './paceText.ts';
import { costTitle } from './priceOrigins.ts';
import { budgetQuota, type MeterQuota, type QuotaInput, resetText, statedQuotas } from './quota.ts';
import { t } from './text.ts';
import { toneOf } from './tone.ts';

/** The weekly budgets first, then the other limits that are set and what agents state, each fullest first. */
export function quotas(input: QuotaInput): MeterQuota[] {
  const budget = budgetQuota(input);
  const pace = input.figures?.find(({ key }) => key === BUDGET_KEY)?.pace;
  const note = pace && paceNote(pace, input.locale);
  const withPace = budget && note !== undefined ? { ...budget, pace: note } : budget;
  const cost = input.figures?.find(({ key }) => key === COST_BUDGET_KEY);
  const budgets = [...(withPace ? [withPace] : []), ...(cost ? [limitQuota(cost, input)] : [])];
  return [...budgets.toSorted((a, b) => b.percent - a.percent), ...limitQuotas(input), ...statedQuotas(input)];
}

/** The limits of accounts, fullest first. The budgets have places of their own. */
export function limitQuotas(input: QuotaInput): MeterQuota[] {
  return (input.figures ?? [])
    .filter(({ account, span }) => account !== undefined && span !== undefined)
    .map((figure) => limitQuota(figure, input))
    .toSorted((a, b) => b.percent - a.percent);
}

function limitQuota(figure: LimitFigure, input: QuotaInput): MeterQuota {
  const { locale, nowMs } = input;
  const used = usedText(figure.used, figure.amount, figure.unit, locale);
  const untilMs = figure.span?.untilMs ?? nowMs;
  // What is not priced is not in it.
  const least = figure.unit === 'cost' && figure.sums.unpricedTurns > 0 ? '≥ ' : '';
  return {
    short: shortPeriod(figure),
    agent: figure.account?.rule?.match.agent,
    label: limitName(figure),
    percent: figure.percent,
    percentLabel: `${least}${percent(figure.percent / 100, locale)}`,
    tone: toneOf(figure.percent, input.thresholds),
    detail: t('{0}, resets {1}', used, resetText(untilMs, input)),
    shortDetail: t('{0}, resets in {1}', used, duration(untilMs - nowMs)),
    ...(figure.prices ? { costTitle: costTitle(figure.prices, locale) } : {}),
    pace: figure.pace && paceNote(figure.pace, locale),
  };
}

function shortPeriod({ period }: LimitFigure): string {
  return { '5h': t('5h'), day: t('day'), week: t('week'), month: t('month') }[period];
}
