import type { PricedModelView, PricesView } from '../../src/views/pricesView.ts';

const NO_RATES = { input: '', output: '', cacheRead: '', cacheWrite5m: '', cacheWrite1h: '', webSearches: '' };
const RATES = {
  input: '$3.00',
  output: '$15.00',
  cacheRead: '$0.30',
  cacheWrite5m: '$3.75',
  cacheWrite1h: '$6.00',
  webSearches: '$10.00',
};

const model = (label: string, over: Partial<PricedModelView> = {}): PricedModelView => ({
  key: label,
  provider: 'anthropic',
  model: label,
  tier: '',
  label,
  detail: 'anthropic',
  requests: '1,204',
  tokens: '82.4M',
  rates: RATES,
  source: 'genai-prices 0.1.8',
  sourceTitle: 'Its price is that of the model in genai-prices 0.1.8.',
  isUnpriced: false,
  notes: [],
  own: [],
  draft: { provider: 'anthropic', model: label, tier: '', from: '', ...NO_RATES },
  ...over,
});
const unpriced = (label: string): PricedModelView =>
  model(label, { rates: undefined, source: 'Unpriced', isUnpriced: true, requests: '12', tokens: '840k' });
const own = { label: 'from Nov 1, 2026', title: 'Set on Nov 2, 2026.', rates: RATES, fromMs: 1 };

const view = (models: PricedModelView[], over: Partial<PricesView> = {}): PricesView => ({
  state: 'ready',
  summary: {
    title: 'Every model has a price',
    text: 'Prices hold for the day on which a request was made.',
    isComplete: true,
  },
  models,
  list: {
    isUsed: true,
    text: 'OpenRouter’s public list fills gaps: 412 models, fetched on Nov 22, 2026.',
    canFetch: false,
  },
  canExport: false,
  ...over,
});

const SUMMARY = {
  title: '2 models have no price',
  text: '24 requests are missing from every cost.',
  isComplete: false,
};

/** The Prices page in each state. */
export const PRICE_STATES: Record<string, PricesView> = {
  empty: view([], { state: 'empty', summary: { title: 'No model has been used yet', text: '', isComplete: true } }),
  complete: view([
    model('claude-sonnet-4-5', { notes: ['large prompts cost more'] }),
    model('gpt-5.5', { detail: 'openai · priority tier' }),
    model('z-ai/glm-4.6', { detail: 'openrouter', source: 'OpenRouter' }),
  ]),
  unpriced: view([unpriced('house-model'), unpriced('<img src=x onerror=alert(1)>'), model('claude-opus-4-5')], {
    summary: SUMMARY,
  }),
  own: view(
    [
      model('house-model', {
        source: 'Yours',
        own: [own, { ...own, label: 'always', fromMs: 0 }].map((each) => ({ ...each, fields: model('').draft })),
      }),
    ],
    { canExport: true, outcome: { id: 1, kind: 'done', text: 'The price of house-model is set.' } },
  ),
  off: view([], {
    state: 'off',
    summary: {
      title: 'Costs are switched off',
      text: 'Nothing is shown of prices and costs anywhere. What you set stays, and history is priced all the same.',
      isComplete: true,
    },
  }),
  longNames: view([unpriced(`a-model-with-${'a-very-'.repeat(12)}long-name`)], {
    summary: { ...SUMMARY, title: '1 model has no price', text: '12 requests are missing from every cost.' },
  }),
  repricing: view([model('claude-opus-4-5')], {
    repricing: { text: 'Pricing history anew: 12,000 of 45,200 requests', share: 0.27 },
    outcome: { id: 1, kind: 'problem', text: 'Nothing was imported. Line 4: Input cannot be negative.' },
    list: {
      isUsed: true,
      text: 'OpenRouter’s public list was not fetched yet.',
      problem: 'The try of 9:41 failed: it cannot be reached (ENOTFOUND).',
      canFetch: true,
    },
  }),
};
