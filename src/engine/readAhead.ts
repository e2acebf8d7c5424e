import { type Coalesced, SYSTEM_TIMERS, type Timers } from './coalesce.ts';

/** So long nothing happens after an answer and between two parts, so that questions come before. */
const PAUSE_MS = 20;

/**
 * Reads what may be asked for next while nothing is asked: called after an answer, it goes from part to part until there is no more. A question
 * waits for one part at most.
 *
 * @param readPart reads some; whether there is more
 */
export function readAhead(readPart: () => boolean, timers: Timers = SYSTEM_TIMERS): Coalesced {
  let cancelPending: (() => void) | undefined;
  const read = (): void => {
    cancelPending = undefined;
    if (readPart()) call();
  };
  const call = (): void => {
    cancelPending ??= timers.after(PAUSE_MS, read);
  };
  return Object.assign(call, {
    cancel: () => {
      cancelPending?.();
      cancelPending = undefined;
    },
  });
}
