import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TimelineMark } from '../../../src/views/timelineView.ts';
import { movedEnd, rangeOf } from '../../../webview/charts/brushRange.ts';
import { clusterMarks } from '../../../webview/charts/clusterMarks.ts';
import { columnAt, columnEdges, slopedAreas, stepAreas } from '../../../webview/charts/stepAreas.ts';
import { turnTicks } from '../../../webview/charts/turnTicks.ts';

describe('the context timeline', () => {
  const columns = [
    { turn: 1, tokens: [10, 5] },
    { turn: 2, tokens: [10, 0] },
  ];
  const x = (turn: number) => (turn - 0.5) * 100;

  it('holds each prompt until the next, bands upon bands', () => {
    const edges = columnEdges(columns, 2, x);
    assert.deepEqual(edges, [0, 100, 200]);
    assert.deepEqual(
      stepAreas(columns, 2, edges, (tokens) => 100 - tokens),
      ['M0 100V90H100V90H200V100H100V100H0Z', 'M0 90V85H100V90H200V90H100V90H0Z'],
    );
  });

  it('goes straight from turn to turn where some are left out, and reaches both ends', () => {
    assert.deepEqual(
      slopedAreas(columns, 2, [50, 150], [0, 200], (tokens) => 100 - tokens),
      ['M0 90L200 90L200 100L0 100Z', 'M0 85L200 90L200 90L0 90Z'],
    );
  });

  it('finds the column nearest to a turn', () => {
    const drawn = [1, 2, 10, 20].map((turn) => ({ turn }));
    assert.deepEqual(
      [1, 2, 5, 7, 10, 19, 20, 99].map((turn) => columnAt(drawn, turn)),
      [0, 1, 1, 2, 2, 3, 3, 3],
    );
  });

  it('joins marks that have no room beside each other', () => {
    const mark = (afterTurn: number): TimelineMark => ({ kind: 'launch', afterTurn, label: '', when: '' });
    const clusters = clusterMarks([0, 1, 2, 9].map(mark), (turn) => turn * 10, 22);
    assert.deepEqual(
      clusters.map((cluster) => [cluster.x, cluster.marks.map(({ afterTurn }) => afterTurn)]),
      [
        [5, [0, 1, 2]],
        [95, [9]],
      ],
    );
  });

  for (const [turns, room, expected] of [
    [1, 10, [1]],
    [2, 10, [1, 2]],
    [5, 10, [1, 2, 3, 4, 5]],
    [34, 10, [1, 5, 10, 15, 20, 25, 30, 34]],
    [5000, 6, [1, 1000, 2000, 3000, 4000, 5000]],
    [60, 1, [1, 60]],
    [60, 0, [1, 60]],
  ] as const)
    it(`names turns of ${turns} where ${room} have room`, () => assert.deepEqual(turnTicks(turns, room), expected));

  it('names ascending turns, as many as have room', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 2, max: 30 }), (turns, room) => {
        const ticks = turnTicks(turns, room);
        assert.deepEqual([ticks[0], ticks.at(-1)], [1, turns]);
        assert.ok(ticks.every((turn, i) => i === 0 || turn > (ticks[i - 1] ?? 0)));
        assert.ok(ticks.length <= room + 2, String(ticks));
      }),
    );
  });

  for (const [key, end, from, to] of [
    ['ArrowRight', 'from', 11, 50],
    ['ArrowLeft', 'to', 10, 49],
    ['PageUp', 'to', 10, 60],
    ['PageDown', 'from', 1, 50],
    ['Home', 'from', 1, 50],
    ['End', 'to', 10, 100],
    ['End', 'from', 50, 50],
    ['Home', 'to', 10, 10],
  ] as const)
    it(`${key} moves the end "${end}" of turns 10 to 50 of 100`, () =>
      assert.deepEqual(movedEnd({ from: 10, to: 50 }, end, key, 100), { from, to }));

  it('is brushed in either direction, and by no other key', () => {
    assert.deepEqual(rangeOf(7, 3), { from: 3, to: 7 });
    assert.equal(movedEnd({ from: 1, to: 2 }, 'from', 'x', 2), undefined);
  });
});
