import { isOfOtherProvider } from '../ledger/price.ts';
import type { TokenPrices } from '../ledger/priceBook.ts';
import type { ShownRates } from '../ledger/shownRates.ts';
import { spanAt } from '../queries/calendar.ts';
import type { OwnPriceRow } from '../queries/pricedModels.ts';
import type { PriceGapsState } from '../store/priceSources.ts';
import type { CostShown } from './costShown.ts';
import { compactTokens, dateText, exactNumber, label, plural } from './format.ts';
import { priceOrigin } from './priceSource.ts';
import {
  type OwnPriceView,
  type PricedModelView,
  type PriceFields,
  type PricesView,
  RATE_NAMES,
  type RateName,
} from './pricesView.ts';
import { sentences, t } from './text.ts';

/** One model in one tier, with what was used of it. */
export interface PricedModel {
  key: string;
  provider: string;
  model: string;
  /** Empty = the standard one. */
  tier: string;
  turns: number;
  tokens: number;
  costUsd: number;
  /** Where the prices of its requests come from; `null` = unpriced. */
  sources: { source: string | null; turns: number }[];
  /** What it costs now; `undefined` = no price is known. */
  rates?: ShownRates;
  /** The user's, the newest first. */
  own: OwnPriceRow[];
}

export interface PricesInput {
  locale: string;
  timeZone: string;
  nowMs: number;
  models: readonly PricedModel[];
  list: PriceGapsState;
  repricing?: { done: number; total: number };
  cost?: CostShown;
}

type Reader = Pick<PricesInput, 'locale' | 'timeZone' | 'nowMs'>;

const DAY_MS = 86_400_000;

export function pricesView({ models, list, repricing, cost, ...reader }: PricesInput): PricesView {
  if (cost === 'off') return switchedOff();
  const rows = [...models].sort(
    (a, b) =>
      Number(unpricedTurns(b) > 0) - Number(unpricedTurns(a) > 0) ||
      b.tokens - a.tokens ||
      b.turns - a.turns ||
      (a.key < b.key ? -1 : 1),
  );
  return {
    state: models.length === 0 ? 'empty' : 'ready',
    summary: summaryOf(models, reader.locale),
    repricing: repricing && {
      text: t(
        'Pricing history anew: {0} of {1} requests',
        exactNumber(repricing.done, reader.locale),
        exactNumber(repricing.total, reader.locale),
      ),
      share: repricing.total > 0 ? repricing.done / repricing.total : 0,
    },
    models: rows.map((row) => modelView(row, list, reader)),
    list: listView(list, reader),
    canExport: models.some(({ own }) => own.length > 0),
  };
}

/** Nothing is said of money to whom costs do not matter; prices that were set stay. */
const switchedOff = (): PricesView => ({
  state: 'off',
  summary: {
    title: t('Costs are switched off'),
    text: t('Nothing is shown of prices and costs anywhere. What you set stays, and history is priced all the same.'),
    isComplete: true,
  },
  models: [],
  list: { isUsed: false, text: '', canFetch: false },
  canExport: false,
});

const unpricedTurns = ({ sources }: PricedModel): number =>
  sources.reduce((sum, { source, turns }) => (source === null ? sum + turns : sum), 0);

function summaryOf(models: readonly PricedModel[], locale: string): PricesView['summary'] {
  const used = models.filter(({ turns }) => turns > 0);
  const unpriced = used.filter((model) => unpricedTurns(model) > 0);
  const turns = unpriced.reduce((sum, model) => sum + unpricedTurns(model), 0);
  if (unpriced.length === 0)
    return {
      title: used.length === 0 ? t('No model has been used yet') : t('Every model has a price'),
      text: t('Prices hold for the day on which a request was made, and for its tier.'),
      isComplete: true,
    };
  return {
    title: plural(unpriced.length, '{0} model has no price', '{0} models have no price', locale),
    text: plural(
      turns,
      '{0} request is missing from every cost. Set a price, and history is priced by it too.',
      '{0} requests are missing from every cost. Set a price, and history is priced by it too.',
      locale,
    ),
    isComplete: false,
  };
}

function modelView(row: PricedModel, list: PriceGapsState, reader: Reader): PricedModelView {
  const { locale } = reader;
  const missing = unpricedTurns(row);
  const [shown] = row.sources.toSorted((a, b) => b.turns - a.turns).filter(({ source }) => source !== null);
  const source = row.rates?.source ?? (missing === row.turns ? null : (shown?.source ?? null));
  const origin = priceOrigin(source, isOfOtherProvider(row.provider, source) ? row.provider : undefined);
  return {
    key: row.key,
    provider: row.provider,
    model: row.model,
    tier: row.tier,
    label: label(row.model, 60) || t('(no name)'),
    detail: [label(row.provider, 40), row.tier && t('{0} tier', label(row.tier, 30))].filter(Boolean).join(' · '),
    requests: exactNumber(row.turns, locale),
    tokens: compactTokens(row.tokens, locale),
    rates: row.rates && ratesText(row.rates, locale),
    source: origin.short,
    sourceTitle: sentences(origin.sentence, dateOf(source, row, list, reader)),
    isUnpriced: missing > 0 || (row.turns === 0 && row.rates === undefined),
    notes: notesOf(row, missing, source, locale),
    own: row.own.map((own) => ownView(own, reader)),
    draft: draftOf(row),
  };
}

/** When the price was set or seen. */
function dateOf(source: string | null, row: PricedModel, list: PriceGapsState, reader: Reader): string | undefined {
  const day = (atMs: number): string => dateText(atMs, reader, { dateStyle: 'medium' });
  if (source === 'user') {
    const own = row.own.find(({ fromMs }) => fromMs <= reader.nowMs);
    return own && t('Set on {0}.', day(own.setAtMs));
  }
  if (source?.startsWith('openrouter:') && list.fetchedAtMs !== undefined)
    return t('The list was fetched on {0}.', day(list.fetchedAtMs));
  return undefined;
}

function notesOf(row: PricedModel, missing: number, source: string | null, locale: string): string[] {
  const notes: string[] = [];
  if (missing > 0 && missing < row.turns)
    notes.push(
      plural(
        missing,
        '{0} of {1} requests unpriced',
        '{0} of {1} requests unpriced',
        locale,
        exactNumber(row.turns, locale),
      ),
    );
  const recorded = row.sources.find((each) => each.source === 'recorded')?.turns ?? 0;
  if (recorded > 0 && source !== 'user')
    notes.push(
      recorded === row.turns
        ? t('cost recorded by the agent')
        : plural(
            recorded,
            '{0} request at the cost that the agent recorded',
            '{0} requests at the cost that the agent recorded',
            locale,
          ),
    );
  if (row.rates?.dependsOnSize) notes.push(t('large prompts cost more'));
  return notes;
}

function ownView(own: OwnPriceRow, reader: Reader): OwnPriceView {
  const day = (atMs: number): string => dateText(atMs, reader, { dateStyle: 'medium' });
  return {
    label: own.fromMs === 0 ? t('always') : t('from {0}', day(own.fromMs)),
    title: t('Set on {0}.', day(own.setAtMs)),
    rates: ratesText(own, reader.locale),
    fields: fieldsOf(own, own.fromMs === 0 ? '' : spanAt(own.fromMs, 'day', reader.timeZone).key),
    fromMs: own.fromMs,
  };
}

/** What one would begin to type: the price that holds, so that only what differs is to be changed. */
function draftOf(row: PricedModel): PriceFields {
  if (row.rates) return fieldsOf({ ...row, ...row.rates }, '');
  const names = { provider: row.provider, model: row.model, tier: row.tier, from: '' };
  return { ...names, input: '', output: '', cacheRead: '', cacheWrite5m: '', cacheWrite1h: '', webSearches: '' };
}

export function fieldsOf(
  price: TokenPrices & { provider: string; model: string; tier: string },
  from: string,
): PriceFields {
  const { provider, model, tier } = price;
  const rates = Object.fromEntries(RATE_NAMES.map((name) => [name, String(price[name])])) as Record<RateName, string>;
  return { provider, model, tier, from, ...rates };
}

function ratesText(rates: TokenPrices, locale: string): Record<RateName, string> {
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: 6,
  });
  return Object.fromEntries(RATE_NAMES.map((name) => [name, format.format(rates[name])])) as Record<RateName, string>;
}

function listView(list: PriceGapsState, reader: Reader): PricesView['list'] {
  const { locale, nowMs } = reader;
  const when = (atMs: number): string => dateText(atMs, reader, { dateStyle: 'medium', timeStyle: 'short' });
  if (!list.isUsed)
    return {
      isUsed: false,
      text: t(
        'OpenRouter’s public list is switched off: models that genai-prices does not know have no price until you set one.',
      ),
      canFetch: false,
    };
  const text =
    list.fetchedAtMs === undefined
      ? t(
          'OpenRouter’s public list has not been needed or fetched yet. It is fetched at most once a day, when a model has no price.',
        )
      : plural(
          list.models,
          'OpenRouter’s public list fills gaps: {0} model, fetched on {1}.',
          'OpenRouter’s public list fills gaps: {0} models, fetched on {1}.',
          locale,
          when(list.fetchedAtMs),
        );
  return {
    isUsed: true,
    text,
    problem:
      list.failure === undefined || list.askedAtMs === undefined
        ? undefined
        : t(
            'The try of {0} failed: {1}. What was fetched before is kept.',
            when(list.askedAtMs),
            label(list.failure, 200),
          ),
    canFetch: list.fetchedAtMs === undefined || Math.abs(nowMs - list.fetchedAtMs) >= DAY_MS,
  };
}
