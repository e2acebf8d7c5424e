/**
 * Round numbers for an axis from 0: about `count` steps of 1, 2 or 5 times a power of ten, the last at or above the maximum.
 *
 * @returns at least two ticks, ascending, the first 0
 */
export function ticksUpTo(maximum: number, count = 4): number[] {
  if (!(maximum > 0)) return [0, 1];
  const rough = maximum / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power);
  const ticks: number[] = [];
  for (let value = 0; ticks.length === 0 || (ticks.at(-1) ?? 0) < maximum; value += step) ticks.push(value);
  return ticks;
}
