import assert from 'node:assert/strict';
import { oneAtATime } from '../../../src/editor/refreshing.ts';

describe('oneAtATime', () => {
  let nowMs: number;
  let timers: { atMs: number; action: () => void }[];
  let begun: number[];
  let end: () => void;
  let refresh: () => void;
  beforeEach(() => {
    nowMs = 0;
    timers = [];
    begun = [];
    refresh = oneAtATime(
      () => {
        begun.push(nowMs);
        return new Promise((resolve) => {
          end = resolve;
        });
      },
      { now: () => nowMs, after: (ms, action) => timers.push({ atMs: nowMs + ms, action }) },
    );
  });

  /** Lets work that is under way end at a time, and timers that are due by then. */
  async function pass(ms: number, isEnd = false): Promise<void> {
    nowMs += ms;
    if (isEnd) end();
    await new Promise((resolve) => setImmediate(resolve));
    for (const timer of timers.filter(({ atMs }) => atMs <= nowMs)) {
      timers.splice(timers.indexOf(timer), 1);
      timer.action();
    }
  }

  it('does what is asked for at once, and what is asked for meanwhile once more', async () => {
    refresh();
    assert.deepEqual(begun, [0]);
    refresh();
    refresh();
    assert.deepEqual(begun, [0]);
    await pass(20, true);
    assert.deepEqual(begun, [0, 20]);
    await pass(20, true);
    assert.deepEqual(begun, [0, 20]);
    await pass(500);
    refresh();
    assert.deepEqual(begun, [0, 20, 540]);
  });

  it('rests after work that took long, and forgets nothing', async () => {
    refresh();
    await pass(1_000, true);
    refresh();
    assert.deepEqual(begun, [0]);
    await pass(1_999);
    assert.deepEqual(begun, [0]);
    await pass(1);
    assert.deepEqual(begun, [0, 3_000]);
    await pass(60_000, true);
    refresh();
    await pass(10_000);
    assert.deepEqual(begun, [0, 3_000, 73_000]);
  });
});
