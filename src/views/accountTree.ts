import { addSums, noUsage } from '../queries/usageSums.ts';
import type { UsageSums } from '../queries/usageWindow.ts';
import type { Account, AccountFacts } from './accountOf.ts';
import { totalTokens } from './usage.ts';

/** What was used by one account, by one of its users, or by that one in one folder. Sums equal those of what is below. */
export interface AccountNode<Below> {
  sums: UsageSums;
  /** Most tokens first. */
  below: Below[];
}

export type WorkspaceNode = { workspace: string; sums: UsageSums };
export type UserNode = { user: string } & AccountNode<WorkspaceNode>;
export type AccountTree = { account: Account } & AccountNode<UserNode>;

/** Account → user → workspace. Every row is of exactly one of each, so each level sums to all. */
export function accountTree(
  used: readonly (AccountFacts & UsageSums)[],
  accountOf: (facts: AccountFacts) => Account,
): AccountTree[] {
  const accounts = new Map<string, { account: Account; users: Map<string, Map<string, UsageSums>> }>();
  for (const row of used) {
    const account = accountOf(row);
    const entry = accounts.get(account.key) ?? { account, users: new Map() };
    accounts.set(account.key, entry);
    const workspaces = entry.users.get(row.user) ?? new Map<string, UsageSums>();
    entry.users.set(row.user, workspaces);
    const sums = workspaces.get(row.workspace ?? '') ?? noUsage();
    workspaces.set(row.workspace ?? '', sums);
    addSums(sums, row);
  }
  return [...accounts.values()]
    .map(({ account, users }) => {
      const below = [...users]
        .map(([user, workspaces]) => {
          const folders = [...workspaces].map(([workspace, sums]) => ({ workspace, sums })).sort(byTokens);
          return { user, ...rolledUp(folders) };
        })
        .sort(byTokens);
      return { account, ...rolledUp(below) };
    })
    .sort(byTokens);
}

function rolledUp<Below extends { sums: UsageSums }>(below: Below[]): AccountNode<Below> {
  const sums = noUsage();
  for (const node of below) addSums(sums, node.sums);
  return { sums, below };
}

const byTokens = (a: { sums: UsageSums }, b: { sums: UsageSums }): number => totalTokens(b.sums) - totalTokens(a.sums);
