/**
 * Every how many-th bar has its label below, so that labels of `widest` pixels do not touch when bars stand `step` pixels apart. The last
 * label may have been moved inwards, by as much as it is wider than its bar's place on one side.
 */
export function labelStep(widest: number, step: number): number {
  const SPACE = 8;
  const moved = Math.max(0, (widest - step) / 2);
  return step > 0 ? Math.max(1, Math.ceil((widest + SPACE + moved) / step)) : 1;
}
