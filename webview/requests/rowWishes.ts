/** A part of a list of rows: the first, and the last + 1. */
interface RowSpan {
  from: number;
  to: number;
}

/** What somebody sees of a list, and what the page has of it. */
export interface Sight extends RowSpan {
  /** The picture that the page has: another one is an answer. */
  picture: unknown;
  /** Names the list. */
  list: string;
  total: number;
  /** He is at the top, where new rows come in. */
  isAtTop: boolean;
  known: RowSpan;
}

/** Rows that a page wishes for. */
export interface RowWish {
  from: number;
  count: number;
  isAtTop: boolean;
}

/** Timers as an argument, so that tests choose the time. */
export interface WishTimers {
  now(): number;
  /** @returns what cancels it */
  after(ms: number, action: () => void): () => void;
}

const SYSTEM_TIMERS: WishTimers = {
  now: () => performance.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};

/** Rows that are wished for around those in sight, and how few of them may be left. */
const MARGIN = 140;
const RESERVE = 70;
/** Who moves on finds more rows before him: so many times what he moved since the last wish. */
const TIMES_MOVED = 4;
const MOST_AHEAD = 600;
/** Who moves further than that at once drags: of the places on his way he sees little, so that little is wished for there. */
const DRAGGED = 2000;
const DRAGGED_MARGIN = 10;
/** Wishes go out no more often than this. */
const ASK_EVERY_MS = 50;
/** An answer that takes longer is not waited for. */
const PATIENCE_MS = 1000;

/**
 * Wishes for the rows that come into sight: one wish at a time. Where somebody is when an answer comes is wished for next, and where he has been
 * meanwhile never is: so a drag over a million rows asks for a few of them, and the last of it for those that are seen in the end.
 */
export function rowWishes(wish: (wish: RowWish) => void, timers: WishTimers = SYSTEM_TIMERS) {
  let sight: Sight | undefined;
  let isUnderWay = false;
  let asked = '';
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let askedFrom = 0;
  let toldAtTop = true;
  let cancelPending: (() => void) | undefined;

  const send = (next: RowWish, seen: Sight): void => {
    const key = JSON.stringify([next, seen.list]);
    // Asked again it would be answered the same.
    if (key === asked) return;
    asked = key;
    askedAtMs = timers.now();
    askedFrom = seen.from;
    toldAtTop = next.isAtTop;
    isUnderWay = true;
    wish(next);
  };

  const look = (): void => {
    cancelPending?.();
    cancelPending = undefined;
    if (!sight || (isReserved(sight) && sight.isAtTop === toldAtTop)) return;
    const waitMs = askedAtMs + (isUnderWay ? PATIENCE_MS : ASK_EVERY_MS) - timers.now();
    if (waitMs > 0) cancelPending = timers.after(waitMs, look);
    else send(wishFor(sight, sight.from - askedFrom), sight);
  };

  return {
    /** Tells what is seen now, after each move and each picture. */
    see(now: Sight): void {
      if (sight?.picture !== now.picture) isUnderWay = false;
      sight = now;
      look();
    },
    stop(): void {
      cancelPending?.();
      cancelPending = undefined;
    },
  };
}

/** Whether the page has what is seen and enough around it. */
const isReserved = ({ from, to, total, known }: Sight): boolean =>
  known.from <= Math.max(0, from - RESERVE) && known.to >= Math.min(total, to + RESERVE);

/** @param moved rows since the last wish */
function wishFor({ from, to, total, isAtTop }: Sight, moved: number): RowWish {
  const isDragged = Math.abs(moved) > DRAGGED;
  const margin = isDragged ? DRAGGED_MARGIN : MARGIN;
  const ahead = isDragged ? margin : Math.max(margin, Math.min(MOST_AHEAD, TIMES_MOVED * Math.abs(moved)));
  const first = Math.max(0, from - (moved < 0 ? ahead : margin));
  return { from: first, count: Math.min(total, to + (moved > 0 ? ahead : margin)) - first, isAtTop };
}
