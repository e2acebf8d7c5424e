import assert from 'node:assert/strict';
import { type RowWish, rowWishes } from '../../../webview/requests/rowWishes.ts';
import { fakeTimers } from '../engine/fakeTimers.ts';

const TOTAL = 1_000_000;
const SEEN = 26;

/** A page over a million rows, whose host answers one wish after the other. */
function page(answerMs: number) {
  const timers = fakeTimers();
  const wished: RowWish[] = [];
  let [place, picture, underWay, mostUnderWay] = [0, 0, 0, 0];
  let known = { from: 0, to: 100 };
  const wishes = rowWishes((wish) => {
    wished.push(wish);
    mostUnderWay = Math.max(mostUnderWay, ++underWay);
    timers.after(answerMs, () => {
      underWay--;
      picture++;
      known = { from: wish.from, to: wish.from + wish.count };
      look();
    });
  }, timers);
  const look = (): void =>
    wishes.see({
      ...{ picture, list: 'a', total: TOTAL, known, isAtTop: place === 0 },
      ...{ from: place, to: Math.min(TOTAL, place + SEEN) },
    });
  look();
  return {
    timers,
    wished,
    mostUnderWay: () => mostUnderWay,
    isBlank: () => place < known.from || Math.min(TOTAL, place + SEEN) > known.to,
    goTo(row: number) {
      place = Math.max(0, Math.min(TOTAL - SEEN, row));
      look();
    },
    /** Another picture, which nobody wished for. */
    live() {
      picture++;
      look();
    },
  };
}

describe('wishes for rows', () => {
  it('are not needed for the first picture', () => {
    assert.deepEqual(page(80).wished, []);
  });

  for (const answerMs of [5, 80, 400])
    it(`of a drag over 300 places are few, one at a time, and end where it ends: ${answerMs} ms an answer`, () => {
      const { timers, wished, goTo, isBlank, mostUnderWay } = page(answerMs);
      for (let step = 1; step <= 300; step++) {
        goTo(step * 3000);
        timers.advance(10);
      }
      const dragged = wished.length;
      assert.ok(dragged <= 3000 / Math.max(50, answerMs) + 1, `${dragged} wishes`);
      assert.ok(
        wished.every(({ count }) => count <= SEEN + 280),
        'no more than what is seen and some around it',
      );
      timers.advance(2 * answerMs);
      assert.ok(!isBlank(), 'what is seen in the end is known');
      timers.advance(5000);
      const last = wished.at(-1) as RowWish;
      assert.ok(last.from <= 900_000 - 50 && last.from + last.count >= 900_000 + SEEN + 50, 'with some around it');
      assert.ok(wished.length <= dragged + 2);
      assert.equal(mostUnderWay(), 1);
    });

  it('keep ahead of who goes on page by page, either way', () => {
    const { timers, goTo, isBlank } = page(120);
    let at = 500_000;
    goTo(at);
    timers.advance(1000);
    for (const [direction, presses] of [
      [1, 120],
      [-1, 120],
    ] as const) {
      let blank = 0;
      for (let press = 0; press < presses; press++) {
        at += direction * 24;
        goTo(at);
        if (isBlank()) blank++;
        timers.advance(33);
      }
      assert.ok(blank <= 6, `${blank} of ${presses} times rows were not there`);
    }
  });

  it('never wait for those in sight while a wheel turns', () => {
    const { timers, goTo, isBlank } = page(120);
    for (let step = 1; step <= 200; step++) {
      goTo(step * 4);
      assert.ok(!isBlank(), `at row ${step * 4}`);
      timers.advance(16);
    }
  });

  it('go out again for where the reader is when an answer does not come', () => {
    const { timers, wished, goTo } = page(60_000);
    goTo(300_000);
    goTo(400_000);
    timers.advance(999);
    assert.equal(wished.length, 1);
    timers.advance(1);
    assert.deepEqual([wished.length, wished[1]?.from], [2, 400_000 - 10]);
  });

  it('are not repeated where the answer was not what was wished for', () => {
    const timers = fakeTimers();
    const wished: RowWish[] = [];
    const wishes = rowWishes((wish) => wished.push(wish), timers);
    for (let picture = 0; picture < 50; picture++) {
      wishes.see({ picture, list: 'a', total: 900, from: 400, to: 426, isAtTop: false, known: { from: 0, to: 100 } });
      timers.advance(60);
    }
    assert.ok(wished.length <= 2, `${wished.length} wishes`);
  });

  it('tell whether the reader follows what is new, once', () => {
    const { timers, wished, goTo, live } = page(80);
    goTo(3);
    timers.advance(200);
    live();
    goTo(5);
    timers.advance(200);
    goTo(0);
    timers.advance(200);
    live();
    timers.advance(200);
    assert.deepEqual(
      wished.map(({ isAtTop }) => isAtTop),
      [false, true],
    );
  });
});
