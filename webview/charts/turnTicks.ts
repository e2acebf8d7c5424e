/**
 * Turns that a timeline of `turns` names below: the first and the last, and round numbers between them that have room.
 *
 * @param room about how many labels there is room for
 */
export function turnTicks(turns: number, room: number): number[] {
  if (turns <= 1) return [1];
  const rough = turns / Math.max(1, room - 1);
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  const step = Math.max(1, ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power);
  const ticks = [1];
  for (let turn = step === 1 ? 2 : step; turn < turns - step * 0.6; turn += step)
    if (turn - 1 > step * 0.6 || step === 1) ticks.push(turn);
  return [...ticks, turns];
}
