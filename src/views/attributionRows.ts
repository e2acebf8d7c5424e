import { type Kind, mcpServer } from '../ledger/kind.ts';
import type { ItemUse } from '../queries/countedRequests.ts';
import type { ThreadStateRow } from '../queries/threads.ts';
import type { ThreadUsageRow } from '../queries/threadUsage.ts';
import type { ThreadUse } from '../queries/threadUse.ts';
import type { KindSums } from '../queries/usageWindow.ts';
import type { AttributionRow, AttributionView, ColumnKey, Lens } from './attributionView.ts';
import { kindLabel } from './bar.ts';
import { compactTokens, exactNumber, label, percent, usd } from './format.ts';
import { groupBy } from './groupBy.ts';
import { itemName } from './itemName.ts';
import { localPath } from './localPath.ts';
import { t } from './text.ts';
import { parentOf, threadFigures, threadName } from './threadTree.ts';
import { totalTokens } from './usage.ts';

/** What the drill-down table is made from. */
export interface AttributionRowsInput {
  use: ThreadUse;
  lens: Lens;
  thread: ThreadStateRow;
  threads: readonly ThreadStateRow[];
  usage: readonly ThreadUsageRow[];
  workspace: string | null;
  locale: string;
}

/** Every column of figures; `inFlight` stands only in its lens. */
export const columns = (): AttributionView['columns'] => [
  { key: 'calls', label: t('Calls'), hint: t('Tool calls made') },
  { key: 'inWindow', label: t('In window'), hint: t('Tokens in the context window') },
  { key: 'spent', label: t('Spent'), hint: t('Tokens sent and generated over all turns') },
  { key: 'inFlight', label: t('In flight'), hint: t('Tokens of the turns that made these calls') },
  { key: 'cost', label: t('Cost'), hint: t('Price of the tokens spent') },
  { key: 'carry', label: t('Carried'), hint: t('How many times a token was sent, once it had entered the context') },
  { key: 'share', label: t('Share'), hint: t('Of all tokens of the chosen lens') },
];

/** Kinds whose targets are files. */
const FILE_KINDS: readonly string[] = ['read', 'edit', 'write', 'memory'];

/** Sums over the items of a kind, or the figures of one. */
interface Figures {
  calls: number;
  inWindow: number;
  spent: KindSums;
  entered: number;
  costUsd: number;
  hasPrice: boolean;
  hasUnpriced: boolean;
  /** Of the lens in flight; `undefined` where it does not tell. */
  inFlight?: number;
}

/** Kinds by descending tokens of the lens, each with its items below where it has any by name. */
export function attributionRows(input: AttributionRowsInput): AttributionRow[] {
  const { use, lens, locale } = input;
  const flown = new Map(lens === 'in-flight' ? use.inFlight.map((row) => [row.kind, totalTokens(row.spent)]) : []);
  const tokensOf = (figures: Figures): number =>
    lens === 'window' ? figures.inWindow : lens === 'spent' ? totalTokens(figures.spent) : (figures.inFlight ?? 0);
  const byKind = groupBy(use.items, (item) => item.kind);
  for (const kind of flown.keys()) if (!byKind.has(kind)) byKind.set(kind, []);
  const kinds = [...byKind].map(([kind, items]) => ({
    kind: kind as Kind,
    items,
    figures: { ...figuresOf(items), ...(lens === 'in-flight' ? { inFlight: flown.get(kind) ?? 0 } : {}) },
  }));
  const all = kinds.reduce((sum, { figures }) => sum + tokensOf(figures), 0);
  const row = (base: Pick<AttributionRow, 'key' | 'level' | 'kind' | 'label'>, figures: Figures): AttributionRow => {
    const share = all > 0 ? tokensOf(figures) / all : 0;
    return { ...base, ...cellsOf(figures, locale, lens === 'in-flight' && base.level > 0 ? undefined : share), share };
  };
  return kinds
    .filter(
      ({ figures }) => figures.inWindow + totalTokens(figures.spent) + figures.calls + (figures.inFlight ?? 0) > 0,
    )
    .toSorted((a, b) => tokensOf(b.figures) - tokensOf(a.figures))
    .flatMap(({ kind, items, figures }) => {
      const named = items.filter((item) => item.target !== '');
      const below = named
        .map((item) => ({ item, figures: figuresOf([item]) }))
        .toSorted(
          (a, b) => tokensOf(b.figures) - tokensOf(a.figures) || totalTokens(b.item.spent) - totalTokens(a.item.spent),
        )
        .flatMap(({ item, figures: own }) => [
          {
            ...row({ key: itemKey(item), level: 1, kind, label: itemLabel(kind, item.target) }, own),
            target: itemName(kind, item.target, 400),
            ...(FILE_KINDS.includes(kind) ? opens(item.target, input.workspace) : {}),
          },
          ...(kind === 'task' ? launched(input, (child) => child.agentName === item.target) : []),
        ]);
      const names = new Set(named.map((item) => item.target));
      const others = kind === 'task' ? launched(input, (child) => !names.has(child.agentName)) : [];
      return [
        row({ key: kind, level: 0, kind, label: kindLabel(kind) }, figures),
        ...below,
        ...others.map((child) => ({ ...child, level: 1 as const })),
      ];
    });
}

const itemKey = (item: ItemUse): string => `${item.kind}\n${item.target}`;

function opens(target: string, workspace: string | null): Pick<AttributionRow, 'opens'> {
  const path = localPath(target, workspace);
  return path === undefined ? {} : { opens: path };
}

/** Some of the threads that the shown one launched. */
function launched(
  { thread, threads, usage, locale }: AttributionRowsInput,
  isMeant: (child: ThreadStateRow) => boolean,
): AttributionRow[] {
  return threads
    .filter((row) => row.thread !== 'main' && parentOf(threads, row) === thread.thread && isMeant(row))
    .map((row) => {
      const figures = threadFigures(
        usage.find((entry) => entry.thread === row.thread),
        locale,
      );
      return {
        key: `task\n\n${row.thread}`,
        level: 2,
        kind: 'task',
        label: [threadName(row), figures].filter((part) => part !== '').join(' · '),
        thread: row.thread,
        cells: {},
        values: {},
        share: 0,
      };
    });
}

function figuresOf(items: readonly ItemUse[]): Figures {
  const sums: Figures = {
    calls: 0,
    inWindow: 0,
    spent: { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 },
    entered: 0,
    costUsd: 0,
    hasPrice: false,
    hasUnpriced: false,
  };
  for (const item of items) {
    sums.calls += item.calls;
    sums.inWindow += item.inWindow;
    sums.entered += item.entered;
    for (const name of Object.keys(sums.spent) as (keyof KindSums)[]) sums.spent[name] += item.spent[name];
    sums.costUsd += item.costUsd ?? 0;
    if (item.costUsd !== null) sums.hasPrice = true;
    else if (totalTokens(item.spent) > 0) sums.hasUnpriced = true;
  }
  return sums;
}

function cellsOf(
  figures: Figures,
  locale: string,
  share: number | undefined,
): Pick<AttributionRow, 'cells' | 'values'> {
  const { calls, inWindow, spent, entered, costUsd, hasPrice, hasUnpriced, inFlight } = figures;
  const tokens = totalTokens(spent);
  const carry = entered > 0 ? (tokens - spent.output) / entered : undefined;
  const figuresByColumn: [key: ColumnKey, value: number | undefined, text: (value: number) => string][] = [
    ['calls', calls > 0 ? calls : undefined, (value) => exactNumber(value, locale)],
    ['inWindow', inWindow, (value) => compactTokens(value, locale)],
    ['spent', tokens, (value) => compactTokens(value, locale)],
    ['inFlight', inFlight, (value) => compactTokens(value, locale)],
    ['cost', hasPrice ? costUsd : undefined, (value) => `${hasUnpriced ? '≥ ' : ''}${usd(value, locale)}`],
    ['carry', carry, (value) => `${times(value, locale)}×`],
    ['share', share, (value) => percent(value, locale)],
  ];
  const known = figuresByColumn.flatMap(([key, value, text]) =>
    value === undefined ? [] : [{ key, value, text: text(value) }],
  );
  return {
    cells: Object.fromEntries(known.map(({ key, text }) => [key, text])),
    values: Object.fromEntries(known.map(({ key, value }) => [key, value])),
  };
}

/** `57`, `1.4` */
const times = (value: number, locale: string): string =>
  exactNumber(value < 10 ? Math.round(value * 10) / 10 : Math.round(value), locale);

/** A file is known by its last two parts, anything else by its name. */
function itemLabel(kind: Kind, target: string): string {
  const isPath = mcpServer(kind) === undefined && kind !== 'system' && /[/\\]/.test(target);
  if (!isPath) return itemName(kind, target, 60);
  const parts = target.split(/[/\\]/).filter((part) => part !== '');
  return label(parts.slice(-2).join('/'), 60);
}
