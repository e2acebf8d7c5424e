import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ellipsise, textWidth } from '../../../src/views/textWidth.ts';

describe('text widths', () => {
  it('grow with the text and the size', () => {
    assert.ok(textWidth('iii', 10) < textWidth('MMM', 10));
    assert.equal(textWidth('Read', 20), 2 * textWidth('Read', 10));
    assert.equal(textWidth('', 10), 0);
  });

  for (const [text, width, expected] of [
    ['Read', 100, 'Read'],
    ['MCP knowledge-base', 80, 'MCP knowl…'],
    ['MCP knowledge', 40, 'MCP…'],
    ['Read', 5, ''],
  ] as const)
    it(`shorten ${text} to ${width} px`, () => assert.equal(ellipsise(text, width, 12), expected));

  it('never shorten to more than there is room for', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 200 }), (text, width) =>
        assert.ok(textWidth(ellipsise(text, width, 12), 12) <= width + 1e-9),
      ),
    );
  });
});
