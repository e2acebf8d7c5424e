import type { PricedUse } from '../queries/pricedUse.ts';
import { addSums, noUsage } from '../queries/usageSums.ts';
import type { UsageSums } from '../queries/usageWindow.ts';
import type { Account, AccountFacts } from './accountOf.ts';
import { totalTokens } from './usage.ts';

/** What was used by one account, by one of its users, or by that one in one folder. */
export interface AccountUse {
  sums: UsageSums;
  /** Ids of those that tell it. */
  agents: string[];
  /** Where the prices of its costs come from, where that is known. */
  prices?: PricedUse;
}

/** Sums equal those of what is below. */
export interface AccountNode<Below> extends AccountUse {
  /** Most tokens first. */
  below: Below[];
}

export type WorkspaceNode = { workspace: string } & AccountUse;
export type UserNode = { user: string } & AccountNode<WorkspaceNode>;
export type AccountTree = { account: Account } & AccountNode<UserNode>;

/**
 * Account → user → workspace. Every row is of exactly one of each, so each level sums to all.
 *
 * @param pricesOf where it is known what the rows were priced by
 */
export function accountTree<Row extends AccountFacts & UsageSums>(
  used: readonly Row[],
  accountOf: (facts: AccountFacts) => Account,
  pricesOf?: (rows: Row[]) => PricedUse,
): AccountTree[] {
  const accounts = new Map<string, { account: Account; users: Map<string, Map<string, Row[]>> }>();
  for (const row of used) {
    const account = accountOf(row);
    const entry = accounts.get(account.key) ?? { account, users: new Map() };
    accounts.set(account.key, entry);
    const workspaces = entry.users.get(row.user) ?? new Map<string, Row[]>();
    entry.users.set(row.user, workspaces);
    const rows = workspaces.get(row.workspace ?? '');
    if (rows) rows.push(row);
    else workspaces.set(row.workspace ?? '', [row]);
  }
  const useOf = (rows: Row[]): AccountUse => {
    const sums = noUsage();
    for (const row of rows) addSums(sums, row);
    return { sums, agents: [...new Set(rows.map(({ agent }) => agent))], ...(pricesOf && { prices: pricesOf(rows) }) };
  };
  return [...accounts.values()]
    .map(({ account, users }) => {
      const below = [...users]
        .map(([user, workspaces]) => {
          const folders = [...workspaces].map(([workspace, rows]) => ({ workspace, ...useOf(rows) })).sort(byTokens);
          return { user, ...useOf([...workspaces.values()].flat()), below: folders };
        })
        .sort(byTokens);
      const rows = [...users.values()].flatMap((workspaces) => [...workspaces.values()].flat());
      return { account, ...useOf(rows), below };
    })
    .sort(byTokens);
}

const byTokens = (a: AccountUse, b: AccountUse): number => totalTokens(b.sums) - totalTokens(a.sums);
