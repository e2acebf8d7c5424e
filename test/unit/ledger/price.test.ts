import assert from 'node:assert/strict';
import { waitForUpdate } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { lookUpPrice, type Priced, priceRequest } from '../../../src/ledger/price.ts';

const tokens = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 1_500_000 }));

const DAY_MS = 86_400_000;

describe('prices', () => {
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
        tier: fc.constantFrom(undefined, 'standard', 'priority'),
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
        const expected = row.tier === 'priority' ? undefined : lookUpPrice(row);
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
