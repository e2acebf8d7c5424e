import assert from 'node:assert/strict';
import { oneAtATime, retryMs, tellingSilence } from '../../../src/editor/refreshing.ts';

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

describe('tellingSilence', () => {
  /** Asks for what comes, or fails, after so long, and gives what happened when. */
  async function asked(answerMs: number, isFailure = false): Promise<string[]> {
    const happened: string[] = [];
    let settle = (): void => {};
    const answer = new Promise<string>((resolve, reject) => {
      settle = () => (isFailure ? reject(new Error('failed')) : resolve('answered'));
    });
    const due: { atMs: number; action: () => void }[] = [{ atMs: answerMs, action: settle }];
    const waiting = tellingSilence(answer, () => happened.push('told'), {
      now: () => 0,
      after: (ms, action) => due.push({ atMs: ms, action }),
    }).then(
      (text) => happened.push(text),
      (error: Error) => happened.push(error.message),
    );
    for (const { action } of due.toSorted((a, b) => a.atMs - b.atMs)) {
      action();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await waiting;
    return happened;
  }

  for (const [answerMs, isFailure, expected] of [
    [50, false, ['answered']],
    [9_900, true, ['failed']],
    [10_100, false, ['told', 'answered']],
    [60_000, true, ['told', 'failed']],
  ] as const)
    it(`says ${expected.join(', then ')} where that takes ${answerMs} ms`, async () => {
      assert.deepEqual(await asked(answerMs, isFailure), expected);
    });
});

describe('retryMs', () => {
  it('asks again soon, later when it goes on failing, and always again', () => {
    assert.deepEqual([1, 2, 3, 4, 5, 50].map(retryMs), [5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  });
});
