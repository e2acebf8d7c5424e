/** Timers as an argument, so that tests choose the time. */
export interface Timers {
  now(): number;
  /** @returns what cancels it */
  after(ms: number, action: () => void): () => void;
}

export const SYSTEM_TIMERS: Timers = {
  now: () => performance.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};

/** A call that may come as often as it likes. */
export interface Coalesced {
  (): void;
  /** Drops what is still to come. */
  cancel(): void;
}

/**
 * Lets the first call through at once; calls within `intervalMs` after it become one at the end of that time. So nothing that happened
 * goes untold, and nobody is told more often than once per interval.
 */
export function coalesce(action: () => void, intervalMs: number, timers: Timers = SYSTEM_TIMERS): Coalesced {
  let lastAt = Number.NEGATIVE_INFINITY;
  let cancelPending: (() => void) | undefined;
  const run = (): void => {
    cancelPending = undefined;
    lastAt = timers.now();
    action();
  };
  const call = (): void => {
    if (cancelPending) return;
    const wait = lastAt + intervalMs - timers.now();
    if (wait <= 0) run();
    else cancelPending = timers.after(wait, run);
  };
  return Object.assign(call, {
    cancel: () => {
      cancelPending?.();
      cancelPending = undefined;
    },
  });
}
