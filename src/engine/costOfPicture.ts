import { costsShown } from '../queries/costsShown.ts';
import type { UsageFilters } from '../queries/usageWindow.ts';
import { COST_EQUIVALENT, COST_LISTED } from '../store/accountRules.ts';
import type { Reader } from '../store/reader.ts';
import { type CostOfPicture, type CostShown, costOfAccount, isSubscription } from '../views/costShown.ts';
import type { LimitFigure } from '../views/limitFigures.ts';
import type { LimitSettings } from '../views/limitSettings.ts';

type Accounts = Pick<LimitSettings, 'accounts' | 'subscriptionCost'>;

/**
 * How the costs of a picture are to be called, which may be of accounts of several types. Costs that are not shown are in no sum.
 *
 * @param general as the user wants costs of all accounts
 */
export function costOfPicture(
  reader: Reader,
  { accounts, subscriptionCost }: Accounts,
  general: CostShown = 'list',
  filters: UsageFilters = {},
): CostOfPicture {
  if (general === 'off' || subscriptionCost === 'list' || !accounts.some(isSubscription)) return general;
  const found = new Set(costsShown(reader, filters));
  if (found.size === 0) return general;
  const isEquivalent = found.has(COST_EQUIVALENT);
  if (!isEquivalent && !found.has(COST_LISTED)) return 'off';
  if (general === 'api-equivalent' || !found.has(COST_LISTED)) return 'api-equivalent';
  return isEquivalent ? 'mixed' : 'list';
}

/** Limits in dollars as costs are shown: named for what they are, and none where costs are not shown. */
export const figuresWithCost = (
  figures: readonly LimitFigure[],
  reader: Reader,
  limits: Accounts,
  general: CostShown = 'list',
): LimitFigure[] =>
  figures.flatMap((figure) => {
    if (figure.unit !== 'cost') return [figure];
    const cost = figure.account?.rule
      ? costOfAccount(figure.account.rule, limits, general)
      : costOfPicture(reader, limits, general);
    return cost === 'off' ? [] : [{ ...figure, cost }];
  });
