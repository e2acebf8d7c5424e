import { LIBRARY } from '../ledger/priceMarks.ts';
import type { CallerUsageRow } from '../queries/callerUsage.ts';
import { type PricedUse, pricedUse } from '../queries/pricedUse.ts';
import type { DashboardView, FilterChoice, SummaryCard, TableRow, TableView } from './dashboardView.ts';
import { label, listed, plural } from './format.ts';
import { priceOrigin } from './priceSource.ts';
import { t } from './text.ts';

/** What the costs of the page are sums of. */
export interface PricedUses {
  /** All of the window. */
  used: readonly CallerUsageRow[];
  /** The week that the budget of dollars is held against. */
  week?: PricedUse;
  /** The spans of the cards. */
  spans: readonly PricedUse[];
  /** By session key. */
  sessions: readonly (PricedUse & { key: string })[];
}

/** Says of every cost on the page where its prices come from, and what in it is missing or estimated. */
export function withPriceOrigins(view: DashboardView, uses: PricedUses, locale: string): DashboardView {
  const byFilter = usesByFilter(uses);
  const whole = pricedUse(uses.used);
  const all = costTitle(whole, locale);
  const titled = <Mark extends Pick<TableRow, 'filter' | 'costTitle'>>(each: Mark): Mark => {
    const found = each.filter && byFilter.get(filterKey(each.filter));
    return found ? { ...each, costTitle: costTitle(found, locale) } : each;
  };
  const table = (each: TableView): TableView =>
    each.columns.some(({ key }) => key === 'cost') ? { ...each, costTitle: all, rows: each.rows.map(titled) } : each;
  const span = (each: SummaryCard['spans'][number], i: number): typeof each => {
    const use = uses.spans[i];
    return use ? { ...each, title: costTitle(use, locale, each.title) } : each;
  };
  return {
    ...view,
    cards: view.cards.map((card) => (card.isCost ? { ...card, spans: card.spans.map(span) } : card)),
    costRing: view.costRing && uses.week && { ...view.costRing, costTitle: costTitle(uses.week, locale) },
    facts: view.facts.map((fact) => (fact.isCost ? { ...fact, title: costTitle(whole, locale, fact.title) } : fact)),
    byAgent: table(view.byAgent),
    byModel: table(view.byModel),
    providers: {
      donut: { ...view.providers.donut, slices: view.providers.donut.slices.map(titled), costTitle: all },
      table: table(view.providers.table),
    },
    breakdowns: view.breakdowns.map(table),
  };
}

/**
 * `Prices: genai-prices 0.1.8, Yours`, and a line for each thing that its reader must know of the figure.
 *
 * @param before a line above them
 */
export function costTitle(use: PricedUse, locale: string, before?: string): string {
  const { priceSources, otherwisePriced, unpricedTurns, estimatedTurns } = use;
  const names = new Set(priceSources.map((source) => priceOrigin(source).short));
  return [
    before,
    t('Prices: {0}', names.size === 0 ? t('none') : listed([...names].sort())),
    priceSources.some((source) => source?.startsWith(LIBRARY)) &&
      t('From the list, each request has the price of its day.'),
    otherwisePriced.length > 0 &&
      t(
        'The list has no price of {0} for some models: theirs is that of the model’s maker.',
        listed(otherwisePriced.map((provider) => label(provider) || t('(no name)')).sort()),
      ),
    unpricedTurns > 0 &&
      plural(
        unpricedTurns,
        '{0} request has no price and adds nothing.',
        '{0} requests have no price and add nothing.',
        locale,
      ),
    estimatedTurns > 0 &&
      plural(
        estimatedTurns,
        'The output of {0} request is estimated.',
        'The output of {0} requests is estimated.',
        locale,
      ),
  ]
    .filter(Boolean)
    .join('\n');
}

const filterKey = ({ by, value, of = '', under }: FilterChoice): string =>
  [by, value, of, under?.agent ?? '', under?.agentName ?? ''].join('\n');

function usesByFilter({ used, sessions }: PricedUses): Map<string, PricedUse> {
  const rows = new Map<string, CallerUsageRow[]>();
  for (const use of used) {
    const { agent, agentName, model, provider, workspace, account, user } = use;
    const filters: FilterChoice[] = [
      { by: 'agent', value: agent },
      { by: 'agentName', value: agentName, of: agent },
      { by: 'model', value: model },
      { by: 'model', value: model, under: { agent } },
      { by: 'model', value: model, under: { agent, agentName } },
      { by: 'provider', value: provider },
      { by: 'workspace', value: workspace ?? '' },
      { by: 'account', value: account ?? '' },
      { by: 'user', value: user },
    ];
    for (const key of filters.map(filterKey)) {
      const known = rows.get(key);
      if (known) known.push(use);
      else rows.set(key, [use]);
    }
  }
  return new Map([
    ...[...rows].map(([key, of]): [string, PricedUse] => [key, pricedUse(of)]),
    ...sessions.map((session): [string, PricedUse] => [filterKey({ by: 'session', value: session.key }), session]),
  ]);
}
