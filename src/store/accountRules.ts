/** Who made a request, as far as an account's rule asks. */
export interface CallerFacts {
  agent: string;
  provider: string;
  workspace: string | null;
  /** As the agent tells it. */
  account: string | null;
  user: string;
}

/** How a cost is shown: as a sum of money, as what the API would have cost, or not at all. */
export const [COST_LISTED, COST_EQUIVALENT, COST_HIDDEN] = [0, 1, 2] as const;

export type CostCode = typeof COST_LISTED | typeof COST_EQUIVALENT | typeof COST_HIDDEN;

export interface CallerAccount {
  /** Name of the user's account; `null` = what the agent tells. */
  account: string | null;
  costShown: CostCode;
}

/** The user's accounts: whose a request is. */
export interface AccountRules {
  /** Changes whenever `of` gives something else; empty = there are none. */
  mark: string;
  of(facts: CallerFacts): CallerAccount;
}
