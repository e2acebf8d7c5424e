import type { TimelineColumn } from '../../src/views/timelineView.ts';

/**
 * The bands of a timeline as outlines, SVG path data from the bottom band to the top. Each column holds until the next one begins, so what is
 * drawn at a turn is that turn's prompt and nothing between two of them.
 *
 * @param edges pixels at which the columns begin, and where the last one ends
 * @param height tokens to pixels that grow downwards
 */
export function stepAreas(
  columns: readonly Pick<TimelineColumn, 'tokens'>[],
  bands: number,
  edges: readonly number[],
  height: (tokens: number) => number,
): string[] {
  const n = (value: number): string => String(Math.round(value * 10) / 10);
  let below = columns.map(() => 0);
  return Array.from({ length: bands }, (_, band) => {
    const above = columns.map(({ tokens }, i) => (below[i] ?? 0) + (tokens[band] ?? 0));
    const top = above.map((tokens, i) => `V${n(height(tokens))}H${n(edges[i + 1] ?? 0)}`).join('');
    const back = below
      .map((tokens, i) => `V${n(height(tokens))}H${n(edges[i] ?? 0)}`)
      .reverse()
      .join('');
    const start = `M${n(edges[0] ?? 0)} ${n(height(below[0] ?? 0))}`;
    below = above;
    return `${start}${top}${back}Z`;
  });
}

/**
 * The same for columns of which each stands for many turns: straight from one turn to the next that is drawn, so that what was left out between
 * a low and a peak is not taken for a low.
 *
 * @param centres pixels at which the columns' own turns stand; the ends reach to `edges`
 */
export function slopedAreas(
  columns: readonly Pick<TimelineColumn, 'tokens'>[],
  bands: number,
  centres: readonly number[],
  [start, end]: readonly [number, number],
  height: (tokens: number) => number,
): string[] {
  const n = (value: number): string => String(Math.round(value * 10) / 10);
  const xs = [start, ...centres.slice(1, -1), end];
  let below = columns.map(() => 0);
  return Array.from({ length: bands }, (_, band) => {
    const above = columns.map(({ tokens }, i) => (below[i] ?? 0) + (tokens[band] ?? 0));
    const point = (tokens: number, i: number): string => `${n(xs[i] ?? 0)} ${n(height(tokens))}`;
    const top = above.map(point).join('L');
    const back = below.map(point).reverse().join('L');
    below = above;
    return `M${top}L${back}Z`;
  });
}

/** Pixels at which each column begins, and where the last ends. A turn is as wide as any other. */
export function columnEdges(
  columns: readonly { turn: number }[],
  turns: number,
  x: (turn: number) => number,
): number[] {
  return [...columns.map(({ turn }) => x(turn - 0.5)), x(turns + 0.5)];
}

/** The column nearest to a turn. */
export function columnAt(columns: readonly { turn: number }[], turn: number): number {
  let [low, high] = [0, columns.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((columns[middle]?.turn ?? 0) <= turn) low = middle;
    else high = middle - 1;
  }
  const [before, after] = [columns[low]?.turn ?? 0, columns[low + 1]?.turn ?? Number.POSITIVE_INFINITY];
  return after - turn < turn - before ? low + 1 : low;
}
