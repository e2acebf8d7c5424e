import type { AccountRule } from './limitSettings.ts';

/**
 * Whether and how costs are shown: at list price; as what the requests would have cost through the API, which is what the same figure means under a
 * subscription; or not at all.
 */
export const COSTS_SHOWN = ['list', 'api-equivalent', 'off'] as const;
export type CostShown = (typeof COSTS_SHOWN)[number];

/** The same for a picture, which may hold requests of both kinds of accounts. */
export type CostOfPicture = CostShown | 'mixed';

/** Types of accounts that are not paid by what is used. */
const SUBSCRIPTIONS: readonly AccountRule['type'][] = ['free', 'pro', 'max', 'team', 'enterprise'];

export const isSubscription = ({ type }: Pick<AccountRule, 'type'>): boolean => SUBSCRIPTIONS.includes(type);

/** How the cost of an account is shown, where costs are shown at all. @param subscriptionCost that of subscriptions */
export const costOf = (account: Pick<AccountRule, 'type'>, subscriptionCost: CostShown): CostShown =>
  isSubscription(account) ? subscriptionCost : 'list';
