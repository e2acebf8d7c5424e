import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TextBytes } from '../../../src/store/textBytes.ts';

const number = fc.oneof(
  fc.integer({ min: 0, max: 20 }),
  fc.integer({ min: -5, max: 2 ** 31 }),
  fc.constantFrom(9, 10, 99, 100, 999_999_999, 1_000_000_000, 2_147_483_647, 2_147_483_648, 4e12, 0.5),
);
const piece = fc.oneof(
  number,
  fc.string({ unit: 'binary' }),
  fc.constantFrom('plain', 'ü', '\u{1F980}', 'x'.repeat(70_000)),
);

describe('bytes of a text', () => {
  it('are those of all its pieces, one after the other', () => {
    const texts = new TextBytes();
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        texts.clear();
        for (const each of pieces) {
          if (typeof each === 'number') texts.addNumber(each);
          else texts.add(each);
          texts.addByte(44);
        }
        const expected = Buffer.concat(pieces.map((each) => Buffer.from(`${each},`)));
        assert.equal(texts.length, expected.length);
        assert.deepEqual(Buffer.from(texts.copy()), expected);
      }),
    );
  });
});
