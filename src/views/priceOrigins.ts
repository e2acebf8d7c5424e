import type { DashboardView, TableView } from './dashboardView.ts';
import { listed } from './format.ts';
import { priceOrigin } from './priceSource.ts';
import { t } from './text.ts';

/** Where the prices of a model's requests come from; `source` as it is stored with them, `null` = unpriced. */
export interface ModelSource {
  provider: string;
  model: string;
  source: string | null;
}

/** Says of every cost on the page where its prices come from: of a model's and a provider's own, of all others' together. */
export function withPriceOrigins(view: DashboardView, sources: readonly ModelSource[]): DashboardView {
  const all = originsText(sources);
  const table = (each: TableView, of?: keyof ModelSource): TableView => ({
    ...each,
    costTitle: all,
    rows: of
      ? each.rows.map((row) => ({ ...row, costTitle: originsText(sources.filter((source) => source[of] === row.key)) }))
      : each.rows,
  });
  return {
    ...view,
    cards: view.cards.map((card) =>
      card.isCost ? { ...card, spans: card.spans.map((span) => ({ ...span, title: `${span.title}\n${all}` })) } : card,
    ),
    facts: view.facts.map((fact) =>
      fact.isCost ? { ...fact, title: [fact.title, all].filter((text) => text !== undefined).join('\n') } : fact,
    ),
    byAgent: table(view.byAgent),
    byModel: table(view.byModel, 'model'),
    providers: { ...view.providers, table: table(view.providers.table, 'provider') },
    breakdowns: view.breakdowns.map((each) => table(each)),
  };
}

/** `Prices: genai-prices 0.1.8, Yours` */
function originsText(sources: readonly ModelSource[]): string {
  const names = new Set(sources.map(({ source }) => priceOrigin(source).short));
  return t('Prices: {0}', names.size === 0 ? t('none') : listed([...names].sort()));
}
