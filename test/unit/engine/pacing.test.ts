import assert from 'node:assert/strict';
import { createPacing } from '../../../src/engine/pacing.ts';

describe('pacing', () => {
  it('does the first work at once, and the last of those in a pause after it', () => {
    let nowMs = 0;
    const timers: { atMs: number; action: () => void }[] = [];
    const pass = (ms: number): void => {
      nowMs += ms;
      for (const timer of timers.filter(({ atMs }) => atMs <= nowMs)) {
        timers.splice(timers.indexOf(timer), 1);
        timer.action();
      }
    };
    const pacing = createPacing({
      now: () => nowMs,
      after(ms, action) {
        const timer = { atMs: nowMs + ms, action };
        timers.push(timer);
        return () => timers.splice(timers.indexOf(timer), 1);
      },
    });
    const done: string[] = [];
    const work =
      (name: string, takesMs = 0) =>
      () => {
        nowMs += takesMs;
        done.push(`${name} ${nowMs}`);
      };
    pacing.run('a', work('a1'));
    pacing.run('a', work('a2'));
    pacing.run('a', work('a3', 200));
    pacing.run('b', work('b1'));
    assert.deepEqual(done, ['a1 0', 'b1 0']);
    pass(99);
    assert.equal(done.length, 2);
    pass(1);
    assert.deepEqual(done.slice(2), ['a3 300']);
    pacing.run('a', work('a4'));
    pass(799);
    assert.equal(done.length, 3);
    pass(1);
    assert.deepEqual(done.slice(3), ['a4 1100']);
    pass(100);
    pacing.run('a', work('a5'));
    pacing.run('a', work('a6'));
    assert.deepEqual(done.slice(4), ['a5 1200']);
    pacing.cancel();
    pass(10_000);
    assert.equal(done.length, 5);
  });
});
