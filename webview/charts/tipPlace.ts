/** Pixels between a tip and the place that it tells of. */
const DISTANCE = 12;

/**
 * Where a tip of `width` pixels stands for the place `from` to `to` in a chart `room` wide: below it, or right of it, or left of it where
 * there is no room; never outside the chart.
 */
export function tipPlace(from: number, to: number, width: number, room: number, below: boolean): number {
  const right = to + DISTANCE;
  const wanted = below ? from : right + width <= room ? right : from - DISTANCE - width;
  return Math.max(0, Math.min(room - width, wanted));
}
