import type { TimelineMark } from '../../src/views/timelineView.ts';

/** Marks that stand at one place of a timeline, because there is no room for each. */
export interface MarkCluster {
  /** Pixels. */
  x: number;
  marks: TimelineMark[];
}

/** Joins marks, which come in order of turns, that would stand less than `distance` pixels apart; a cluster stands at its first mark. */
export function clusterMarks(
  marks: readonly TimelineMark[],
  x: (turn: number) => number,
  distance: number,
): MarkCluster[] {
  const clusters: MarkCluster[] = [];
  for (const mark of marks) {
    const at = x(mark.afterTurn + 0.5);
    const last = clusters.at(-1);
    if (last !== undefined && at - last.x < distance) last.marks.push(mark);
    else clusters.push({ x: at, marks: [mark] });
  }
  return clusters;
}
