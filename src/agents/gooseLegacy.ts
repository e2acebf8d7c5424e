import type { PlacedReading } from './agent.ts';
import { MAIN_THREAD } from './event.ts';
import { fields, parseJson, plainName, text } from './fields.ts';
import { gooseBlocks, gooseTime } from './gooseMessage.ts';
import { accumulated } from './gooseUsage.ts';
import { recordedCost } from './recordedCost.ts';
import { withSum } from './sessionSum.ts';
import { placedReading, type Unplaced } from './unplaced.ts';

/**
 * A session in the form before the database: a first line with its folder and its sums, rewritten as they grow, and one line per message. The
 * model is not recorded.
 */
export function readGooseLegacy(bytes: Uint8Array, sessionId: string, account: string | undefined): PlacedReading[] {
  const readings: PlacedReading[] = [];
  const push = (events: Unplaced[], offset: number): void => {
    readings.push(placedReading(events, sessionId, MAIN_THREAD, offset));
  };
  let sum: ReturnType<typeof accumulated>;
  let cost: ReturnType<typeof recordedCost> = {};
  let repliedAtMs: number | undefined;
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(0x0a, start);
    const offset = start;
    const line = bytes.subarray(start, newline < 0 ? bytes.length : newline);
    start = newline < 0 ? bytes.length : newline + 1;
    if (line.length === 0) continue;
    const record = fields(parseJson(line));
    if (!record) {
      if (newline >= 0) readings.push({ events: [], outcome: 'rejected', detail: 'not JSON', offset });
      continue;
    }
    if (record.role === undefined && (record.working_dir !== undefined || record.message_count !== undefined)) {
      sum = accumulated(record);
      cost = recordedCost(record.accumulated_cost);
      const title = text(record.description);
      const workspace = text(record.working_dir);
      push(
        [
          {
            type: 'session',
            agentName: MAIN_THREAD,
            ...(title ? { title: title.slice(0, 200) } : {}),
            ...(workspace ? { workspace } : {}),
            ...(account ? { account } : {}),
          },
        ],
        offset,
      );
      if (!sum) readings.push({ events: [], outcome: 'rejected', detail: 'impossible token count', offset });
      continue;
    }
    const atMs = gooseTime(record.created);
    if ((record.role !== 'user' && record.role !== 'assistant') || !Array.isArray(record.content)) {
      readings.push({ events: [], outcome: 'rejected', detail: `message of ${plainName(record.role)}`, offset });
      continue;
    }
    const { blocks, unknown } = gooseBlocks(record.role, record.content);
    for (const kind of unknown)
      readings.push({ events: [], outcome: 'unknown', detail: `content ${plainName(kind)}`, offset });
    if (record.role === 'assistant') repliedAtMs ??= atMs;
    const isPrompt = record.role === 'user' && blocks.some((block) => block.role === 'user');
    push(
      [
        ...(isPrompt && atMs !== undefined ? [{ type: 'task' as const, taskId: `${sessionId}/${offset}`, atMs }] : []),
        ...blocks.map((block) => ({ type: 'block' as const, ...block })),
      ],
      offset,
    );
  }
  if (!sum || repliedAtMs === undefined || sum.input + sum.cacheRead + sum.cacheWrite5m + sum.output === 0)
    return readings;
  const identity = { sessionId, thread: MAIN_THREAD, requestId: `${sessionId}/sum`, atMs: repliedAtMs };
  return withSum(
    readings,
    { type: 'request', ...identity, provider: 'other', model: 'unknown', usage: sum, ...cost },
    0,
  );
}
