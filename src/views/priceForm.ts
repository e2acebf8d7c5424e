import { MOST_NAME, MOST_USD } from '../ledger/ownPrice.ts';
import type { OwnPrice } from '../ledger/priceBook.ts';
import { daysEdges, spanAt } from '../queries/calendar.ts';
import { exactNumber, usd } from './format.ts';
import { fieldLabel } from './priceFields.ts';
import { type PriceFieldName, type PriceFields, RATE_NAMES, type RateName } from './pricesView.ts';
import { t } from './text.ts';

/** What is wrong with a price as it was typed. */
export interface PriceProblem {
  field: PriceFieldName;
  /** A sentence that says what is right. */
  text: string;
}

export type ReadPrice = { price: OwnPrice } | { problem: PriceProblem };

/**
 * Reads a price as it was typed. Empty rates of the cache are those of input, an empty one of searches is 0; `from` is a day in the zone, or
 * empty for always.
 *
 * @param sameFrom the moment that stays when the day of `from` is still its own
 */
export function readPrice(
  fields: Partial<PriceFields>,
  { locale, timeZone }: { locale: string; timeZone: string },
  sameFrom?: number,
): ReadPrice {
  const problem = (field: PriceFieldName, text: string): ReadPrice => ({ problem: { field, text } });
  const { provider = '', model = '', tier = '', from = '' } = fields;
  for (const field of ['provider', 'model', 'tier'] as const) {
    const value = fields[field] ?? '';
    if (value.trim() === '' && field !== 'tier') return problem(field, t('{0} is missing.', fieldLabel(field)));
    if (value.length > MOST_NAME)
      return problem(field, t('{0} is longer than {1} characters.', fieldLabel(field), exactNumber(MOST_NAME, locale)));
  }
  const fromMs = readFrom(from, timeZone, sameFrom);
  if (fromMs === undefined)
    return problem('from', t('{0} is a day like 2026-11-16, or empty for always.', fieldLabel('from')));
  const rates: Partial<Record<RateName, number>> = {};
  for (const name of RATE_NAMES) {
    const text = (fields[name] ?? '').trim();
    if (text === '' && (name === 'input' || name === 'output'))
      return problem(
        name,
        t('{0} is missing: dollars per million tokens, 0 where it costs nothing.', fieldLabel(name)),
      );
    const rate = text === '' ? (name === 'webSearches' ? 0 : (rates.input ?? 0)) : readRate(text);
    if (rate === undefined)
      return problem(name, t('{0} is a number like 3.75, not “{1}”.', fieldLabel(name), text.slice(0, 40)));
    if (rate < 0) return problem(name, t('{0} cannot be negative.', fieldLabel(name)));
    if (rate > MOST_USD)
      return problem(name, t('{0} is more than {1}, which nothing costs.', fieldLabel(name), usd(MOST_USD, locale)));
    rates[name] = rate;
  }
  return { price: { provider, model, tier, fromMs, ...(rates as Record<RateName, number>) } };
}

/** Plain decimals only: `1,000` means one thing here and another there. */
const readRate = (text: string): number | undefined =>
  /^-?(\d+(\.\d*)?|\.\d+)(e-?\d{1,3})?$/i.test(text) && Number.isFinite(Number(text)) ? Number(text) : undefined;

function readFrom(text: string, timeZone: string, sameFrom: number | undefined): number | undefined {
  const day = text.trim();
  if (day === '') return 0;
  if (sameFrom !== undefined && sameFrom > 0 && spanAt(sameFrom, 'day', timeZone).key === day) return sameFrom;
  const edges = daysEdges(day, day, timeZone);
  return edges && edges.sinceMs >= 0 ? edges.sinceMs : undefined;
}
