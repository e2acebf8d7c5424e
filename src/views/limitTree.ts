import type { Account } from './accountOf.ts';
import { accountOrigin, type OriginWords, userOrigin, workspaceOrigin } from './accountOrigin.ts';
import type { AccountUse, UserNode, WorkspaceNode } from './accountTree.ts';
import { costLabel, costOfAccount, costWords } from './costShown.ts';
import { baseName, compactTokens, exactNumber, label, percent } from './format.ts';
import type { LimitSettings } from './limitSettings.ts';
import type { LimitsInput } from './limits.ts';
import type { TreeRow, TreeView } from './limitsView.ts';
import { costTitle } from './priceOrigins.ts';
import { t } from './text.ts';
import { totalTokens } from './usage.ts';
import type { WindowName } from './usageReport.ts';
import { costText } from './usageTable.ts';

/** What a tree is of. */
export const treeCaption = (window: WindowName): string =>
  ({
    day: t('Accounts, users and workspaces today'),
    week: t('Accounts, users and workspaces this week'),
    month: t('Accounts, users and workspaces this month'),
    all: t('Accounts, users and workspaces in all'),
    custom: '',
  })[window];

/**
 * Accounts, users and workspaces, in rows.
 *
 * @param input with `agentLabels` each row says why it is what it is: on this machine, where that is known
 */
export function treeView(
  input: Pick<LimitsInput, 'tree' | 'locale' | 'cost'> &
    Partial<OriginWords> & { caption: string; settings?: LimitSettings },
): TreeView {
  const { tree, locale, cost, caption, settings, agentLabels } = input;
  const words = agentLabels && { agentLabels };
  const all = tree.reduce((sum, { sums }) => sum + totalTokens(sums), 0);
  const row = ({ rule }: Account, named: NamedRow, { sums, prices }: AccountUse): TreeRow => {
    const shown = costOfAccount(rule, settings ?? { subscriptionCost: 'list' }, cost);
    const share = all > 0 ? totalTokens(sums) / all : 0;
    return {
      ...named,
      tokens: compactTokens(totalTokens(sums), locale),
      requests: exactNumber(sums.turns, locale),
      // What all of them are stands in the head.
      cost: shown === cost && shown !== 'off' ? costText(sums, locale) : costWords(costText(sums, locale), shown),
      ...(prices && shown !== 'off' ? { costTitle: costTitle(prices, locale) } : {}),
      share,
      shareLabel: percent(share, locale),
    };
  };
  return {
    caption,
    costLabel: cost === 'off' ? undefined : costLabel(cost),
    rows: tree.flatMap((of) => {
      const { account } = of;
      const title = words ? accountOrigin(account, words) : account.told?.account || account.name;
      return [
        row(account, { key: account.key, level: 1, label: account.name, title }, of),
        ...of.below.flatMap((use) => [
          row(account, userRow(account, use, words), use),
          ...use.below.map((folder) => row(account, folderRow(account, use, folder, words), folder)),
        ]),
      ];
    }),
  };
}

type NamedRow = Pick<TreeRow, 'key' | 'level' | 'label' | 'title'>;

const userRow = ({ key }: Account, { user, agents }: UserNode, words?: OriginWords): NamedRow => ({
  key: `${key}\n${user}`,
  level: 2,
  label: label(user, 60),
  title: words ? userOrigin(user, agents, words) : user,
});

const folderRow = (
  { key }: Account,
  { user }: UserNode,
  { workspace, agents }: WorkspaceNode,
  words?: OriginWords,
): NamedRow => ({
  key: `${key}\n${user}\n${workspace}`,
  level: 3,
  label: workspace === '' ? t('no folder told') : label(baseName(workspace), 60),
  title: words ? workspaceOrigin(workspace, agents, words) : workspace,
});
