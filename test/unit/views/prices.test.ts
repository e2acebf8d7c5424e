import assert from 'node:assert/strict';
import { readPrice } from '../../../src/views/priceForm.ts';
import { priceOrigin } from '../../../src/views/priceSource.ts';
import { type PricedModel, pricesView } from '../../../src/views/prices.ts';
import type { PriceFields } from '../../../src/views/pricesView.ts';
import { requestPrice } from '../../../src/views/requestPrice.ts';

const READER = { locale: 'en', timeZone: 'America/New_York', nowMs: Date.UTC(2026, 10, 22, 12) };
const NO_LIST = { isUsed: true, models: 0 };
const RATES = { input: 3, output: 15, cacheRead: 0.3, cacheWrite5m: 3.75, cacheWrite1h: 6, webSearches: 10 };

const model = (name: string, over: Partial<PricedModel> = {}): PricedModel => ({
  key: name,
  provider: 'acme',
  model: name,
  tier: '',
  turns: 10,
  tokens: 1000,
  costUsd: 1,
  sources: [{ source: 'genai-prices:acme/m', turns: 10 }],
  rates: { ...RATES, source: 'genai-prices:acme/m', dependsOnSize: false },
  own: [],
  ...over,
});
const unpriced = (name: string, over: Partial<PricedModel> = {}): PricedModel =>
  model(name, { sources: [{ source: null, turns: 10 }], rates: undefined, costUsd: 0, ...over });

describe('the view of prices', () => {
  it('has unpriced models first, then those with most tokens', () => {
    const view = pricesView({
      ...READER,
      list: NO_LIST,
      models: [model('small'), model('large', { tokens: 9e6 }), unpriced('none'), unpriced('more', { tokens: 5000 })],
    });
    assert.deepEqual(
      view.models.map(({ label }) => label),
      ['more', 'none', 'large', 'small'],
    );
    assert.deepEqual(
      view.models.map(({ isUnpriced }) => isUnpriced),
      [true, true, false, false],
    );
    assert.deepEqual(view.summary, {
      title: '2 models have no price',
      text: '20 requests are missing from every cost. Set a price, and history is priced by it too.',
      isComplete: false,
    });
    assert.equal(view.models[0]?.rates, undefined);
    assert.equal(view.models[0]?.draft.input, '');
  });

  it('says where each price comes from, and of which day it is', () => {
    const own = {
      provider: 'acme',
      model: 'mine',
      tier: '',
      fromMs: 0,
      ...RATES,
      source: 'page',
      setAtMs: Date.UTC(2026, 10, 2, 2),
    };
    const view = pricesView({
      ...READER,
      list: {
        isUsed: true,
        models: 400,
        fetchedAtMs: Date.UTC(2026, 10, 21, 12),
        askedAtMs: Date.UTC(2026, 10, 22, 11),
        failure: 'it cannot be reached (ENOTFOUND)',
      },
      models: [
        model('a', {
          tokens: 4,
          rates: { ...RATES, source: 'genai-prices:acme/m*2.5', dependsOnSize: true },
          tier: 'priority',
        }),
        model('b', {
          tokens: 3,
          rates: { ...RATES, source: 'openrouter:acme/b', dependsOnSize: false },
          sources: [{ source: 'openrouter:acme/b', turns: 10 }],
        }),
        model('mine', { tokens: 2, rates: { ...RATES, source: 'user', dependsOnSize: false }, own: [own] }),
        model('c', {
          tokens: 1,
          sources: [
            { source: 'recorded', turns: 4 },
            { source: 'genai-prices:acme/m', turns: 3 },
            { source: null, turns: 3 },
          ],
        }),
      ],
    });
    assert.deepEqual(
      view.models.map(({ label, detail, source, sourceTitle, notes }) => [label, detail, source, sourceTitle, notes]),
      [
        [
          'c',
          'acme',
          'genai-prices 0.1.8',
          'Its price is that of acme/m in genai-prices 0.1.8.',
          ['3 of 10 requests unpriced', '4 requests at the cost that the agent recorded'],
        ],
        [
          'a',
          'acme · priority tier',
          'genai-prices 0.1.8',
          'Its price is that of acme/m in genai-prices 0.1.8, times 2.5 for its tier.',
          ['large prompts cost more'],
        ],
        [
          'b',
          'acme',
          'OpenRouter',
          'Its price is that of acme/b in OpenRouter’s public list. The list was fetched on Nov 21, 2026.',
          [],
        ],
        ['mine', 'acme', 'Yours', 'Its price is the one that you set. Set on Nov 1, 2026.', []],
      ],
    );
    assert.deepEqual(
      view.models[3]?.own.map(({ label, title, fields }) => [label, title, fields.from, fields.input]),
      [['always', 'Set on Nov 1, 2026.', '', '3']],
    );
    assert.match(view.list.text, /400 models, fetched on Nov 21, 2026, 7:00.AM/);
    assert.match(view.list.problem ?? '', /ENOTFOUND.*is kept/);
    assert.equal(view.list.canFetch, true);
    assert.equal(view.canExport, true);
  });

  it('keeps hostile names for wishes, and shows them as one short line', () => {
    const name = `<img src=x onerror=alert(1)>\u202e\n${'x'.repeat(150)}`;
    const [shown] = pricesView({ ...READER, list: NO_LIST, models: [unpriced(name)] }).models;
    assert.equal(shown?.model, name);
    assert.match(shown?.label ?? '', /^<img src=x onerror=alert\(1\)> x{20,}…$/);
  });

  it('is empty before anything was used, and complete when all is priced', () => {
    assert.equal(pricesView({ ...READER, list: { isUsed: false, models: 0 }, models: [] }).state, 'empty');
    const view = pricesView({ ...READER, list: NO_LIST, models: [model('a')], repricing: { done: 1200, total: 4800 } });
    assert.deepEqual([view.summary.title, view.summary.isComplete], ['Every model has a price', true]);
    assert.deepEqual(view.repricing, { text: 'Pricing history anew: 1,200 of 4,800 requests', share: 0.25 });
  });
});

const typed = (over: Partial<PriceFields>): Partial<PriceFields> => ({
  provider: 'acme',
  model: 'm',
  input: '1',
  output: '2',
  ...over,
});

describe('a price as it is typed', () => {
  for (const [name, fields, expected] of [
    [
      'plain',
      { input: ' 0.15 ', output: '.6' },
      { input: 0.15, output: 0.6, cacheRead: 0.15, cacheWrite5m: 0.15, cacheWrite1h: 0.15, webSearches: 0 },
    ],
    [
      'with a cache',
      { cacheRead: '0.1', cacheWrite5m: '1.25', cacheWrite1h: '2', webSearches: '10' },
      { cacheRead: 0.1, cacheWrite5m: 1.25, cacheWrite1h: 2, webSearches: 10 },
    ],
    ['free', { input: '0', output: '0' }, { input: 0, output: 0, cacheRead: 0 }],
    ['from a day in the zone', { from: '2026-11-16' }, { fromMs: Date.UTC(2026, 10, 16, 5) }],
    ['with hostile names', { model: '=cmd()', provider: '<b>' }, { model: '=cmd()', provider: '<b>' }],
  ] as const)
    it(`is read: ${name}`, () => {
      const read = readPrice(typed(fields), READER);
      assert.ok('price' in read, JSON.stringify(read));
      for (const [key, value] of Object.entries(expected))
        assert.equal(read.price[key as keyof typeof read.price], value);
    });

  it('keeps the moment of before while its day is the same', () => {
    const fromMs = Date.UTC(2026, 10, 16, 20);
    assert.deepEqual(
      readPrice(typed({ from: '2026-11-16' }), READER, fromMs),
      readPrice(typed({ from: '2026-11-16' }), READER, fromMs),
    );
    const read = readPrice(typed({ from: '2026-11-16' }), READER, fromMs);
    assert.ok('price' in read && read.price.fromMs === fromMs);
  });

  for (const [field, value, text] of [
    ['input', '-1', 'Input cannot be negative.'],
    ['output', '', 'Output is missing'],
    ['output', 'NaN', 'Output is a number like 3.75, not “NaN”.'],
    ['output', 'Infinity', 'Output is a number'],
    ['cacheRead', '1,5', 'Cache read is a number like 3.75'],
    ['webSearches', '1e999', 'Web searches is a number'],
    ['cacheWrite1h', '100001', 'Cache write 1 h is more than $100,000.00'],
    ['cacheWrite5m', '0x10', 'Cache write 5 min is a number'],
    ['model', '  ', 'Model is missing.'],
    ['provider', '', 'Provider is missing.'],
    ['tier', 't'.repeat(201), 'Tier is longer than 200 characters.'],
    ['from', '2026-02-30', 'Valid from is a day'],
    ['from', '1960-01-01', 'Valid from is a day'],
    ['from', 'tomorrow', 'Valid from is a day'],
  ] as const)
    it(`is refused: ${field} “${value.slice(0, 20)}”`, () => {
      const read = readPrice(typed({ [field]: value }), READER);
      assert.ok('problem' in read);
      assert.equal(read.problem.field, field);
      assert.ok(read.problem.text.startsWith(text), read.problem.text);
    });
});

describe('where a price comes from', () => {
  for (const [source, short] of [
    [null, 'Unpriced'],
    ['user', 'Yours'],
    ['recorded', 'Recorded'],
    ['openrouter:z/glm', 'OpenRouter'],
    ['genai-prices:openai/gpt-5', 'genai-prices 0.1.8'],
  ] as const)
    it(`is said of ${source}`, () => {
      const origin = priceOrigin(source);
      assert.equal(origin.short, short);
      assert.match(origin.sentence, /^It.*\.$/);
    });

  it('is said of a request whose provider the list does not price', () => {
    const costUsd = 0.1;
    const priceSource = 'genai-prices:openai/gpt-5.5*2';
    const own = 'Its price is that of openai/gpt-5.5 in genai-prices 0.1.8, times 2 for its tier.';
    const other = `${own} That list has no price of the provider mock for this model.`;
    assert.equal(requestPrice({ costUsd, priceSource, provider: 'openai' }), own);
    assert.equal(requestPrice({ costUsd, priceSource, provider: 'mock' }), other);
    assert.equal(
      requestPrice({ costUsd, priceSource: 'recorded', provider: 'mock' }),
      priceOrigin('recorded').sentence,
    );
    assert.equal(requestPrice({ costUsd: null, priceSource, provider: 'mock' }), priceOrigin(null).sentence);
  });

  it('is said of a model whose provider the list does not price', () => {
    const sources = [{ source: 'genai-prices:openai/gpt-5.5', turns: 1 }];
    const [shown] = pricesView({
      ...READER,
      list: NO_LIST,
      models: [model('gpt-5.5', { provider: 'mock', sources, rates: undefined })],
    }).models;
    assert.match(shown?.sourceTitle ?? '', /openai\/gpt-5\.5 .* no price of the provider mock for this model\.$/);
  });
});
