import type { ChangeView } from './dashboardView.ts';
import { percent } from './format.ts';
import { t } from './text.ts';

/**
 * A figure against that of the span before. `undefined` where there was nothing before and is nothing now.
 *
 * @param before what it was, in words
 */
export function changeView(now: number, then: number, before: string, locale: string): ChangeView | undefined {
  if (now === 0 && then === 0) return undefined;
  if (then === 0) return { text: t('new'), direction: 'up', title: before };
  const share = (now - then) / then;
  const direction = share > 0 ? 'up' : share < 0 ? 'down' : 'same';
  const sign = share > 0 ? '+' : share < 0 ? '−' : '±';
  // What is more than tenfold reads better as a factor.
  const text =
    share >= 9.995
      ? `×${new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }).format(now / then)}`
      : `${sign}${percent(Math.abs(share), locale)}`;
  return { text, direction, title: before };
}
