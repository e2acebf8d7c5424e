import { parseOpenRouterList } from '../ledger/openRouterList.ts';
import { parseOwnPrice } from '../ledger/ownPrice.ts';
import { priceBook } from '../ledger/priceBook.ts';
import { shownRates } from '../ledger/shownRates.ts';
import { hasPriceGaps, ownPrices, pricedModels } from '../queries/pricedModels.ts';
import { priceSources } from '../store/priceSources.ts';
import type { Store } from '../store/store.ts';
import { type PricedModel, pricesView } from '../views/prices.ts';
import type { PricesView } from '../views/pricesView.ts';
import type { EngineApi, Presentation } from './engineApi.ts';
import type { RepricingProgress } from './repricing.ts';

type Asked<Question extends keyof EngineApi> = Parameters<EngineApi[Question]>[0];

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Every model that was used, and those that only the user has set a price for, with what it costs now and why. */
export function modelPrices(store: Store, nowMs: number): PricedModel[] {
  const book = priceBook(priceSources(store));
  const models = new Map<string, PricedModel>();
  const modelOf = (provider: string, model: string, tier: string | null): PricedModel => {
    const key = JSON.stringify([provider, model, tier ?? '']);
    let known = models.get(key);
    if (!known) {
      const rates = shownRates(book, { provider, model, tier, atMs: nowMs });
      known = { key, provider, model, tier: tier ?? '', turns: 0, tokens: 0, costUsd: 0, sources: [], rates, own: [] };
      models.set(key, known);
    }
    return known;
  };
  for (const { provider, model, tier, priceSource, turns, tokens, costUsd } of pricedModels(store)) {
    const of = modelOf(provider, model, tier);
    of.turns += turns;
    of.tokens += tokens;
    of.costUsd += costUsd;
    of.sources.push({ source: priceSource, turns });
  }
  for (const own of ownPrices(store)) modelOf(own.provider, own.model, own.tier || null).own.push(own);
  return [...models.values()];
}

export function answerPrices(
  store: Store,
  request: Presentation,
  repricing: RepricingProgress | undefined,
): PricesView {
  return pricesView({
    ...request,
    models: modelPrices(store, request.nowMs),
    list: store.priceGaps.state(),
    repricing,
  });
}

/** Stores the user's prices. Rejects, before anything is stored, when one of them cannot be a price. */
export function changePrices(store: Store, { set, nowMs, ...change }: Asked<'changePrices'>): void {
  const prices = set.map((price) => {
    const parsed = parseOwnPrice(price);
    if (!parsed) throw new Error('that is no price');
    return parsed;
  });
  store.changePrices({ ...change, set: prices }, nowMs);
}

/**
 * Gives one window the task of fetching the public list: when it is used, would fill a gap, and the last one was fetched a day ago. Who could
 * not reach it tries again after an hour.
 */
export function claimPriceList(store: Store, { nowMs, isWished }: Asked<'claimPriceList'>): boolean {
  const { isUsed, askedAtMs, fetchedAtMs } = store.priceGaps.state();
  if (!isUsed) return false;
  // Of a clock that was set back nothing is known.
  const since = (atMs: number | undefined): number => (atMs === undefined ? Infinity : Math.abs(nowMs - atMs));
  if (since(fetchedAtMs) < DAY_MS) return false;
  if (!isWished && (since(askedAtMs) < HOUR_MS || !hasPriceGaps(store))) return false;
  store.priceGaps.asked(nowMs);
  return true;
}

/** Takes what was fetched. @returns whether it was a list; if not, the one of before stays */
export function takePriceList(store: Store, answer: Asked<'takePriceList'>): boolean {
  try {
    if ('failure' in answer) throw new Error(answer.failure);
    store.priceGaps.take(parseOpenRouterList(answer.text), answer.fetchedAtMs);
    return true;
  } catch (error) {
    store.priceGaps.failed(error instanceof Error ? error.message : String(error));
    return false;
  }
}
