import assert from 'node:assert/strict';
import { type ListedPrice, type OwnPrice, type PricedRow, priceBook } from '../../../src/ledger/priceBook.ts';

const DAY_MS = 86_400_000;
const AT_MS = Date.UTC(2026, 9, 1);

const rates = (input: number) => ({
  input,
  output: 10 * input,
  cacheRead: input / 10,
  cacheWrite5m: 2 * input,
  cacheWrite1h: 3 * input,
  webSearches: 10,
});
const own = (over: Partial<OwnPrice>): OwnPrice => ({
  provider: 'acme',
  model: 'house-model',
  tier: '',
  fromMs: 0,
  ...rates(1),
  ...over,
});
const listed = (id: string, input = 4, fromMs = 0): ListedPrice => ({ id, fromMs, ...rates(input) });
const row = (over: Partial<PricedRow>): PricedRow => ({
  provider: 'acme',
  model: 'house-model',
  atMs: AT_MS,
  webSearches: 2,
  usage: { input: 1e6, cacheRead: 1e6, cacheWrite5m: 1e6, cacheWrite1h: 1e6, output: 1e6, reasoning: 5 },
  ...over,
});
/** Of the row above at `rates(input)`. */
const cost = (input: number, factor = 1): number =>
  (input + 10 * input + input / 10 + 2 * input + 3 * input) * factor + 0.02;

const sonnet = { provider: 'anthropic', model: 'claude-sonnet-4-5' };
const opus = { provider: 'anthropic', model: 'claude-opus-5-5' };

const cases: [
  name: string,
  own: OwnPrice[],
  listed: ListedPrice[],
  row: Partial<PricedRow>,
  source?: string,
  usd?: number,
][] = [
  ['nothing is known', [], [], {}, undefined],
  ['the user set a price', [own({})], [listed('acme/house-model')], {}, 'user', cost(1)],
  [
    'the user set a price that wins over the agent and the library',
    [own({ ...sonnet })],
    [],
    { ...sonnet, recordedUsd: 9 },
    'user',
    cost(1),
  ],
  ['the agent recorded a cost', [], [], { ...sonnet, recordedUsd: 9 }, 'recorded', 9],
  [
    'the price of the day it was made',
    [own({}), own({ fromMs: AT_MS - DAY_MS, ...rates(2) }), own({ fromMs: AT_MS + 1, ...rates(3) })],
    [],
    {},
    'user',
    cost(2),
  ],
  ['the price from this very moment on', [own({}), own({ fromMs: AT_MS, ...rates(2) })], [], {}, 'user', cost(2)],
  ['one that is not valid yet', [own({ fromMs: AT_MS + 1 })], [], {}, undefined],
  ['a price of another tier', [own({ tier: 'fast' })], [], {}, undefined],
  ['a price of this tier', [own({}), own({ tier: 'fast', ...rates(2) })], [], { tier: 'fast' }, 'user', cost(2)],
  ['tiers at the list price', [own({})], [], { tier: 'default' }, 'user', cost(1)],
  ['a tier that costs a documented factor more', [own({ ...opus })], [], { ...opus, tier: 'fast' }, 'user', cost(1, 2)],
  ['a tier of which nothing is known', [own({})], [], { tier: 'fast' }, undefined],
  ['the list fills a gap', [], [listed('acme/house-model')], {}, 'openrouter:acme/house-model', cost(4)],
  [
    'the list never wins over the library',
    [],
    [listed('anthropic/claude-sonnet-4-5', 1000)],
    { ...sonnet },
    'genai-prices:anthropic/claude-sonnet-4-5',
  ],
  ['the list never wins over the agent', [], [listed('acme/house-model')], { recordedUsd: 3 }, 'recorded', 3],
  [
    'a router’s model by its full name',
    [],
    [listed('acme/house-model')],
    { provider: 'openrouter', model: 'acme/house-model' },
    'openrouter:acme/house-model',
    cost(4),
  ],
  [
    'points, dashes and case',
    [],
    [listed('acme/House-4.5')],
    { model: 'house-4-5[1m]' },
    'openrouter:acme/House-4.5',
    cost(4),
  ],
  ['a model that one vendor has', [], [listed('z/house-model')], {}, 'openrouter:z/house-model', cost(4)],
  ['a model that two vendors have', [], [listed('z/house-model'), listed('y/house-model')], {}, undefined],
  ['a local model', [], [listed('z/house-model')], { provider: 'ollama' }, undefined],
  ['free there is not free here', [], [listed('z/house-model', 0), listed('z/house-model:free', 0)], {}, undefined],
  [
    'free there is free there',
    [],
    [listed('z/house-model:free', 0)],
    { model: 'z/house-model:free', webSearches: 0 },
    'openrouter:z/house-model:free',
    0,
  ],
  [
    'the list’s first price for all time before',
    [],
    [listed('acme/house-model', 4, AT_MS + 5)],
    {},
    'openrouter:acme/house-model',
    cost(4),
  ],
  [
    'the list’s newer price from when it was seen',
    [],
    [listed('acme/house-model', 4), listed('acme/house-model', 5, AT_MS)],
    {},
    'openrouter:acme/house-model',
    cost(5),
  ],
  [
    'the list’s fast variant',
    [],
    [listed('acme/house-model'), listed('acme/house-model-fast', 8)],
    { tier: 'fast' },
    'openrouter:acme/house-model-fast',
    cost(8),
  ],
  ['a tier that the list does not have', [], [listed('acme/house-model')], { tier: 'priority' }, undefined],
  [
    'a model named as hostile as can be',
    [own({ model: '<img src=x onerror=alert(1)>' })],
    [],
    { model: '<img src=x onerror=alert(1)>' },
    'user',
    cost(1),
  ],
  ['a model named like what every object has', [], [listed('acme/house-model')], { model: '__proto__' }, undefined],
];

describe('price book', () => {
  for (const [name, mine, list, over, source, usd] of cases)
    it(name, () => {
      const book = priceBook({ own: mine, listed: () => list });
      const asked = row(over);
      const price = book.priceOf(asked);
      assert.equal(price?.source, source);
      if (usd !== undefined) assert.ok(Math.abs((price?.costUsd ?? Number.NaN) - usd) < 1e-9, `${price?.costUsd}`);
      // The rates that divide a cost make the same sum.
      const set = book.ratesOf({ ...asked, tier: asked.tier ?? null }, 4e6);
      if (source === 'user' || source?.startsWith('openrouter:')) {
        const sum = set && set.input + set.cacheRead + set.cacheWrite5m + set.cacheWrite1h + set.output;
        assert.ok(
          Math.abs((sum ?? Number.NaN) + (asked.webSearches * 10) / 1e3 - (price?.costUsd ?? 0)) < 1e-9 ||
            price?.costUsd === 0,
        );
      } else if (source !== 'recorded') assert.equal(set, undefined);
    });

  it('has another version when any price of a model changes, and the same when none does', () => {
    const version = (mine: OwnPrice[], list: ListedPrice[]): string =>
      priceBook({ own: mine, listed: () => list }).version('acme', 'house-model');
    const before = version([own({})], [listed('acme/house-model')]);
    assert.equal(
      version([own({}), own({ model: 'another' })], [listed('acme/other'), listed('acme/house-model')]),
      before,
    );
    for (const changed of [
      version([], [listed('acme/house-model')]),
      version([own({ output: 3 })], [listed('acme/house-model')]),
      version([own({ fromMs: 5 })], [listed('acme/house-model')]),
      version([own({}), own({ tier: 'fast' })], [listed('acme/house-model')]),
      version([own({})], []),
      version([own({})], [listed('acme/house-model', 5)]),
      version([own({})], [listed('acme/house-model'), listed('acme/house-model-fast')]),
    ])
      assert.notEqual(changed, before);
  });
});
