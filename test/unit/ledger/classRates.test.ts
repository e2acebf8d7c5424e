import assert from 'node:assert/strict';
import { costDivider, type PricedUsage } from '../../../src/ledger/classRates.ts';
import { TOKEN_CLASSES } from '../../../src/ledger/ownerSums.ts';
import { priceRequest } from '../../../src/ledger/price.ts';
import { usage } from './foldedEvents.ts';

describe('the cost of a request by token class', () => {
  const priced = (input: number, more: Partial<PricedUsage> = {}): PricedUsage => {
    const row = {
      provider: 'anthropic',
      model: 'claude-sonnet-4-5',
      tier: null,
      atMs: Date.UTC(2026, 0, 5),
      usage: usage({ input, output: 1000 }),
      webSearches: 0,
      ...more,
    };
    const list = priceRequest({ ...row, tier: undefined, usage: { ...row.usage, reasoning: 0 } });
    return { ...row, costUsd: list?.costUsd ?? null, ...more };
  };
  const sumOf = (request: PricedUsage, divide = costDivider()) => {
    const divided = divide(request);
    assert.ok(divided);
    return TOKEN_CLASSES.reduce((sum, of) => sum + divided.rates[of] * request.usage[of], divided.searchesUsd);
  };

  it('sums to the cost on both sides of the size from which prompts cost more, in any order', () => {
    const [small, large] = [priced(200_000), priced(200_001)];
    // $3 and $15 a million up to 200,000 tokens, $6 and $22.50 beyond.
    assert.ok(Math.abs((small.costUsd ?? 0) - 0.615) < 1e-9, String(small.costUsd));
    assert.ok(Math.abs((large.costUsd ?? 0) - 1.222506) < 1e-9, String(large.costUsd));
    for (const order of [
      [small, large],
      [large, small],
    ]) {
      const divide = costDivider();
      for (const request of order) assert.ok(Math.abs(sumOf(request, divide) - (request.costUsd ?? 0)) < 1e-9);
    }
    assert.ok(Math.abs((costDivider()(large)?.rates.input ?? 0) - 6e-6) < 1e-15);
  });

  it('leaves to web searches no more than was paid', () => {
    const cheap = priced(10, { webSearches: 3, costUsd: 0.02 });
    const divided = costDivider()(cheap);
    assert.equal(divided?.searchesUsd, 0.02);
    assert.deepEqual(
      TOKEN_CLASSES.map((of) => divided?.rates[of]),
      TOKEN_CLASSES.map(() => 0),
    );
    const list = priced(10, { webSearches: 3 });
    assert.ok(Math.abs((costDivider()(list)?.searchesUsd ?? 0) - 0.03) < 1e-9);
    assert.ok(Math.abs(sumOf(list) - (list.costUsd ?? 0)) < 1e-9);
  });

  it('follows what the agent recorded instead of the list, and knows nothing of what has no price', () => {
    const half = priced(1000);
    const paid = { ...half, costUsd: (half.costUsd ?? 0) / 2 };
    assert.ok(Math.abs(sumOf(paid) - paid.costUsd) < 1e-12);
    assert.equal(costDivider()({ ...half, costUsd: null }), undefined);
    assert.equal(costDivider()(priced(1000, { model: 'unheard-of', provider: 'nobody', costUsd: 1 })), undefined);
  });
});
