import { carriedResults, dominantOutputs, repeatedReads, unusedServers } from './adviceOnItems.ts';
import { coldCaches, compactNow } from './adviceOnTurns.ts';
import type { Rule } from './adviceRule.ts';

/** Every rule, in the order in which advice of the same weight stands. */
export const RULES: readonly Rule[] = [
  repeatedReads,
  dominantOutputs,
  unusedServers,
  coldCaches,
  compactNow,
  carriedResults,
];
