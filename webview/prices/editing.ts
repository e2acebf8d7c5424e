import type { OwnPriceView, PricedModelView, PriceFields } from '../../src/views/pricesView.ts';
import type { PriceChoice } from '../../src/views/protocol.ts';

/** A price that is being typed. */
export interface Editing {
  /** Of the model below whose row the form stands; `undefined` = another model, whose names are typed too. */
  modelKey?: string;
  fields: PriceFields;
  /** The price that it takes the place of. */
  replaces?: PriceChoice;
}

const NOTHING: PriceFields = {
  provider: '',
  model: '',
  tier: '',
  from: '',
  input: '',
  output: '',
  cacheRead: '',
  cacheWrite5m: '',
  cacheWrite1h: '',
  webSearches: '',
};

/** A price of a model that was not used yet. */
export const newModel = (): Editing => ({ fields: { ...NOTHING } });

/** A further price of a model, or its first. */
export const newPrice = ({ key, draft }: PricedModelView): Editing => ({ modelKey: key, fields: { ...draft } });

/** A price that was set before. */
export const oldPrice = (model: PricedModelView, own: OwnPriceView): Editing => ({
  modelKey: model.key,
  fields: { ...own.fields },
  replaces: choiceOf(model, own),
});

/** Names a price to the extension. */
export const choiceOf = ({ provider, model, tier }: PricedModelView, { fromMs }: OwnPriceView): PriceChoice => ({
  provider,
  model,
  tier,
  fromMs,
});
