import type { CopilotEvent } from './copilotCliEvents.ts';
import { MAIN_THREAD } from './event.ts';

/** The calls of a leg as far as they are known, and the sums at its end, both in output tokens or both in calls. */
export interface LegCount {
  /** Each call that the leg's records show. */
  shown: readonly Counted[];
  /** Calls that compacted, which some versions count and others do not. */
  compactions: readonly Counted[];
  /** What the sums grew by if they go on from those of before. */
  growth: number;
  /** The sums as they stand. */
  whole: number;
}

export interface Counted {
  at: number;
  count: number;
}

/** The sums of a leg do not go on from those of before. */
export interface Reset {
  /** Index of the event after which calls are in the sums. */
  from: number;
  /** The sums hold the compaction's own call too. */
  holdsCompaction: boolean;
}

/** How much nearer to what the records show a new count must come than one that went on. */
const MUCH = 4;

/**
 * Whether the counters began anew in a leg with a compaction: some versions (1.0.80 is known) forget there what they had counted, so that
 * the sums hold only what came after the last one; others (1.0.78) go on. No record says which, the calls that are shown do.
 *
 * @param from index of the event before the leg's first
 * @param at index of the leg's end
 * @returns `undefined` when the counters went on, or nothing shows that they did not
 */
export function resetIn(
  events: readonly CopilotEvent[],
  from: number,
  at: number,
  { shown, compactions, growth, whole }: LegCount,
): Reset | undefined {
  const leg = events.slice(from + 1, at);
  const last = leg.findLastIndex(
    ({ type, data, thread }) =>
      type === 'session.compaction_complete' && data.success !== false && thread === MAIN_THREAD,
  );
  const resumed = leg.findLastIndex(({ type }) => type === 'session.resume');
  // What was taken back is in no sum: the calls then prove nothing. What a process that broke off compacted is not this one's.
  if (last < 0 || last < resumed || whole === 0 || leg.some(({ type }) => type === 'session.snapshot_rewind'))
    return undefined;
  const after = (list: readonly Counted[], start: number): number =>
    list.reduce((sum, each) => (each.at >= start ? sum + each.count : sum), 0);
  const starts = [from + 1, from + 1 + resumed];
  const misfit = (stated: number, start: number, withCompaction: boolean): number =>
    Math.abs(stated - after(shown, start) - (withCompaction ? after(compactions, start) : 0));
  const wentOn = Math.min(...starts.flatMap((start) => [misfit(growth, start, false), misfit(growth, start, true)]));
  // The earliest first: where nothing was between two of them they are the same.
  const anew = [from + 1, from + 1 + last].flatMap((start) =>
    [false, true].map((holdsCompaction) => ({
      from: start - 1,
      holdsCompaction,
      misfit: misfit(whole, start, holdsCompaction),
    })),
  );
  const [best] = anew.sort((a, b) => a.misfit - b.misfit);
  return best && best.misfit * MUCH < wentOn ? best : undefined;
}
