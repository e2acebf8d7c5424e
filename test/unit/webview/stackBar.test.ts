import assert from 'node:assert/strict';
import { labelStep } from '../../../webview/charts/labelStep.ts';
import { stackBar } from '../../../webview/charts/stackBar.ts';

describe('the bars by day', () => {
  for (const [widest, step, expected] of [
    [40, 100, 1],
    [40, 48, 1],
    [40, 47, 2],
    [40, 10, 7],
    [40, 0, 1],
    [0, 10, 1],
  ] as const)
    it(`label every ${expected}. bar for labels of ${widest} px on ${step} px`, () =>
      assert.equal(labelStep(widest, step), expected));

  it('stack upwards from zero and round the uppermost part that is there', () => {
    assert.deepEqual(
      stackBar([10, 0, 5, 0], (tokens) => 100 - tokens),
      [
        { y: 90, height: 10, top: false },
        { y: 90, height: 0, top: false },
        { y: 85, height: 5, top: true },
        { y: 85, height: 0, top: false },
      ],
    );
  });
});
