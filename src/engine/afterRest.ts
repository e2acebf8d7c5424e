import { type Coalesced, SYSTEM_TIMERS, type Timers } from './coalesce.ts';

/** Does something when it was not called for so long: once, until it is called again. */
export function afterRest(action: () => void, restMs: number, timers: Timers = SYSTEM_TIMERS): Coalesced {
  let calledAt = 0;
  let cancelPending: (() => void) | undefined;
  const look = (): void => {
    const leftMs = calledAt + restMs - timers.now();
    cancelPending = leftMs > 0 ? timers.after(leftMs, look) : undefined;
    if (leftMs <= 0) action();
  };
  const call = (): void => {
    calledAt = timers.now();
    cancelPending ??= timers.after(restMs, look);
  };
  return Object.assign(call, {
    cancel: () => {
      cancelPending?.();
      cancelPending = undefined;
    },
  });
}
