import type { AccountTree } from './accountTree.ts';
import { label } from './format.ts';
import { type LimitCardInput, limitCard } from './limitCards.ts';
import type { LimitFigure } from './limitFigures.ts';
import type { AccountRule } from './limitSettings.ts';
import { typeLabel } from './limits.ts';
import type { AccountCard, TreeView } from './limitsView.ts';
import { treeView } from './limitTree.ts';
import { t } from './text.ts';

/** What a team's accounts are shown from. */
export interface TeamAccountsInput extends LimitCardInput {
  rules: readonly AccountRule[];
  figures: readonly LimitFigure[];
  tree: AccountTree[];
}

/** Accounts with a limit of their type, and everybody's use as a table that folds. */
export function teamAccountsView(input: TeamAccountsInput): { accounts: AccountCard[]; tree: TreeView } {
  const { rules, figures } = input;
  return {
    accounts: rules.flatMap(({ name, type }) => {
      const limits = figures.filter(({ account }) => account?.name === name).map((figure) => limitCard(figure, input));
      const about = t(
        'What everybody in the team used of it. Days, weeks and months begin as its administrator set them, five hours with the quarter of an hour of a request.',
      );
      return limits.length === 0
        ? []
        : [{ key: `team:${name}`, name: label(name), type: type && typeLabel(type), about, limits, stated: [] }];
    }),
    tree: treeView({ ...input, caption: t('Accounts, users and workspaces') }),
  };
}
