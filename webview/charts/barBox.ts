import type { ScaleBand } from 'd3-scale';

const WIDEST = 56;

/** Where a bar stands in its band, in pixels: as wide as the band, but never so wide that a lone bar looks like a wall. */
export function barBox(scale: ScaleBand<string>, key: string): { x: number; width: number; centre: number } {
  const width = Math.max(1, Math.min(WIDEST, scale.bandwidth()));
  const centre = (scale(key) ?? 0) + scale.bandwidth() / 2;
  return { x: centre - width / 2, width, centre };
}
