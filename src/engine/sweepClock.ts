/** The system's clocks as an argument, so that tests choose the time. */
export interface SweepClocks {
  /** Epoch milliseconds; may be set at any time, and goes on while the machine sleeps. */
  wallMs(): number;
  /** @returns what ends it */
  every(ms: number, action: () => void): () => void;
}

const SYSTEM_CLOCKS: SweepClocks = {
  wallMs: () => Date.now(),
  every(ms, action) {
    const timer = setInterval(action, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
};

const TICK_MS = 5_000;
const SWEEP_EVERY_MS = 30_000;
/** Sweeps take at most a fiftieth of the time, however many files there are. */
const PAUSE_PER_SWEEP = 50;

/**
 * Asks for a sweep regularly, and at once when the machine woke from sleep or its clock was set: no file system tells what happened
 * meanwhile. Time is counted in ticks, so that no setting of the clock makes it stop.
 *
 * @param costMs what the last sweep cost when nothing had changed
 * @returns what ends it
 */
export function keepSweeping(sweep: () => void, costMs: () => number, clocks: SweepClocks = SYSTEM_CLOCKS): () => void {
  let lastTickMs = clocks.wallMs();
  let sinceSweepMs = 0;
  return clocks.every(TICK_MS, () => {
    const nowMs = clocks.wallMs();
    const isGap = Math.abs(nowMs - lastTickMs - TICK_MS) > TICK_MS;
    lastTickMs = nowMs;
    sinceSweepMs += TICK_MS;
    if (!isGap && sinceSweepMs < Math.max(SWEEP_EVERY_MS, PAUSE_PER_SWEEP * costMs())) return;
    sinceSweepMs = 0;
    sweep();
  });
}
