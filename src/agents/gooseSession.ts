import type { TranscriptFile } from '../transcripts/record.ts';
import type { Database, PlacedReading } from './agent.ts';
import { MAIN_THREAD } from './event.ts';
import { type Fields, parseJson, plainName, text } from './fields.ts';
import { gooseBlocks, gooseModel, gooseProvider, gooseTime } from './gooseMessage.ts';
import { accumulated, beyond, ledgerOf, sizeOf } from './gooseUsage.ts';
import { blockChars } from './messageBlocks.ts';
import { modelMaker } from './modelMaker.ts';
import { recordedCost } from './recordedCost.ts';
import { readSessionRow, rootSession } from './sessionRow.ts';
import { withSum } from './sessionSum.ts';
import { wholeTokens } from './tokenCount.ts';
import { placedReading, type Unplaced } from './unplaced.ts';

/** A call is entered into the ledger this soon after its reply. */
const LEDGER_LAG_MS = 60_000;
/** Characters per token of a context whose size no record tells. */
const CHARS_PER_TOKEN = 4;

/** A session's messages and model calls, in the order of their times. A subagent's session is a thread of the one that launched it. */
export function readGooseSession(database: Database, id: string, file: TranscriptFile): PlacedReading[] {
  return readSessionRow(database, id, (row) => sessionReadings(database, id, row, file));
}

function sessionReadings(database: Database, id: string, row: Fields, file: TranscriptFile): PlacedReading[] {
  const parent = text(row.parent_session_id);
  const isSubagent = parent !== undefined && isOfSubagent(row);
  const sessionId = isSubagent ? rootSession(database, parent, isOfSubagent) : id;
  const thread = isSubagent ? id : MAIN_THREAD;
  const { model, windowTokens } = gooseModel(row.model_config_json);
  const provider = gooseProvider(row.provider_name);
  const readings: PlacedReading[] = [];
  const push = (events: Unplaced[], offset: number): void => {
    readings.push(placedReading(events, sessionId, thread, offset));
  };

  const startedAtMs = gooseTime(row.created_at);
  const title = text(row.name) ?? text(row.description);
  const workspace = text(row.working_dir);
  push(
    [
      {
        type: 'session',
        agentName: isSubagent ? 'subagent' : MAIN_THREAD,
        ...(isSubagent ? { parentThread: parent === sessionId ? MAIN_THREAD : parent } : {}),
        ...(parent !== undefined && !isSubagent ? { parentSessionId: parent } : {}),
        ...(title && !isSubagent ? { title: title.slice(0, 200) } : {}),
        ...(workspace && !isSubagent ? { workspace } : {}),
        ...(file.account && !isSubagent ? { account: file.account } : {}),
        ...(startedAtMs === undefined || isSubagent ? {} : { startedAtMs }),
      },
    ],
    0,
  );
  if (isSubagent && startedAtMs !== undefined) push([{ type: 'task', taskId: id, atMs: startedAtMs }], 0);

  const calls = ledgerOf(database, id);
  for (const detail of calls.rejected) readings.push({ events: [], outcome: 'rejected', detail, offset: 0 });
  let next = 0;
  /** Where the calls of the ledger begin among the readings, and what was said before. */
  let firstCall: { index: number; chars: number } | undefined;
  let saidChars = 0;
  const callsBefore = (limitMs: number): void => {
    if (calls.known[next]?.atMs !== undefined && (calls.known[next]?.atMs ?? 0) < limitMs)
      firstCall ??= { index: readings.length, chars: saidChars };
    for (let call = calls.known[next]; call && call.atMs < limitMs; call = calls.known[++next]) {
      const named = call.model ?? model ?? 'unknown';
      const events: Unplaced[] = [
        {
          type: 'request',
          requestId: `${id}/${call.id}`,
          atMs: call.atMs,
          provider: provider ?? modelMaker(named) ?? 'other',
          model: named,
          usage: call.usage,
          ...recordedCost(call.cost),
        },
      ];
      if (call.isCompaction) events.push({ type: 'boundary', kind: 'compaction', atMs: call.atMs });
      push(events, call.id);
    }
  };

  let lastAtMs = startedAtMs;
  let repliedAtMs: number | undefined;
  const messages = database.all<Fields>(
    'SELECT * FROM messages WHERE session_id = :id ORDER BY created_timestamp, id',
    { ':id': id },
  );
  for (const message of messages) {
    const offset = typeof message.id === 'number' ? message.id : 0;
    const atMs = gooseTime(message.created_timestamp) ?? gooseTime(message.timestamp) ?? lastAtMs;
    // The ledger has whole seconds. A call is entered after its reply: it stands behind replies and before prompts of the same second.
    if (atMs !== undefined) callsBefore(Math.floor(atMs / 1000) * 1000 + (message.role === 'user' ? 1000 : 0));
    lastAtMs = atMs;
    const content = typeof message.content_json === 'string' ? parseJson(Buffer.from(message.content_json)) : undefined;
    if ((message.role !== 'user' && message.role !== 'assistant') || !Array.isArray(content)) {
      readings.push({ events: [], outcome: 'rejected', detail: `message of ${plainName(message.role)}`, offset });
      continue;
    }
    const { blocks, unknown } = gooseBlocks(message.role, content);
    for (const kind of unknown)
      readings.push({ events: [], outcome: 'unknown', detail: `content ${plainName(kind)}`, offset });
    if (message.role === 'assistant') repliedAtMs ??= atMs;
    saidChars += blockChars(blocks);
    const isPrompt = thread === MAIN_THREAD && message.role === 'user' && blocks.some((block) => block.role === 'user');
    push(
      [
        ...(isPrompt && atMs !== undefined ? [{ type: 'task' as const, taskId: `${id}/${offset}`, atMs }] : []),
        ...blocks.map((block) => ({ type: 'block' as const, ...block })),
      ],
      offset,
    );
  }
  callsBefore(Number.POSITIVE_INFINITY);

  const window = wholeTokens(windowTokens);
  if (window && lastAtMs !== undefined)
    push([{ type: 'window', tokens: window, atMs: lastAtMs, source: 'reported' }], 0);
  const sum = accumulated(row);
  if (!sum) readings.push({ events: [], outcome: 'rejected', detail: 'impossible token count', offset: 0 });
  const served = { provider: provider ?? modelMaker(model ?? '') ?? 'other', model: model ?? 'unknown' };
  const atMs = repliedAtMs ?? startedAtMs;
  if (!sum || atMs === undefined || sizeOf(sum) === 0) return readings;
  // Begun when the ledger was kept already: what it lacks is about to be entered.
  const isOlder = startedAtMs === undefined || startedAtMs < calls.keptFromMs - LEDGER_LAG_MS;
  if (!isOlder) return readings;
  if (calls.known.length === 0)
    return withSum(
      readings,
      {
        type: 'request',
        sessionId,
        thread,
        requestId: `${id}/sum`,
        atMs,
        ...served,
        usage: sum,
        ...recordedCost(row.accumulated_cost),
      },
      0,
    );
  const rest = beyond(sum, calls.known);
  if (sizeOf(rest) === 0) return readings;
  const ledgerFromMs = calls.known[0]?.atMs ?? atMs;
  if (firstCall && atMs < ledgerFromMs - LEDGER_LAG_MS) {
    // Calls from before the ledger was kept: one request, marked, as for the sessions that have no ledger at all.
    const contextTokens = Math.ceil(firstCall.chars / CHARS_PER_TOKEN);
    const marks = { contextTokens, outputIsPlaceholder: true, keepPlaceholder: true, rule: 'sum' } as const;
    const request: Unplaced = { type: 'request', requestId: `${id}/sum`, atMs, ...served, usage: rest, ...marks };
    readings.splice(firstCall.index, 0, placedReading([request], sessionId, thread, 0));
    return readings;
  }
  const ledgerAtMs = calls.known.at(-1)?.atMs ?? atMs;
  push([{ type: 'unlisted', model: served.model, usage: rest, atMs: ledgerAtMs, source: 'accumulated tokens' }], 0);
  return readings;
}

const isOfSubagent = (row: Fields): boolean => /^sub_?agent$/.test(String(row.session_type));
