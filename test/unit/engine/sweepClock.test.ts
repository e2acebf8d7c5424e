import assert from 'node:assert/strict';
import { keepSweeping } from '../../../src/engine/sweepClock.ts';

describe('keepSweeping', () => {
  /** Lets ticks pass, each with what the wall clock moved meanwhile. @returns the ticks at which a sweep was asked for */
  function sweepsAt(wallMoves: readonly number[], costMs = 0): number[] {
    let wallMs = 1_000_000_000_000;
    let tick = 0;
    let onTick = (): void => {};
    const sweeps: number[] = [];
    const stop = keepSweeping(
      () => sweeps.push(tick),
      () => costMs,
      {
        wallMs: () => wallMs,
        every(ms, action) {
          assert.equal(ms, 5_000);
          onTick = action;
          return () => {
            onTick = () => {};
          };
        },
      },
    );
    for (const move of wallMoves) {
      tick++;
      wallMs += move;
      onTick();
    }
    stop();
    onTick();
    return sweeps;
  }
  const quiet = (ticks: number): number[] => Array.from({ length: ticks }, () => 5_000);
  const hour = 3_600_000;
  const cases: [name: string, moves: number[], costMs: number, sweeps: number[]][] = [
    ['sweeps every 30 seconds', quiet(18), 0, [6, 12, 18]],
    ['sweeps more seldom where sweeps cost more', quiet(24), 1_200, [12, 24]],
    ['sweeps at once after sleep, and 30 seconds after that', [5_000, hour, ...quiet(6)], 0, [2, 8]],
    ['goes on when the clock is set back', [5_000, -hour, ...quiet(6)], 0, [2, 8]],
    ['goes on when the clock is set back each time', [-hour, -hour, -hour], 0, [1, 2, 3]],
    ['is not upset by a late tick', [5_000, 9_000, 5_000, 5_000, 5_000, 5_000], 0, [6]],
    ['is not upset by a clock that stands still', Array.from({ length: 12 }, () => 0), 0, [6, 12]],
  ];
  for (const [name, moves, costMs, expected] of cases) {
    it(name, () => assert.deepEqual(sweepsAt(moves, costMs), expected));
  }
});
