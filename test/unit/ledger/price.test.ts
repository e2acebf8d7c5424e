import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { waitForUpdate } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { lookUpPrice, type Priced, priceRequest } from '../../../src/ledger/price.ts';
import { LIBRARY_VERSION } from '../../../src/ledger/priceMarks.ts';

const tokens = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 1_500_000 }));

const DAY_MS = 86_400_000;

describe('prices', () => {
  it('name the version of the library that is installed: another one prices history anew', () => {
    const main = createRequire(import.meta.url).resolve('@pydantic/genai-prices');
    const manifest = JSON.parse(readFileSync(new URL('../package.json', `file://${main}`), 'utf8'));
    assert.equal(LIBRARY_VERSION, manifest.version);
  });

  describe('by tier', () => {
    const usage = { input: 1_000, cacheRead: 20_000, cacheWrite5m: 300, cacheWrite1h: 40, output: 500, reasoning: 0 };
    const long = { ...usage, cacheRead: 300_000 };
    for (const [provider, model, tier, used, factor] of [
      ['anthropic', 'claude-opus-5-5', 'fast', usage, 2],
      ['anthropic', 'claude-opus-4-8', 'fast', usage, 2],
      ['anthropic', 'claude-opus-4-6[1m]', 'fast', long, 6],
      ['openai', 'gpt-5.5', 'priority', usage, 2.5],
      ['openai', 'gpt-5.5', 'fast', usage, 2.5],
      ['openai', 'gpt-5.1-codex', 'priority', usage, 2],
      ['openai', 'gpt-5', 'flex', usage, 0.5],
      ['openai', 'gpt-5.5', 'flex', long, 0.5],
      // What is not documented is not known.
      ['openai', 'gpt-5.5', 'priority', long, undefined],
      ['openai', 'gpt-5.3-codex', 'priority', usage, undefined],
      ['anthropic', 'claude-sonnet-4-5', 'fast', usage, undefined],
      ['anthropic', 'claude-opus-5-5', 'priority', usage, undefined],
      ['openai', 'gpt-5', '__proto__', usage, undefined],
      ['azure', 'gpt-5', 'priority', usage, undefined],
    ] as const)
      it(`${model} in ${tier} with ${used.cacheRead} cached tokens costs ${factor ?? 'what is not known'}`, () => {
        const row = { provider, model, usage: used, webSearches: 0, atMs: Date.UTC(2026, 9, 1) };
        const list = priceRequest(row);
        const found = priceRequest({ ...row, tier });
        assert.ok(list);
        if (factor === undefined) {
          assert.equal(found, undefined);
          return;
        }
        assert.equal(found?.costUsd, list.costUsd * factor);
        assert.equal(found?.source, `${list.source}*${factor}`);
        // A search costs the same in every tier.
        const searches = { ...row, webSearches: 3 };
        const searchesUsd = (priceRequest(searches)?.costUsd ?? 0) - list.costUsd;
        assert.ok(Math.abs((priceRequest({ ...searches, tier })?.costUsd ?? 0) - found.costUsd - searchesUsd) < 1e-12);
      });
  });

  it('are to the last digit those of the library, for every model it lists, at any time', async function () {
    this.timeout(60_000);
    const providers = (await waitForUpdate()) ?? [];
    const models = providers.flatMap(({ id, models: listed }) => listed.map((model) => ({ provider: id, model })));
    assert.ok(models.length > 500);
    const days = new Set([0, Date.UTC(2026, 6, 1)]);
    for (const { model } of models)
      if (Array.isArray(model.prices))
        for (const { constraint } of model.prices)
          if (constraint?.type === 'start_date') days.add(Date.parse(constraint.start_date));
    const anyRequest: fc.Arbitrary<Priced> = fc
      .record({
        listed: fc.constantFrom(...models),
        other: fc.constantFrom('', 'anthropic', 'openrouter', 'nobody'),
        dayMs: fc.constantFrom(...days),
        afterMs: fc.constantFrom(-1, 0, 1, DAY_MS / 2, DAY_MS - 1),
        webSearches: fc.constantFrom(0, 1, 7),
        tier: fc.constantFrom(undefined, 'standard', 'no-such-tier'),
        usage: fc.record({
          input: tokens,
          cacheRead: tokens,
          cacheWrite5m: tokens,
          cacheWrite1h: tokens,
          output: tokens,
          reasoning: fc.constant(0),
        }),
      })
      .map(({ listed, other, dayMs, afterMs, ...row }) => ({
        ...row,
        provider: other || listed.provider,
        model: listed.model.id,
        atMs: dayMs + afterMs,
      }));
    fc.assert(
      fc.property(anyRequest, (row) => {
        const expected = row.tier === 'no-such-tier' ? undefined : lookUpPrice(row);
        assert.deepEqual(priceRequest(row), expected);
      }),
      { numRuns: 2_000 },
    );
  });

  it('are absent where a time is none and where nobody lists the model', () => {
    const usage = { input: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 1, reasoning: 0 };
    const row = { provider: 'anthropic', usage, webSearches: 0 };
    assert.equal(priceRequest({ ...row, model: 'no-such-model', atMs: 0 }), undefined);
    assert.equal(priceRequest({ ...row, model: '__proto__', atMs: 0 }), undefined);
    for (const atMs of [Number.NaN, 9e15, -9e15]) {
      const timed = { ...row, model: 'claude-sonnet-4-5', atMs };
      assert.deepEqual(priceRequest(timed), lookUpPrice(timed));
    }
  });
});
