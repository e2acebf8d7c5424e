import assert from 'node:assert/strict';
import { coalesce, type Timers } from '../../../src/engine/coalesce.ts';

/** A clock that only `advance` moves. */
function fakeTimers(): Timers & { advance(ms: number): void } {
  let now = 0;
  const waiting: { at: number; action: () => void }[] = [];
  return {
    now: () => now,
    after(ms, action) {
      const entry = { at: now + ms, action };
      waiting.push(entry);
      return () => waiting.splice(waiting.indexOf(entry), 1);
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const next = waiting.filter((entry) => entry.at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        waiting.splice(waiting.indexOf(next), 1);
        now = next.at;
        next.action();
      }
      now = end;
    },
  };
}

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
