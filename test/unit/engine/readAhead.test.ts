import assert from 'node:assert/strict';
import { readAhead } from '../../../src/engine/readAhead.ts';
import { fakeTimers } from './fakeTimers.ts';

describe('reading ahead', () => {
  /** So many parts are left, and when each was read. */
  const parts = (count: number) => {
    const timers = fakeTimers();
    const readAt: number[] = [];
    const ahead = readAhead(() => readAt.push(timers.now()) < count, timers);
    return { timers, readAt, ahead };
  };

  it('goes from part to part with a pause before each, until there is no more', () => {
    const { timers, readAt, ahead } = parts(3);
    ahead();
    ahead();
    assert.deepEqual(readAt, [], 'the answer comes first');
    timers.advance(1000);
    assert.deepEqual(readAt, [20, 40, 60]);
    ahead();
    timers.advance(1000);
    assert.deepEqual(readAt.slice(3), [1020], 'looks again after another answer');
  });

  it('ends when it is cancelled', () => {
    const { timers, readAt, ahead } = parts(3);
    ahead();
    timers.advance(25);
    ahead.cancel();
    timers.advance(1000);
    assert.deepEqual(readAt, [20]);
  });
});
