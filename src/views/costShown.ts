import type { AccountRule, LimitSettings } from './limitSettings.ts';
import { t } from './text.ts';

/**
 * Whether and how costs are shown: at list price; as what the requests would have cost through the API, which is what the same figure means under a
 * subscription; or not at all.
 */
export const COSTS_SHOWN = ['list', 'api-equivalent', 'off'] as const;
export type CostShown = (typeof COSTS_SHOWN)[number];

/** The same for a picture, which may hold requests of both kinds of accounts. */
export type CostOfPicture = CostShown | 'mixed';

/** How a column or a limit of costs is called. */
export function costLabel(cost: CostOfPicture = 'list'): string {
  if (cost === 'mixed') return t('Cost, partly API-equivalent');
  return cost === 'api-equivalent' ? t('API-equivalent') : t('Cost');
}

/** Money, or the name of it, with the word for what it is; empty where costs are not shown. What has no price is nothing of the kind. */
export function costWords(money: string, cost: CostOfPicture = 'list'): string {
  if (cost === 'off' || money === '') return '';
  if (cost === 'list' || money === t('unpriced')) return money;
  return cost === 'mixed' ? t('{0} (partly API-equivalent)', money) : t('{0} (API-equivalent)', money);
}

/** Types of accounts that are not paid by what is used. */
const SUBSCRIPTIONS: readonly AccountRule['type'][] = ['free', 'pro', 'max', 'team', 'enterprise'];

export const isSubscription = ({ type }: Pick<AccountRule, 'type'>): boolean => SUBSCRIPTIONS.includes(type);

/** How the cost of an account is shown, where costs are shown at all. @param subscriptionCost that of subscriptions */
export const costOf = (account: Pick<AccountRule, 'type'>, subscriptionCost: CostShown): CostShown =>
  isSubscription(account) ? subscriptionCost : 'list';

/** The same as it is shown to a user. @param type of the account; absent = nobody gave it one @param general that of all accounts */
export const costOfAccount = (
  account: Pick<AccountRule, 'type'> | undefined,
  { subscriptionCost }: Pick<LimitSettings, 'subscriptionCost'>,
  general: CostShown = 'list',
): CostShown => {
  const own = account ? costOf(account, subscriptionCost) : 'list';
  return general === 'off' || own === 'list' ? general : own;
};
