import type { UsageByProviderRow } from '../queries/usageByOwner.ts';
import type { DonutView } from './dashboardView.ts';
import { label, listed, percent, plural, usd } from './format.ts';
import { t } from './text.ts';
import { costText } from './usageTable.ts';

type CostSums = Parameters<typeof costText>[0];

/** More parts than eyes and colours tell apart. */
const MOST_SLICES = 6;

/** Cost per provider. What has no price is in no slice and is said beside. */
export function providerDonut(rows: readonly UsageByProviderRow[], locale: string): DonutView {
  const priced = rows.filter((row) => row.costUsd > 0).toSorted((a, b) => b.costUsd - a.costUsd);
  const total = priced.reduce((sum, row) => sum + row.costUsd, 0);
  const isEstimated = rows.some((row) => row.estimatedTurns > 0);
  const unpriced = rows.reduce((sum, row) => sum + row.unpricedTurns, 0);
  const own = priced.length > MOST_SLICES ? priced.slice(0, MOST_SLICES - 1) : priced;
  const rest = priced.slice(own.length);
  const slice = (key: string, name: string, sums: CostSums): DonutView['slices'][number] => ({
    key,
    label: name,
    valueLabel: costText(sums, locale),
    share: sums.costUsd / total,
    shareLabel: percent(sums.costUsd / total, locale),
  });
  const slices = own.map((row): DonutView['slices'][number] => ({
    ...slice(row.provider, label(row.provider, 60), row),
    filter: { by: 'provider', value: row.provider },
  }));
  if (rest.length > 0) {
    const sumOf = (key: keyof CostSums): number => rest.reduce((sum, row) => sum + row[key], 0);
    const sums = {
      costUsd: sumOf('costUsd'),
      turns: sumOf('turns'),
      unpricedTurns: sumOf('unpricedTurns'),
      estimatedTurns: sumOf('estimatedTurns'),
    };
    slices.push(slice('', plural(rest.length, '{0} other', '{0} others', locale), sums));
  }
  const about = isEstimated ? '≈' : '';
  // There is little room in a ring.
  const totalText = total < 100_000 ? usd(total, locale) : compactUsd(total, locale);
  return {
    slices,
    total:
      total > 0
        ? `${about}${totalText}${unpriced > 0 ? ' +' : ''}`
        : rows.length > 0 && unpriced > 0
          ? t('unpriced')
          : usd(0, locale),
    caption:
      unpriced > 0 ? plural(unpriced, '{0} request unpriced', '{0} requests unpriced', locale) : t('at API list price'),
    text:
      slices.length === 0
        ? t('No cost is known in this window.')
        : t(
            'Cost per provider: {0}.',
            listed(slices.map((each) => `${each.label} ${each.valueLabel} (${each.shareLabel})`)),
          ),
  };
}

const compactUsd = (amount: number, locale: string): string =>
  new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    notation: 'compact',
    maximumFractionDigits: 2,
  }).format(amount);
