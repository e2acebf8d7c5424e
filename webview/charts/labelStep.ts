/** Every how many-th bar has its label below, so that labels of `widest` pixels do not touch when bars stand `step` pixels apart. */
export function labelStep(widest: number, step: number): number {
  const SPACE = 8;
  return step > 0 ? Math.max(1, Math.ceil((widest + SPACE) / step)) : 1;
}
