import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ROW_HEIGHT, rowWindow, scrollTopOf, scrollTopToSee } from '../../../webview/requests/rowWindow.ts';

/** Chrome cuts elements that are higher. */
const HIGHEST = 33_554_428;

describe('the rows in sight', () => {
  const list = fc.record({
    total: fc.oneof(fc.nat(200), fc.nat(1_000_000), fc.constant(25_000_000)),
    viewHeight: fc.integer({ min: ROW_HEIGHT, max: 2000 }),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
  });

  it('cover what is seen without a gap, and no more than a screen beyond', () => {
    fc.assert(
      fc.property(list, ({ total, viewHeight, at }) => {
        const { height } = rowWindow(total, 0, viewHeight);
        assert.ok(height <= HIGHEST);
        const scrollTop = at * Math.max(0, height - viewHeight);
        const { from, to, top, offsetOf } = rowWindow(total, scrollTop, viewHeight);
        if (total === 0) return assert.deepEqual([from, to], [0, 0]);
        assert.ok(0 <= from && from <= top && top < to && to <= total);
        assert.ok(to - from <= viewHeight / ROW_HEIGHT + 30);
        assert.ok(offsetOf(top) <= scrollTop + 1e-6, 'the first row begins above the edge');
        const end = offsetOf(to - 1) + ROW_HEIGHT;
        assert.ok(to === total || end >= scrollTop + viewHeight - 1e-6, 'the last row reaches below the edge');
      }),
    );
  });

  it('reach the very first and the very last row, also of 25 million', () => {
    for (const total of [1, 30, 1_000_000, 25_000_000]) {
      const view = 500;
      const { height } = rowWindow(total, 0, view);
      const end = rowWindow(total, Math.max(0, height - view), view);
      assert.equal(rowWindow(total, 0, view).top, 0);
      assert.equal(end.to, total);
      const seenAt = end.offsetOf(total - 1) + ROW_HEIGHT - Math.max(0, height - view);
      assert.ok(seenAt <= view + 1e-3, `${total}: ${seenAt}`);
    }
  });

  it('are brought wholly into sight', () => {
    fc.assert(
      fc.property(list, fc.double({ min: 0, max: 1, noNaN: true }), ({ total, viewHeight, at }, goal) => {
        fc.pre(total > 0);
        const { height } = rowWindow(total, 0, viewHeight);
        const scrollTop = at * Math.max(0, height - viewHeight);
        const row = Math.floor(goal * (total - 1));
        const to = scrollTopToSee(row, total, scrollTop, viewHeight) ?? scrollTop;
        const seenAt = rowWindow(total, to, viewHeight).offsetOf(row) - to;
        assert.ok(seenAt >= -1 && seenAt + ROW_HEIGHT <= viewHeight + 1, `${seenAt} of ${viewHeight}`);
      }),
    );
  });

  it('begin where they are asked to', () => {
    for (const total of [100, 1_000_000, 25_000_000])
      assert.equal(rowWindow(total, scrollTopOf(50, total, 500) + 1e-3, 500).top, 50);
  });
});
