import type { Timers } from '../../../src/engine/coalesce.ts';

/** A clock that only `advance` moves. */
export function fakeTimers(): Timers & { advance(ms: number): void } {
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
