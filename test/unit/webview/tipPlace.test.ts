import assert from 'node:assert/strict';
import { tipPlace } from '../../../webview/charts/tipPlace.ts';

describe('a tip', () => {
  for (const [from, to, width, room, below, expected] of [
    [10, 20, 50, 400, false, 32],
    [350, 360, 50, 400, false, 288],
    [10, 20, 500, 400, false, 0],
    [350, 360, 100, 400, true, 300],
    [10, 20, 100, 400, true, 10],
  ] as const)
    it(`of ${width} px for ${from} to ${to} of ${room} stands at ${expected}`, () =>
      assert.equal(tipPlace(from, to, width, room, below), expected));
});
