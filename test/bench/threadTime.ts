import { readFileSync } from 'node:fs';

/** Processor time of the calling thread in milliseconds; what other processes take does not count. Linux only: `NaN` elsewhere. */
export function threadMs(): number {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return Number.NaN;
  }
}

/** Watches how long this thread works without a pause. */
export interface BurstWatch {
  /** The longest burst so far, in milliseconds of processor time. */
  longestMs(): number;
  stop(): void;
}

/** Looks at the thread's time with every turn of the event loop that a timer of 2 ms makes: what passed since is one burst. */
export function watchBursts(): BurstWatch {
  let last = threadMs();
  let longest = 0;
  const timer = setInterval(() => {
    const now = threadMs();
    longest = Math.max(longest, now - last);
    last = now;
  }, 2);
  return { longestMs: () => longest, stop: () => clearInterval(timer) };
}
