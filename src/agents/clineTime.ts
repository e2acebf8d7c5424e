import { timeMs } from './fields.ts';

/** Numbers below it are seconds: as milliseconds they would lie before March 1973. */
const FIRST_MS = 1e11;

/** Epoch milliseconds of a message's time, which some write in seconds; `undefined` when it is no time. */
export function clineTimeMs(value: unknown): number | undefined {
  return timeMs(typeof value === 'number' && value < FIRST_MS ? value * 1000 : value);
}
