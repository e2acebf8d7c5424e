import assert from 'node:assert/strict';
import { ellipsise, textWidth } from '../../../src/views/textWidth.ts';

describe('the estimated width of a text', () => {
  const widths: [string, number][] = [
    ['', 0],
    ['i', 3.6],
    ['a', 5.8],
    ['A', 7],
    ['Z', 7],
    ['m', 9.2],
    ['ჿ', 5.8],
    ['ᄀ', 11],
    ['汉', 11],
    ['😀', 11],
  ];
  for (const [text, width] of widths)
    it(`is ${width} px for ${JSON.stringify(text)} at 10 px`, () =>
      assert.equal(textWidth(text, 10).toFixed(6), width.toFixed(6)));
});

describe('a text that is cut to a width', () => {
  const cuts: [string, number, string][] = [
    ['abc', 18, 'abc'],
    ['abcdef', 22, 'ab…'],
    ['ab cdef', 26, 'ab…'],
    ['abc', 14, ''],
    ['😀😀😀', 21, '😀…'],
  ];
  for (const [text, width, expected] of cuts)
    it(`is ${JSON.stringify(expected)} of ${JSON.stringify(text)} in ${width} px`, () =>
      assert.equal(ellipsise(text, width, 10), expected));
});
