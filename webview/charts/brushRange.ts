import type { TurnRange } from '../../src/views/attributionView.ts';

/** The turns between two, whichever comes first. */
export const rangeOf = (a: number, b: number): TurnRange => ({ from: Math.min(a, b), to: Math.max(a, b) });

/**
 * The range after a key moved one of its ends: arrows by a turn, Page Up and Down by a tenth of all, Home and End as far as it goes. An end
 * never passes the other. `undefined` for a key that moves nothing.
 */
export function movedEnd(range: TurnRange, end: 'from' | 'to', key: string, turns: number): TurnRange | undefined {
  const page = Math.max(1, Math.round(turns / 10));
  const at = range[end];
  const goal = {
    ArrowLeft: at - 1,
    ArrowDown: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at + 1,
    PageDown: at - page,
    PageUp: at + page,
    Home: 1,
    End: turns,
  }[key];
  if (goal === undefined) return undefined;
  const [low, high] = end === 'from' ? [1, range.to] : [range.from, turns];
  return { ...range, [end]: Math.max(low, Math.min(high, goal)) };
}
