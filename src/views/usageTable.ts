import type { UsageByAgentRow, UsageByModelRow } from '../queries/usageByOwner.ts';
import { addSums, noUsage } from '../queries/usageSums.ts';
import type { UsageFilters, UsageSums } from '../queries/usageWindow.ts';
import type { CostTier, TableRow, TableView } from './dashboardView.ts';
import { choose } from './filterChips.ts';
import { compactTokens, exactNumber, label, usd } from './format.ts';
import { t } from './text.ts';
import { totalTokens } from './usage.ts';

const figureColumns = (): TableView['columns'] => [
  { key: 'requests', label: t('Requests'), align: 'end' },
  { key: 'input', label: t('Input'), align: 'end' },
  { key: 'output', label: t('Output'), align: 'end' },
  { key: 'cacheRead', label: t('Cache read'), align: 'end' },
  { key: 'cacheWrite', label: t('Cache write'), align: 'end' },
  { key: 'total', label: t('Total'), align: 'end' },
  { key: 'cost', label: t('Cost'), align: 'end' },
];

/** The figures of one row, in the order of the columns. */
function figures(sums: UsageSums, locale: string): string[] {
  return [
    exactNumber(sums.turns, locale),
    compactTokens(sums.input, locale),
    sums.estimatedTurns > 0 ? `≈${compactTokens(sums.output, locale)}` : compactTokens(sums.output, locale),
    compactTokens(sums.cacheRead, locale),
    compactTokens(sums.cacheWrite5m + sums.cacheWrite1h, locale),
    compactTokens(totalTokens(sums), locale),
    costText(sums, locale),
  ];
}

/** Cost at list price; a figure that lacks the price of some requests says so, and one that lacks all is absent. */
export function costText(
  sums: Pick<UsageSums, 'costUsd' | 'turns' | 'unpricedTurns' | 'estimatedTurns'>,
  locale: string,
): string {
  if (sums.turns > 0 && sums.unpricedTurns === sums.turns) return t('unpriced');
  const about = sums.estimatedTurns > 0 ? '≈' : '';
  return `${about}${usd(sums.costUsd, locale)}${sums.unpricedTurns > 0 ? ' +' : ''}`;
}

/** Which part of a budget a row cost; `undefined` where there is none, or it is not known. */
export type TierOf = (
  sums: Pick<UsageSums, 'costUsd' | 'turns' | 'unpricedTurns' | 'estimatedTurns'>,
) => CostTier | undefined;

/**
 * By agent: one row for each, with its subagents below where it launched any, and with models below what used more than one.
 */
export function agentTable(
  rows: UsageByAgentRow[],
  agentLabels: Record<string, string>,
  locale: string,
  filters: UsageFilters = {},
  tierOf: TierOf = () => undefined,
): TableView {
  const all = rows.reduce((sum, row) => sum + totalTokens(row), 0);
  const share = (sums: UsageSums): number => (all > 0 ? totalTokens(sums) / all : 0);
  const agents = [...new Set(rows.map((row) => row.agent))].map((agent) => {
    const parts = rows.filter((row) => row.agent === agent);
    return { agent, parts, sums: sumOf(parts) };
  });
  agents.sort((a, b) => totalTokens(b.sums) - totalTokens(a.sums));
  const tableRows = agents.flatMap(({ agent, parts, sums }): TableRow[] => {
    const models = modelsOf(parts);
    const head: TableRow = {
      key: agent,
      cells: [agentLabels[agent] ?? label(agent), label(models[0]?.model ?? '', 60), ...figures(sums, locale)],
      share: share(sums),
      costTier: tierOf(sums),
      level: 0,
      ...choose({ by: 'agent', value: agent }, filters),
    };
    const modelRows = (of: readonly UsageByModelRow[], level: 1 | 2, agentName?: string): TableRow[] =>
      of.length < 2
        ? []
        : of.map((row) => ({
            key: [agent, agentName ?? '', row.model].join('\n'),
            cells: [label(row.model, 60), '', ...figures(row, locale)],
            share: share(row),
            costTier: tierOf(row),
            level,
            ...choose({ by: 'model', value: row.model, under: { agent, agentName } }, filters),
          }));
    if (parts.length === 1 && parts[0]?.agentName === 'main') return [head, ...modelRows(models, 1)];
    const below = parts.flatMap((part): TableRow[] => [
      {
        key: `${agent}\n${part.agentName}`,
        cells: [
          part.agentName === 'main' ? t('Main thread') : label(part.agentName),
          label(part.model, 60),
          ...figures(part, locale),
        ],
        share: share(part),
        costTier: tierOf(part),
        level: 1,
        ...choose({ by: 'agentName', value: part.agentName, of: agent }, filters),
      },
      ...modelRows(part.models, 2, part.agentName),
    ]);
    return [head, ...below];
  });
  return {
    caption: t('By agent'),
    columns: [
      { key: 'agent', label: t('Agent'), align: 'start' },
      { key: 'model', label: t('Most used model'), align: 'start' },
      ...figureColumns(),
    ],
    rows: tableRows,
  };
}

/** By model, most tokens first. */
export function modelTable(
  rows: UsageByModelRow[],
  locale: string,
  filters: UsageFilters = {},
  tierOf: TierOf = () => undefined,
): TableView {
  const all = rows.reduce((sum, row) => sum + totalTokens(row), 0);
  return {
    caption: t('By model'),
    columns: [{ key: 'model', label: t('Model'), align: 'start' }, ...figureColumns()],
    rows: rows.map((row) => ({
      key: row.model,
      cells: [label(row.model, 60), ...figures(row, locale)],
      share: all > 0 ? totalTokens(row) / all : 0,
      costTier: tierOf(row),
      level: 0,
      ...choose({ by: 'model', value: row.model }, filters),
    })),
  };
}

/** The models of all parts of an agent, most tokens first. */
function modelsOf(parts: readonly UsageByAgentRow[]): UsageByModelRow[] {
  const models = new Map<string, UsageByModelRow>();
  for (const row of parts.flatMap((part) => part.models)) {
    const known = models.get(row.model);
    if (known) addSums(known, row);
    else models.set(row.model, { ...row });
  }
  return [...models.values()].sort((a, b) => totalTokens(b) - totalTokens(a) || (a.model < b.model ? -1 : 1));
}

function sumOf(rows: UsageSums[]): UsageSums {
  const sum = noUsage();
  for (const row of rows) addSums(sum, row);
  return sum;
}
