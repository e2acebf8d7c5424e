/** Above this a cost is damage: no request comes near. */
const MOST_USD = 100_000;

/**
 * A request's cost in US dollars as its agent recorded it, or `undefined` when it recorded none. Agents write 0 for whatever they have no
 * price of: subscriptions, local servers, models that their list does not know. That is no cost, so that it says nothing, and the price list
 * applies. Negative and absurd figures are no cost either; the request's tokens count all the same.
 */
export function recordedCost(value: unknown): { costUsd?: number } {
  return typeof value === 'number' && value > 0 && value <= MOST_USD ? { costUsd: value } : {};
}
