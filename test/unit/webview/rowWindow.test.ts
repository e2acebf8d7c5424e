import assert from 'node:assert/strict';
import fc from 'fast-check';
import { rowWindow, scrollTopOf, scrollTopToSee } from '../../../webview/requests/rowWindow.ts';

/** Chrome cuts elements that are higher. */
const HIGHEST = 33_554_428;

describe('the rows in sight', () => {
  const list = fc.record({
    rowHeight: fc.constantFrom(28, 66),
    total: fc.oneof(fc.nat(200), fc.nat(1_000_000), fc.constant(25_000_000)),
    viewHeight: fc.integer({ min: 66, max: 2000 }),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
  });

  it('cover what is seen without a gap, and only a few beyond', () => {
    fc.assert(
      fc.property(list, ({ at, ...rows }) => {
        const { total, rowHeight, viewHeight } = rows;
        const { height } = rowWindow(rows, 0);
        assert.ok(height <= HIGHEST);
        const scrollTop = at * Math.max(0, height - viewHeight);
        const { from, to, most, top, edgeOf } = rowWindow(rows, scrollTop);
        if (total === 0) return assert.deepEqual([from, to], [0, 0]);
        assert.ok(0 <= from && from <= top && top < to && to <= total);
        assert.ok(to - from <= most && most <= viewHeight / rowHeight + 10);
        assert.ok(edgeOf(top) <= 1e-6, 'the first row begins above the edge');
        assert.ok(to === total || edgeOf(to) >= viewHeight - 1e-6, 'the last row reaches below the edge');
      }),
    );
  });

  it('reach the very first and the very last row, also of 25 million', () => {
    for (const total of [1, 30, 1_000_000, 25_000_000]) {
      const view = 500;
      const rows = { total, rowHeight: 28, viewHeight: view };
      const { height } = rowWindow(rows, 0);
      const end = rowWindow(rows, Math.max(0, height - view));
      assert.equal(rowWindow(rows, 0).top, 0);
      assert.equal(end.to, total);
      const seenAt = end.edgeOf(total);
      assert.ok(seenAt <= view + 1e-3, `${total}: ${seenAt}`);
    }
  });

  it('are brought wholly into sight', () => {
    fc.assert(
      fc.property(list, fc.double({ min: 0, max: 1, noNaN: true }), ({ at, ...rows }, goal) => {
        const { total, rowHeight, viewHeight } = rows;
        fc.pre(total > 0);
        const { height } = rowWindow(rows, 0);
        const scrollTop = at * Math.max(0, height - viewHeight);
        const row = Math.floor(goal * (total - 1));
        const to = scrollTopToSee(rows, row, scrollTop) ?? scrollTop;
        const seenAt = rowWindow(rows, to).edgeOf(row);
        assert.ok(seenAt >= -1 && seenAt + rowHeight <= viewHeight + 1, `${seenAt} of ${viewHeight}`);
      }),
    );
  });

  it('begin where they are asked to', () => {
    for (const total of [100, 1_000_000, 25_000_000]) {
      const rows = { total, rowHeight: 28, viewHeight: 500 };
      assert.equal(rowWindow(rows, scrollTopOf(rows, 50) + 1e-3).top, 50);
    }
  });
});
