import { type CalendarSpan, type SpanUnit, spanAt } from './calendar.ts';
import type { UsageBySlotRow } from './usageBySlot.ts';
import type { UsageSums } from './usageWindow.ts';

/** Sums of no requests. */
export const noUsage = (): UsageSums => ({
  tasks: 0,
  turns: 0,
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  reasoning: 0,
  costUsd: 0,
  unpricedTurns: 0,
  estimatedTurns: 0,
});

export type SpanSums = CalendarSpan & { sums: UsageSums };

/** What was used in each span. Both lists ascend; a quarter of an hour that a window's edge cuts belongs to the span at that edge. */
export function sumSpans(spans: readonly CalendarSpan[], slots: readonly UsageBySlotRow[]): SpanSums[] {
  const filled = spans.map((span) => ({ ...span, sums: noUsage() }));
  let index = 0;
  for (const slot of slots) {
    while (index < filled.length - 1 && slot.atMs >= (filled[index] as SpanSums).untilMs) index++;
    const span = filled[index];
    if (span) add(span.sums, slot);
  }
  return filled;
}

/** The spans that have requests, with what was used in them. For windows without edges: no time between is walked. */
export function usedSpans(
  slots: readonly UsageBySlotRow[],
  unit: SpanUnit,
  timeZone: string,
  sinceMs = -Infinity,
): SpanSums[] {
  const used: SpanSums[] = [];
  for (const slot of slots) {
    const atMs = Math.max(slot.atMs, sinceMs);
    let span = used.at(-1);
    if (!span || atMs >= span.untilMs) {
      span = { ...spanAt(atMs, unit, timeZone), sums: noUsage() };
      used.push(span);
    }
    add(span.sums, slot);
  }
  return used;
}

function add(sums: UsageSums, more: UsageSums): void {
  for (const field of Object.keys(sums) as (keyof UsageSums)[]) sums[field] += more[field];
}
