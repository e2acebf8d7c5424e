import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { sha256 } from '../../../src/store/sha256.ts';

describe('SHA-256 of a text', () => {
  it('is that of every text', function () {
    this.timeout(20_000);
    const holds = (text: string): void =>
      assert.equal(sha256(text).toString('hex'), createHash('sha256').update(text).digest('hex'));
    // Around the edges of a block of 64 bytes.
    for (let length = 0; length < 200; length++) holds('a'.repeat(length));
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), holds));
  });
});
