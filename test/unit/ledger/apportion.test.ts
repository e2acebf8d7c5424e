import assert from 'node:assert/strict';
import fc from 'fast-check';
import { apportion } from '../../../src/ledger/apportion.ts';

describe('apportion', () => {
  const cases: [name: string, tokens: number, weights: number[], parts: number[]][] = [
    ['no parts', 5, [], []],
    ['one part', 5, [0.2], [5]],
    ['exact halves', 10, [1, 1], [5, 5]],
    ['largest remainder first', 10, [1, 1, 1], [4, 3, 3]],
    ['weights decide', 7, [6, 1], [6, 1]],
    ['all weights zero', 5, [0, 0], [3, 2]],
    ['nothing to divide', 0, [3, 4], [0, 0]],
  ];
  for (const [name, tokens, weights, parts] of cases)
    it(name, () => assert.deepEqual(apportion(tokens, weights), parts));

  it('gives whole parts >= 0 that sum to the whole, each less than one token off its exact share', () => {
    fc.assert(
      fc.property(
        fc.nat(2 ** 40),
        fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 30 }),
        (tokens, weights) => {
          const parts = apportion(tokens, weights);
          const total = weights.reduce((sum, weight) => sum + weight, 0);
          assert.equal(
            parts.reduce((sum, part) => sum + part, 0),
            tokens,
          );
          parts.forEach((part, index) => {
            assert.ok(Number.isSafeInteger(part) && part >= 0);
            if (total > 1e-6) assert.ok(Math.abs(part - (tokens * (weights[index] ?? 0)) / total) < 1.001);
          });
        },
      ),
    );
  });
});
