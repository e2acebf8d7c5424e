import assert from 'node:assert/strict';
import { legendLayout } from '../../../webview/charts/legendLayout.ts';

describe('the legend', () => {
  for (const [count, width, columns, height] of [
    [4, 360, 1, 80],
    [8, 360, 1, 160],
    [14, 360, 2, 140],
    [14, 280, 1, 280],
    [1, 900, 1, 20],
    [5, 900, 2, 60],
    [0, 360, 1, 0],
  ] as const)
    it(`has ${columns} column(s) for ${count} entries in ${width} px`, () => {
      const layout = legendLayout(count, width, 20);
      assert.deepEqual([layout.columns, layout.height], [columns, height]);
    });

  for (const [count, entryWidth, columns] of [
    [4, 280, 2],
    [4, 290, 1],
    [14, 290, 2],
  ] as const)
    it(`has ${columns} column(s) for ${count} names of ${entryWidth} px in 600 px`, () =>
      assert.equal(legendLayout(count, 600, 20, entryWidth).columns, columns));

  it('runs down the first column, then the next, inside the width', () => {
    const layout = legendLayout(5, 600, 20);
    assert.deepEqual([0, 2, 3].map(layout.at), [
      { x: 0, y: 0 },
      { x: 0, y: 40 },
      { x: 316, y: 0 },
    ]);
    assert.equal(layout.at(3).x + layout.columnWidth, 600);
  });
});
