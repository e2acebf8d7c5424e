/**
 * Which of many turns a chart draws: the first, the last, those that must stand, and from each stretch between its highest and its lowest,
 * so that no peak and no fall is lost. All of them where there are few.
 *
 * @param totals the turns' heights
 * @param kept indices that must stand; ones beyond the turns are ignored
 * @param most about how many are wanted
 * @returns ascending indices
 */
export function thinTurns(totals: readonly number[], kept: Iterable<number>, most: number): number[] {
  if (totals.length <= most) return totals.map((_, i) => i);
  const chosen = new Set([0, totals.length - 1]);
  for (const i of kept) if (i >= 0 && i < totals.length) chosen.add(i);
  const stretches = Math.max(1, Math.floor((most - chosen.size) / 2));
  for (let n = 0; n < stretches; n++) {
    const start = Math.floor((n * totals.length) / stretches);
    const end = Math.floor(((n + 1) * totals.length) / stretches);
    let [low, high] = [start, start];
    for (let i = start + 1; i < end; i++) {
      if ((totals[i] ?? 0) > (totals[high] ?? 0)) high = i;
      if ((totals[i] ?? 0) < (totals[low] ?? 0)) low = i;
    }
    chosen.add(low).add(high);
  }
  return [...chosen].toSorted((a, b) => a - b);
}
