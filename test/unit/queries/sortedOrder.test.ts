import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sortPlaces } from '../../../src/queries/sortedOrder.ts';

/** What a sort of texts and comparisons would do: equal numbers stay, NaN goes last. */
function naively(places: readonly number[], numbers: readonly number[], descending: boolean): number[] {
  return places
    .map((place, i) => ({ place, i, number: numbers[place] as number }))
    .sort((a, b) => {
      const nan = Number(Number.isNaN(a.number)) - Number(Number.isNaN(b.number));
      if (nan !== 0) return nan;
      if (a.number < b.number) return descending ? 1 : -1;
      if (a.number > b.number) return descending ? -1 : 1;
      return a.i - b.i;
    })
    .map(({ place }) => place);
}

describe('places by their numbers', () => {
  const number = fc.oneof(
    fc.constantFrom(0, -0, 1, -1, 65_535, 65_536, 2 ** 32, Number.NaN, Infinity, -Infinity, 5e-324),
    fc.double(),
    fc.integer(),
  );

  for (const descending of [false, true])
    it(`are as a slow sort has them, ${descending ? 'descending' : 'ascending'}`, () => {
      fc.assert(
        fc.property(fc.array(number, { maxLength: 60 }), fc.nat(), (numbers, seed) => {
          // some of the places, in any order
          const places = numbers.map((_, i) => i).filter((i) => (i * 7 + seed) % 4 !== 0);
          places.sort((a, b) => ((a * 31 + seed) % 17) - ((b * 31 + seed) % 17));
          const sorted = sortPlaces(Uint32Array.from(places), Float64Array.from(numbers), descending);
          assert.deepEqual([...sorted], naively(places, numbers, descending));
        }),
      );
    });
});
