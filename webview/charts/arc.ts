/** A point on a circle around (`centre`, `centre`): `turn` 0 is at the top, 0.25 at the right. */
export function pointAt(centre: number, radius: number, turn: number): { x: number; y: number } {
  const angle = turn * 2 * Math.PI;
  const n = (value: number) => Number(value.toFixed(3));
  return { x: n(centre + radius * Math.sin(angle)), y: n(centre - radius * Math.cos(angle)) };
}

/** A part of a circle's line, clockwise, as SVG path data; a whole turn is drawn in two halves, as one arc cannot end where it begins. */
export function arcPath(centre: number, radius: number, from: number, to: number): string {
  const start = pointAt(centre, radius, from);
  if (to - from >= 1) {
    const half = pointAt(centre, radius, from + 0.5);
    return `M${start.x} ${start.y}A${radius} ${radius} 0 0 1 ${half.x} ${half.y}A${radius} ${radius} 0 0 1 ${start.x} ${start.y}`;
  }
  const end = pointAt(centre, radius, to);
  return `M${start.x} ${start.y}A${radius} ${radius} 0 ${to - from > 0.5 ? 1 : 0} 1 ${end.x} ${end.y}`;
}

/** The arcs of shares that sum to 1, with a gap between them; the smallest keeps enough to be seen. */
export function donutArcs(shares: readonly number[], gap: number): { from: number; to: number }[] {
  let at = 0;
  return shares.map((share) => {
    const from = at;
    at += share;
    const room = shares.length > 1 ? Math.min(gap, share / 2) : 0;
    return { from: from + room / 2, to: at - room / 2 };
  });
}
