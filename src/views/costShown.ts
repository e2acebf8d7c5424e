/**
 * Whether and how costs are shown: at list price; as what the requests would have cost through the API, which is what the same figure means under a
 * subscription; or not at all.
 */
export const COSTS_SHOWN = ['list', 'api-equivalent', 'off'] as const;
export type CostShown = (typeof COSTS_SHOWN)[number];
