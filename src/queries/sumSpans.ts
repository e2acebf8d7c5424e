import { type CalendarSpan, type SpanUnit, spanAt, type WeekStart } from './calendar.ts';
import type { UsageBySlotRow } from './usageBySlot.ts';
import { addSums, noUsage } from './usageSums.ts';
import type { UsageSums } from './usageWindow.ts';

export type SpanSums = CalendarSpan & { sums: UsageSums };

/** What was used in each span. Both lists ascend; a quarter of an hour that a window's edge cuts belongs to the span at that edge. */
export function sumSpans(spans: readonly CalendarSpan[], slots: readonly UsageBySlotRow[]): SpanSums[] {
  const filled = spans.map((span) => ({ ...span, sums: noUsage() }));
  let index = 0;
  for (const slot of slots) {
    while (index < filled.length - 1 && slot.atMs >= (filled[index] as SpanSums).untilMs) index++;
    const span = filled[index];
    if (span) addSums(span.sums, slot);
  }
  return filled;
}

/** The spans that have requests, with what was used in them. For windows without edges: no time between is walked. */
export function usedSpans(
  slots: readonly UsageBySlotRow[],
  unit: SpanUnit,
  timeZone: string,
  sinceMs = -Infinity,
  weekStart?: WeekStart,
): SpanSums[] {
  const used: SpanSums[] = [];
  for (const slot of slots) {
    const atMs = Math.max(slot.atMs, sinceMs);
    let span = used.at(-1);
    if (!span || atMs >= span.untilMs) {
      span = { ...spanAt(atMs, unit, timeZone, weekStart), sums: noUsage() };
      used.push(span);
    }
    addSums(span.sums, slot);
  }
  return used;
}
