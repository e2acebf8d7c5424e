import { AFTER_COMPACTION, type CopilotCalls, nearest } from './copilotCliCalls.ts';
import type { CopilotEvent } from './copilotCliEvents.ts';
import type { CopilotReply } from './copilotCliReplies.ts';
import type { UsageRow } from './copilotCliRows.ts';
import { isNothing } from './copilotCliUsage.ts';
import { MAIN_THREAD, type ThreadId } from './event.ts';
import { text } from './fields.ts';

/** A row may bear a time of whole seconds. */
const ROW_TOLERANCE_MS = 1000;

/** Rows of the database that tell a call which the events do not. */
export function addRows(
  sessionId: string,
  events: readonly CopilotEvent[],
  rows: readonly UsageRow[],
  found: CopilotCalls,
  open: ReadonlySet<CopilotReply>,
  claim: (reply: CopilotReply | undefined, requestId: string) => void,
): void {
  const launched = new Map<string, ThreadId>();
  for (const { type, data, thread } of events) {
    const launch = text(data.toolCallId);
    if (type === 'subagent.started' && launch !== undefined) launched.set(launch, thread);
  }
  const told = [...found.calls];
  const threadOf = (row: UsageRow): ThreadId =>
    row.agentId ??
    (row.parentToolCallId === undefined ? MAIN_THREAD : (launched.get(row.parentToolCallId) ?? row.parentToolCallId));
  rows.forEach((row, index) => {
    if (isNothing(row.usage)) return;
    const same = nearest(told, row.usage, row.atMs);
    if (same) {
      told.splice(told.indexOf(same), 1);
      return;
    }
    const thread = threadOf(row);
    const isCompaction = row.initiator === 'compaction';
    const next = rows.slice(index + 1).find((later) => threadOf(later) === thread)?.atMs ?? Infinity;
    const reply = isCompaction
      ? undefined
      : [...open].find(
          (each) =>
            each.thread === thread &&
            each.atMs >= row.atMs - ROW_TOLERANCE_MS &&
            each.atMs < next + (next % 1000 === 0 ? ROW_TOLERANCE_MS : 0),
        );
    const { input, cacheRead, cacheWrite, output } = row.usage;
    const requestId = reply?.key ?? `${sessionId}/${row.atMs}/${input}/${cacheRead}/${cacheWrite}/${output}`;
    // The reply of a row at the end may still be to come, and the call then bears its name.
    if (!reply && !hasLater(events, row, thread, isCompaction)) return;
    claim(reply, requestId);
    found.calls.push({
      requestId,
      at: reply?.messages[0] ?? placeOf(events, row, isCompaction),
      thread,
      model: row.model,
      usage: row.usage,
      atMs: row.atMs,
      ...(isCompaction ? { kind: 'compaction' } : {}),
    });
  });
}

/** Whether the thread went on after a row was written. */
function hasLater(events: readonly CopilotEvent[], row: UsageRow, thread: ThreadId, isCompaction: boolean): boolean {
  const from = row.atMs + (row.atMs % 1000 === 0 ? ROW_TOLERANCE_MS : 0);
  return events.some(
    (event) =>
      event.atMs >= from &&
      (isCompaction ? AFTER_COMPACTION.has(event.type) : event.thread === thread || event.type === 'session.shutdown'),
  );
}

/** Where a call without a reply belongs: at its compaction, or before the first event that came later. */
function placeOf(events: readonly CopilotEvent[], row: UsageRow, isCompaction: boolean): number {
  const later = events.findIndex(
    ({ type, atMs }) =>
      atMs >= row.atMs - ROW_TOLERANCE_MS && (!isCompaction || type === 'session.compaction_complete'),
  );
  return later >= 0 ? later : Math.max(0, events.length - 1);
}
