import type { Kind } from '../ledger/kind.ts';
import type { SessionPrices } from '../queries/sessionPriceSources.ts';
import type { UsageByKindRow } from '../queries/usageByKind.ts';
import type {
  UsageByAccountRow,
  UsageByProviderRow,
  UsageByUserRow,
  UsageByWorkspaceRow,
} from '../queries/usageByOwner.ts';
import type { UsageFilters, UsageSums } from '../queries/usageWindow.ts';
import { kindLabel } from './bar.ts';
import type { FilterChoice, ItemsView, TableRow, TableView } from './dashboardView.ts';
import { choose } from './filterChips.ts';
import { baseName, compactTokens, exactNumber, label, percent, plural, usd } from './format.ts';
import { itemName } from './itemName.ts';
import type { ItemReport } from './itemReport.ts';
import { t } from './text.ts';
import { totalTokens } from './usage.ts';
import { costText, type TierOf } from './usageTable.ts';

/** A session with its part of the window. */
export interface SessionUse {
  /** `<agent id>:<session id>` */
  key: string;
  title: string | null;
  workspace: string | null;
  tokens: number;
  turns: number;
  costUsd: number;
  unpricedTurns: number;
  estimatedTurns: number;
  /** Absent where it is not known. */
  prices?: SessionPrices;
}

/** What the breakdowns are made from. */
export interface BreakdownInput {
  locale: string;
  filters: UsageFilters;
  /** All tokens of the window: what shares are of. */
  tokens: number;
  byWorkspace: UsageByWorkspaceRow[];
  /** Those with most tokens, and how many there are in all. */
  sessions: { ranked: SessionUse[]; count: number };
  /** Absent where telling kinds apart would take too long. */
  byKind?: UsageByKindRow[];
  /** Whether kinds are known at all. */
  tellsKinds?: boolean;
  tierOf?: TierOf;
  byAccount: UsageByAccountRow[];
  byUser: UsageByUserRow[];
}

/** Rows that a page is sent of a long table. */
const MOST_ROWS = 200;

const columnsOf = (first: string): TableView['columns'] => [
  { key: 'name', label: first, align: 'start' },
  { key: 'requests', label: t('Requests'), align: 'end' },
  { key: 'total', label: t('Tokens'), align: 'end' },
  { key: 'cost', label: t('Cost'), align: 'end' },
];

const kindColumns = (first: string): TableView['columns'] => [
  { key: 'name', label: first, align: 'start' },
  { key: 'share', label: t('Share'), align: 'end' },
  { key: 'total', label: t('Tokens'), align: 'end' },
];

/** By workspace, session, kind, account and user, each as a table whose rows filter the page. */
export function breakdownTables(input: BreakdownInput): TableView[] {
  const { locale, filters } = input;
  const owners = <Row extends UsageSums>(
    caption: string,
    first: string,
    rows: readonly Row[],
    by: FilterChoice['by'],
    nameOf: (row: Row) => { value: string; name: string },
  ): TableView =>
    limited(
      caption,
      columnsOf(first),
      rows.map((row) => {
        const { value, name } = nameOf(row);
        const tokens = totalTokens(row);
        return {
          tokens,
          key: value,
          cells: [name, exactNumber(row.turns, locale), compactTokens(tokens, locale), costText(row, locale)],
          share: shareOf(tokens, input.tokens),
          costTier: input.tierOf?.(row),
          level: 0,
          ...choose({ by, value }, filters),
        };
      }),
      locale,
    );
  return [
    owners(t('By workspace'), t('Workspace'), input.byWorkspace, 'workspace', ({ workspace }) => ({
      value: workspace,
      name: workspace === '' ? t('Not told') : label(workspace, 200),
    })),
    sessionTable(input),
    kindTable(input),
    owners(t('By account'), t('Account'), input.byAccount, 'account', ({ account }) => ({
      value: account,
      name: account === '' ? t('Not told') : label(account),
    })),
    owners(t('By user'), t('User'), input.byUser, 'user', ({ user }) => ({ value: user, name: label(user) })),
  ];
}

/** A long id by its two ends: those that are made from the time differ only in the last letters. */
const shortId = (id: string): string => (id.length > 20 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id);

function sessionTable({ locale, filters, tokens, sessions, tierOf }: BreakdownInput): TableView {
  const table = limited(
    t('By session'),
    columnsOf(t('Session')),
    sessions.ranked.map((session) => {
      const place = session.workspace === null ? '' : ` · ${label(baseName(session.workspace), 40)}`;
      const id = session.key.replace(/^[^:]*:/, '');
      return {
        tokens: session.tokens,
        key: session.key,
        cells: [
          `${label(session.title ?? shortId(id), 60)}${place}`,
          exactNumber(session.turns, locale),
          compactTokens(session.tokens, locale),
          costText(session, locale),
        ],
        share: shareOf(session.tokens, tokens),
        costTier: tierOf?.(session),
        level: 0,
        ...(session.title === null ? { fullName: `${label(id, 200)}${place}` } : {}),
        ...choose({ by: 'session', value: session.key }, filters),
      };
    }),
    locale,
  );
  const more = sessions.count - sessions.ranked.length;
  return more > 0 ? { ...table, more: plural(more, 'and {0} session more', 'and {0} sessions more', locale) } : table;
}

function kindTable({ locale, filters, tokens, byKind, tellsKinds = true }: BreakdownInput): TableView {
  const rows = (byKind ?? []).map((row) => {
    const total = totalTokens(row);
    return {
      tokens: total,
      key: row.kind,
      cells: [kindLabel(row.kind as Kind), percent(shareOf(total, tokens), locale), compactTokens(total, locale)],
      share: shareOf(total, tokens),
      level: 0 as const,
      ...choose({ by: 'kind', value: row.kind }, filters),
    };
  });
  const table = limited(t('By tool kind'), kindColumns(t('Used for')), rows, locale);
  return byKind || !tellsKinds
    ? table
    : { ...table, more: t('Kinds of one model or thread are told for shorter windows.') };
}

/** What each item of the window was sent, most first. */
export function itemsView(
  items: readonly ItemReport[],
  where: { locale: string; filters: UsageFilters; tokens: number; tierOf?: TierOf },
): ItemsView {
  const { locale, filters, tokens, tierOf } = where;
  const named = items.filter((item) => item.target !== '');
  if (named.length === 0) return { notice: t('No file, program or server is named in this window.') };
  const rows = named.map((item): TableRow & { tokens: number } => ({
    tokens: item.total_tokens,
    key: `${item.kind}\n${item.target}`,
    cells: [
      itemName(item.kind, item.target, 200),
      kindLabel(item.kind as Kind),
      item.calls > 0 ? exactNumber(item.calls, locale) : '',
      compactTokens(item.total_tokens, locale),
      item.cost_usd === null ? t('unpriced') : usd(item.cost_usd, locale),
    ],
    share: shareOf(item.total_tokens, tokens),
    costTier:
      item.cost_usd === null
        ? undefined
        : tierOf?.({ costUsd: item.cost_usd, turns: 1, unpricedTurns: 0, estimatedTurns: 0 }),
    level: 0,
    ...choose({ by: 'item', value: item.target, of: item.kind }, filters),
  }));
  const columns: TableView['columns'] = [
    { key: 'name', label: t('Item'), align: 'start' },
    { key: 'kind', label: t('Used for'), align: 'start' },
    { key: 'calls', label: t('Calls'), align: 'end' },
    { key: 'total', label: t('Tokens'), align: 'end' },
    { key: 'cost', label: t('Cost'), align: 'end' },
  ];
  return { table: limited(t('By item'), columns, rows, locale) };
}

/** Cost per provider as a table: the ring's twin, with what has no price. */
export function providerTable(
  rows: readonly UsageByProviderRow[],
  locale: string,
  filters: UsageFilters,
  tierOf: TierOf = () => undefined,
): TableView {
  const cost = rows.reduce((sum, row) => sum + row.costUsd, 0);
  return {
    caption: t('Cost per provider'),
    columns: columnsOf(t('Provider')),
    rows: rows
      .toSorted((a, b) => b.costUsd - a.costUsd || totalTokens(b) - totalTokens(a))
      .map((row) => ({
        key: row.provider,
        cells: [
          label(row.provider, 60),
          exactNumber(row.turns, locale),
          compactTokens(totalTokens(row), locale),
          costText(row, locale),
        ],
        share: shareOf(row.costUsd, cost),
        costTier: tierOf(row),
        level: 0,
        ...choose({ by: 'provider', value: row.provider }, filters),
      })),
  };
}

const shareOf = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);

function limited(
  caption: string,
  columns: TableView['columns'],
  rows: readonly (TableRow & { tokens: number })[],
  locale: string,
): TableView {
  const rest = rows.slice(MOST_ROWS);
  const restTokens = rest.reduce((sum, row) => sum + row.tokens, 0);
  return {
    caption,
    columns,
    rows: rows.slice(0, MOST_ROWS).map(({ tokens: _, ...row }) => row),
    ...(rest.length > 0
      ? { more: t('and {0} more with {1} tokens', exactNumber(rest.length, locale), compactTokens(restTokens, locale)) }
      : {}),
  };
}
