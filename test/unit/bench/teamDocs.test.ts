import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { computedOf, computedText } from '../../bench/teamDocs.ts';

describe('docs/scale.md', () => {
  it('computes from the figures that it names, and nothing else', () => {
    const { text, from } = computedOf(readFileSync(path.join(import.meta.dirname, '../../../docs/scale.md'), 'utf8'));
    assert.equal(text, computedText(from));
    assert.match(text, /rows a day +\| 100,000 × 220 +\| 22 million/);
    assert.match(text, /rows a year +\| 22 million × 250 +\| 5\.5 billion/);
  });
});
