/** Timers as an argument, so that tests choose the time. */
export interface RefreshTimers {
  now(): number;
  after(ms: number, action: () => void): void;
}

const SYSTEM_TIMERS: RefreshTimers = {
  now: () => performance.now(),
  after: (ms, action) => void setTimeout(action, ms).unref(),
};

/** Questions that take long are asked more seldom: they take at most a third of the engine's time. */
const PAUSE_PER_WORK = 2;
const LONGEST_PAUSE_MS = 10_000;
/** What is answered so fast is asked at every update. */
const FAST_MS = 50;

/**
 * Work that may be asked for at any time and is done once at a time: what is asked for meanwhile is done once more afterwards, so that
 * what is shown in the end is the newest. After work that took long it rests.
 *
 * @param work never rejects
 */
export function oneAtATime(work: () => Promise<void>, timers: RefreshTimers = SYSTEM_TIMERS): () => void {
  let isBusy = false;
  let isWanted = false;
  const run = async (): Promise<void> => {
    isBusy = true;
    isWanted = false;
    const began = timers.now();
    await work();
    const tookMs = timers.now() - began;
    const goOn = (): void => {
      isBusy = false;
      if (isWanted) void run();
    };
    if (tookMs <= FAST_MS) goOn();
    else timers.after(Math.min(LONGEST_PAUSE_MS, PAUSE_PER_WORK * tookMs), goOn);
  };
  return () => {
    if (isBusy) isWanted = true;
    else void run();
  };
}

/** So long somebody waits for figures without a word. */
const SILENCE_MS = 10_000;

/** Waits for an answer as long as it takes, and tells once when that is long. */
export async function tellingSilence<Answer>(
  answer: Promise<Answer>,
  tell: () => void,
  timers: RefreshTimers = SYSTEM_TIMERS,
): Promise<Answer> {
  let isWaiting = true;
  timers.after(SILENCE_MS, () => {
    if (isWaiting) tell();
  });
  try {
    return await answer;
  } finally {
    isWaiting = false;
  }
}

/** What could not be answered is asked again after this, later with each time that it fails. */
export const retryMs = (failures: number): number => Math.min(60_000, 5_000 * 2 ** Math.max(0, failures - 1));
