import { costWords } from './costShown.ts';
import { compactTokens, label, usd } from './format.ts';
import { BUDGET_KEY, COST_BUDGET_KEY, type LimitFigure } from './limitFigures.ts';
import type { LimitUnit } from './limitSettings.ts';
import { t } from './text.ts';

/** `Work: Tokens a week`, `Weekly budget` */
export const limitName = (figure: LimitFigure): string =>
  figure.account ? t('{0}: {1}', label(figure.account.name, 40), limitLabel(figure)) : limitLabel(figure);

/** `Tokens a week`, `Cost a month`, `Requests in 5 hours`. */
export function limitLabel({ unit, period, key, cost }: Pick<LimitFigure, 'unit' | 'period' | 'key' | 'cost'>): string {
  if (key === BUDGET_KEY) return t('Weekly budget');
  return costWords(key === COST_BUDGET_KEY ? t('Weekly cost budget') : plainLabel(unit, period), cost);
}

function plainLabel(unit: LimitUnit, period: LimitFigure['period']): string {
  const words = {
    tokens: {
      '5h': t('Tokens in 5 hours'),
      day: t('Tokens a day'),
      week: t('Tokens a week'),
      month: t('Tokens a month'),
    },
    cost: { '5h': t('Cost in 5 hours'), day: t('Cost a day'), week: t('Cost a week'), month: t('Cost a month') },
    requests: {
      '5h': t('Requests in 5 hours'),
      day: t('Requests a day'),
      week: t('Requests a week'),
      month: t('Requests a month'),
    },
  };
  return words[unit][period];
}

/** `3.3M`, `$12.40`, `120` */
export function amountText(amount: number, unit: LimitUnit, locale: string): string {
  return unit === 'cost' ? usd(amount, locale) : compactTokens(amount, locale);
}

/** `3.3M of 4M tokens`, `$12 of $40`, `120 of 500 requests`; `at least` where a part of it is not known. */
export function usedText(used: number, amount: number, unit: LimitUnit, locale: string): string {
  const [part, whole] = [amountText(used, unit, locale), amountText(amount, unit, locale)];
  if (unit === 'cost') return t('{0} of {1}', part, whole);
  return unit === 'tokens' ? t('{0} of {1} tokens', part, whole) : t('{0} of {1} requests', part, whole);
}
