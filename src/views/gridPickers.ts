import type { Kind } from '../ledger/kind.ts';
import type { CallerUsageRow } from '../queries/callerUsage.ts';
import type { UsageFilters } from '../queries/usageWindow.ts';
import { kindLabel } from './bar.ts';
import type { FilterChoice, FilterKey } from './dashboardView.ts';
import { choose } from './filterChips.ts';
import { baseName, label, plural } from './format.ts';
import type { GridPicker } from './requestGridView.ts';
import { t } from './text.ts';

/** What there is to choose in a window, whatever else is filtered by. */
export interface GridPickerInput {
  locale: string;
  filters: UsageFilters;
  agentLabels: Record<string, string>;
  used: readonly CallerUsageRow[];
  /** Those with most tokens. */
  sessions: readonly { key: string; title: string | null; workspace: string | null; turns: number }[];
  kinds: readonly string[];
}

interface Option {
  filter: FilterChoice;
  name: string;
  detail?: string;
  turns: number;
}

/** Every filter of the grid; those that leave no choice are not offered, unless the list is filtered by them. */
export function gridPickers(input: GridPickerInput): GridPicker[] {
  const { used, agentLabels, locale } = input;
  const agentOf = (id: string): string => agentLabels[id] ?? label(id);
  const named = (value: string): string => (value === '' ? t('Not told') : label(value, 200));
  const by = (option: (row: CallerUsageRow) => Omit<Option, 'turns'>): Option[] => {
    const options = new Map<string, Option>();
    for (const row of used) {
      const found = option(row);
      const name = JSON.stringify([found.filter.value, found.filter.of]);
      const known = options.get(name) ?? { ...found, turns: 0 };
      known.turns += row.turns;
      options.set(name, known);
    }
    return [...options.values()].sort((a, b) => b.turns - a.turns);
  };
  const plain = (key: 'model' | 'provider' | 'user'): Option[] =>
    by((row) => ({ filter: { by: key, value: row[key] }, name: named(row[key]) }));
  const maybe = (key: 'workspace' | 'account'): Option[] =>
    by((row) => ({ filter: { by: key, value: row[key] ?? '' }, name: named(row[key] ?? '') }));
  const lists: [FilterKey, string, Option[]][] = [
    ['agent', t('Agent'), by((row) => ({ filter: { by: 'agent', value: row.agent }, name: agentOf(row.agent) }))],
    [
      'agentName',
      t('Main thread or subagent'),
      by((row) => ({
        filter: { by: 'agentName', value: row.agentName, of: row.agent },
        name: row.agentName === 'main' ? t('main thread') : label(row.agentName),
        detail: agentOf(row.agent),
      })),
    ],
    ['model', t('Model'), plain('model')],
    ['provider', t('Provider'), plain('provider')],
    ['workspace', t('Workspace'), maybe('workspace')],
    [
      'session',
      t('Session'),
      input.sessions.map(({ key, title, workspace, turns }) => ({
        filter: { by: 'session', value: key },
        name: label(title ?? key.replace(/^[^:]*:/, ''), 80),
        detail: workspace === null ? undefined : label(baseName(workspace), 60),
        turns,
      })),
    ],
    [
      'kind',
      t('Sessions that ever used'),
      input.kinds.map((kind) => ({ filter: { by: 'kind', value: kind }, name: kindLabel(kind as Kind), turns: 0 })),
    ],
    ['account', t('Account'), maybe('account')],
    ['user', t('User'), plain('user')],
  ];
  return lists
    .map(([key, name, options]) => picker(key, name, options, input.filters, locale))
    .filter(({ choices }) => choices.length > 2 || !choices[0]?.selected);
}

function picker(by: FilterKey, name: string, options: Option[], filters: UsageFilters, locale: string): GridPicker {
  const marked = options.map((option) => ({ ...option, selected: choose(option.filter, filters).selected === true }));
  const isAny = !marked.some(({ selected }) => selected);
  return {
    by,
    label: name,
    choices: [
      { key: '0', label: t('All'), selected: isAny },
      ...marked.map(({ name, detail, turns, selected }, i) => ({
        key: String(i + 1),
        label: name,
        detail:
          [detail, turns > 0 && plural(turns, '{0} request', '{0} requests', locale)].filter(Boolean).join(' · ') ||
          undefined,
        selected,
      })),
    ],
    filters: [undefined, ...marked.map(({ filter }) => filter)],
  };
}
