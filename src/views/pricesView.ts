/** The Prices page: what every model costs, and where that comes from. A whole picture, formatted. */
export interface PricesView {
  /** `empty`: nothing was used and no price is set. `off`: costs are switched off. */
  state: 'empty' | 'ready' | 'off';
  /** `3 of 14 models have no price` and what that means; or that all have one. */
  summary: { title: string; text: string; isComplete: boolean };
  /** While history is priced anew: how far that is. */
  repricing?: { text: string; share: number };
  /** Unpriced ones first, then most tokens first. */
  models: PricedModelView[];
  /** The public list that fills gaps. */
  list: { isUsed: boolean; text: string; problem?: string; canFetch: boolean };
  /** Whether there are prices of one's own to export. */
  canExport: boolean;
  /** What became of the last wish; told once more with each picture until there is another one. */
  outcome?: PriceOutcome;
}

/** One model in one tier. */
export interface PricedModelView {
  key: string;
  /** As transcripts name it: hostile. For wishes, and for the tooltip. */
  provider: string;
  model: string;
  tier: string;
  /** The same, short and in one line. */
  label: string;
  /** Provider, and tier where there is one. */
  detail: string;
  requests: string;
  tokens: string;
  /** Dollars per million tokens, and per thousand searches; absent = unpriced. */
  rates?: Record<RateName, string>;
  /** `Yours`, `genai-prices 0.1.8`, `OpenRouter`, `Unpriced` ... */
  source: string;
  /** The same at length: date, name in the list, factor of the tier. */
  sourceTitle: string;
  isUnpriced: boolean;
  /** What is to be known of it: `12 of 30 requests unpriced`, `large prompts cost more`. */
  notes: string[];
  /** Prices that the user set, the newest first. */
  own: OwnPriceView[];
  /** What the form begins with. */
  draft: PriceFields;
}

export interface OwnPriceView {
  /** `always`, or `from Nov 1, 2026`. */
  label: string;
  title: string;
  rates: Record<RateName, string>;
  fields: PriceFields;
  fromMs: number;
}

export const RATE_NAMES = ['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'webSearches'] as const;
export type RateName = (typeof RATE_NAMES)[number];

export const FIELD_NAMES = ['provider', 'model', 'tier', 'from', ...RATE_NAMES] as const;
export type PriceFieldName = (typeof FIELD_NAMES)[number];

/** A price as it is typed: texts. `from` is a day, empty = always. */
export type PriceFields = Record<PriceFieldName, string>;

/** What became of a wish. */
export interface PriceOutcome {
  /** Another one for each wish. */
  id: number;
  kind: 'done' | 'problem';
  text: string;
  /** The field that is wrong. */
  field?: PriceFieldName;
}
