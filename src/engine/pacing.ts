import { SYSTEM_TIMERS, type Timers } from './coalesce.ts';

/** Lets costly work on many things be asked for as often as one likes. */
export interface Pacing {
  /**
   * Does the work for `key` at once, or, when the last time was too recent, once at the end of the pause; of several calls in a pause the
   * last one's work is done.
   */
  run(key: string, work: () => void): void;
  /** Drops what is still to come. */
  cancel(): void;
}

const SHORTEST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** Work takes at most a fifth of the time. */
const PAUSE_PER_WORK = 4;

/** Pauses after work as long as the work was costly, for each key apart. */
export function createPacing(timers: Timers = SYSTEM_TIMERS): Pacing {
  const pauses = new Map<string, { next: (() => void) | undefined; cancel: () => void }>();

  const work = (key: string, action: () => void): void => {
    const began = timers.now();
    // Before the work, which may ask for more of the same.
    const pause: { next: (() => void) | undefined; cancel: () => void } = { next: undefined, cancel: () => {} };
    pauses.set(key, pause);
    try {
      action();
    } finally {
      const pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, PAUSE_PER_WORK * (timers.now() - began)));
      pause.cancel = timers.after(pauseMs, () => {
        pauses.delete(key);
        if (pause.next) work(key, pause.next);
      });
    }
  };

  return {
    run(key, action) {
      const pause = pauses.get(key);
      if (pause) pause.next = action;
      else work(key, action);
    },
    cancel() {
      for (const pause of pauses.values()) pause.cancel();
      pauses.clear();
    },
  };
}
