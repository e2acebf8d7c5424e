import type { Kind } from '../ledger/kind.ts';
import type { UsageFilters } from '../queries/usageWindow.ts';
import { kindLabel } from './bar.ts';
import type { FilterChip, FilterChoice, FilterKey, TableRow } from './dashboardView.ts';
import { baseName, label } from './format.ts';
import { itemName } from './itemName.ts';
import { t } from './text.ts';

/** The filters of the page as it knows them, one value of each. */
function filterChoices(filters: UsageFilters): FilterChoice[] {
  const { agents, agentName, usedKind, usedItem } = filters;
  const agent = agents?.[0];
  const choices: (FilterChoice | false)[] = [
    agent !== undefined && agentName === undefined && { by: 'agent', value: agent },
    agentName !== undefined && { by: 'agentName', value: agentName, of: agent },
    usedKind !== undefined && { by: 'kind', value: usedKind },
    usedItem !== undefined && { by: 'item', value: usedItem.target, of: usedItem.kind },
    ...(['model', 'provider', 'workspace', 'session', 'account', 'user'] as const).map((by): FilterChoice | false => {
      const value = filters[by];
      return value !== undefined && { by, value };
    }),
  ];
  return choices.filter((choice) => choice !== false);
}

/** Filters with one more; one that holds already is taken away. */
export function toggleFilter(filters: UsageFilters, choice: FilterChoice): UsageFilters {
  const { by, value, of, under } = choice;
  const others = under ? withoutFilter(filters, 'agent') : filters;
  const rest = withoutFilter(others, by);
  if (isChosen(filters, choice)) return rest;
  if (under)
    return {
      ...rest,
      [by]: value,
      agents: [under.agent],
      ...(under.agentName === undefined ? {} : { agentName: under.agentName }),
    };
  switch (by) {
    case 'agent':
      return { ...withoutFilter(rest, 'agentName'), agents: [value] };
    case 'agentName':
      return { ...rest, agentName: value, ...(of === undefined ? {} : { agents: [of] }) };
    case 'kind':
      return { ...rest, usedKind: value };
    case 'item':
      return of === undefined ? filters : { ...rest, usedItem: { kind: of, target: value } };
    default:
      return { ...rest, [by]: value };
  }
}

/** Filters without one of them. */
export function withoutFilter(filters: UsageFilters, by: FilterKey): UsageFilters {
  const rest = { ...filters };
  if (by === 'agent' || by === 'agentName') delete rest.agentName;
  if (by === 'agent') delete rest.agents;
  else if (by === 'kind') delete rest.usedKind;
  else if (by === 'item') delete rest.usedItem;
  else if (by !== 'agentName') delete rest[by];
  return rest;
}

/** What a row says of the filter that it stands for. */
export const choose = (filter: FilterChoice, filters: UsageFilters): Pick<TableRow, 'filter' | 'selected'> => ({
  filter,
  ...(isChosen(filters, filter) ? { selected: true } : {}),
});

const isChosen = (filters: UsageFilters, { by, value, of, under }: FilterChoice): boolean =>
  filterChoices(filters).some((each) => each.by === by && each.value === value && each.of === of) &&
  (under === undefined || (filters.agents?.[0] === under.agent && filters.agentName === under.agentName));

/** The chips above the page. Whatever is named in them is foreign text. */
export function filterChips(
  filters: UsageFilters,
  agentLabels: Record<string, string>,
  sessionTitle: string | undefined,
): FilterChip[] {
  return filterChoices(filters).map(({ by, value, of }): FilterChip => {
    const agent = (id: string): string => agentLabels[id] ?? label(id);
    switch (by) {
      case 'agent':
        return { by, label: t('Agent: {0}', agent(value)) };
      case 'agentName':
        return { by, label: t('{0}: {1}', agent(of ?? ''), value === 'main' ? t('main thread') : label(value)) };
      case 'kind':
        return { by, label: t('Sessions that ever used {0}', kindLabel(value as Kind)) };
      case 'item':
        return {
          by,
          label: t(
            'Sessions that ever used {0}',
            of === 'system' ? itemName(of, value, 60) : label(baseName(value), 60),
          ),
        };
      case 'session':
        return { by, label: t('Session: {0}', label(sessionTitle ?? value, 60)) };
      case 'workspace':
        return { by, label: t('Workspace: {0}', value === '' ? t('none') : label(value, 60)) };
      case 'account':
        return { by, label: t('Account: {0}', value === '' ? t('not told') : label(value, 60)) };
      case 'model':
        return { by, label: t('Model: {0}', label(value, 60)) };
      case 'provider':
        return { by, label: t('Provider: {0}', label(value, 60)) };
      default:
        return { by, label: t('User: {0}', label(value, 60)) };
    }
  });
}
