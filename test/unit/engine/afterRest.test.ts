import assert from 'node:assert/strict';
import { afterRest } from '../../../src/engine/afterRest.ts';
import { fakeTimers } from './fakeTimers.ts';

describe('after a rest', () => {
  it('something is done once, and again only when it was called again', () => {
    const timers = fakeTimers();
    const done: number[] = [];
    const call = afterRest(() => done.push(timers.now()), 100, timers);
    timers.advance(500);
    assert.deepEqual(done, [], 'nobody called');
    call();
    timers.advance(60);
    call();
    timers.advance(60);
    call();
    timers.advance(99);
    assert.deepEqual(done, []);
    timers.advance(1);
    assert.deepEqual(done, [720]);
    timers.advance(1000);
    call();
    timers.advance(100);
    assert.deepEqual(done, [720, 1820]);
  });

  it('nothing is done once it is cancelled', () => {
    const timers = fakeTimers();
    let done = 0;
    const call = afterRest(() => done++, 100, timers);
    call();
    call.cancel();
    timers.advance(1000);
    assert.equal(done, 0);
  });
});
