import { readFileSync } from 'node:fs';

/**
 * The time, epoch milliseconds. `ATM_CLOCK` names a file that holds by how many milliseconds the clock is wrong, for tests that wait for the end
 * of a week.
 */
export function nowMs(): number {
  const file = process.env.ATM_CLOCK;
  return file === undefined ? Date.now() : Date.now() + wrongBy(file);
}

function wrongBy(file: string): number {
  try {
    const ms = Number(readFileSync(file, 'utf8'));
    return Number.isFinite(ms) ? ms : 0;
  } catch {
    return 0;
  }
}
