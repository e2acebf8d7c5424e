import assert from 'node:assert/strict';
import { coalesce } from '../../../src/engine/coalesce.ts';
import { fakeTimers } from './fakeTimers.ts';

describe('coalesce', () => {
  it('lets the first call through at once and the others together at the end of the interval', () => {
    const timers = fakeTimers();
    const heard: number[] = [];
    const tell = coalesce(() => heard.push(timers.now()), 250, timers);
    tell();
    assert.deepEqual(heard, [0]);
    for (const ms of [10, 10, 200]) {
      timers.advance(ms);
      tell();
    }
    timers.advance(1000);
    assert.deepEqual(heard, [0, 250]);
    tell();
    assert.deepEqual(heard, [0, 250, 1220]);
  });

  it('tells at most four times a second, and of the last call in any case', () => {
    const timers = fakeTimers();
    const heard: number[] = [];
    const tell = coalesce(() => heard.push(timers.now()), 250, timers);
    for (let call = 0; call < 100; call++) {
      tell();
      timers.advance(10);
    }
    timers.advance(1000);
    assert.deepEqual(heard, [0, 250, 500, 750, 1000]);
  });

  it('drops what is still to come', () => {
    const timers = fakeTimers();
    let heard = 0;
    const tell = coalesce(() => heard++, 250, timers);
    tell();
    tell();
    tell.cancel();
    timers.advance(1000);
    assert.equal(heard, 1);
  });
});
