import type { UsageSums } from '../queries/usageWindow.ts';
import type { Account } from './accountOf.ts';
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

/** Accounts, users and workspaces, in rows. */
export function treeView({
  tree,
  locale,
  cost,
  caption,
  settings,
  treePrices,
}: Pick<LimitsInput, 'tree' | 'treePrices' | 'locale' | 'cost'> & {
  caption: string;
  settings?: LimitSettings;
}): TreeView {
  const all = tree.reduce((sum, { sums }) => sum + totalTokens(sums), 0);
  const row = (
    { rule }: Account,
    key: string,
    level: TreeRow['level'],
    text: string,
    title: string,
    sums: UsageSums,
  ): TreeRow => {
    const shown = costOfAccount(rule, settings ?? { subscriptionCost: 'list' }, cost);
    const share = all > 0 ? totalTokens(sums) / all : 0;
    return {
      key,
      level,
      label: text,
      title,
      tokens: compactTokens(totalTokens(sums), locale),
      requests: exactNumber(sums.turns, locale),
      // What all of them are stands in the head.
      cost: shown === cost && shown !== 'off' ? costText(sums, locale) : costWords(costText(sums, locale), shown),
      share,
      shareLabel: percent(share, locale),
    };
  };
  return {
    caption,
    costLabel: cost === 'off' ? undefined : costLabel(cost),
    ...(treePrices && cost !== 'off' ? { costTitle: costTitle(treePrices, locale) } : {}),
    rows: tree.flatMap(({ account, sums, below }) => [
      row(account, account.key, 1, account.name, account.told?.account || account.name, sums),
      ...below.flatMap(({ user, sums: ofUser, below: folders }) => [
        row(account, `${account.key}\n${user}`, 2, label(user, 60), user, ofUser),
        ...folders.map(({ workspace, sums: ofFolder }) =>
          row(
            account,
            `${account.key}\n${user}\n${workspace}`,
            3,
            workspace === '' ? t('no folder told') : label(baseName(workspace), 60),
            workspace,
            ofFolder,
          ),
        ),
      ]),
    ]),
  };
}
