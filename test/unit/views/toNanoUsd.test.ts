import assert from 'node:assert/strict';
import { toNanoUsd } from '../../../src/views/usage.ts';

describe('US dollars of a report', () => {
  it('are the same in whatever order their parts were summed', () => {
    const parts = [0.1, 0.2, 0.3];
    const sum = (usd: readonly number[]): number => usd.reduce((total, each) => total + each, 0);
    assert.notEqual(sum(parts), sum(parts.toReversed()));
    assert.equal(toNanoUsd(sum(parts)), 0.6);
    assert.equal(toNanoUsd(sum(parts.toReversed())), 0.6);
  });

  it('keep a billionth', () => {
    assert.equal(toNanoUsd(1e-9), 1e-9);
    assert.equal(toNanoUsd(12_345.678_901_234), 12_345.678_901_234);
  });
});
