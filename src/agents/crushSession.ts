import { dirname } from 'node:path';
import type { TranscriptFile } from '../transcripts/record.ts';
import type { Database, PlacedReading } from './agent.ts';
import { crushBlocks } from './crushParts.ts';
import { MAIN_THREAD } from './event.ts';
import { type Fields, parseJson, plainName, text } from './fields.ts';
import { blockChars, type MessageBlock } from './messageBlocks.ts';
import { modelMaker } from './modelMaker.ts';
import { recordedCost } from './recordedCost.ts';
import { readSessionRow, rootSession } from './sessionRow.ts';
import { wholeTokens } from './tokenCount.ts';
import { placedReading, type Unplaced } from './unplaced.ts';

/** Characters per token of what no record counts. Marked as estimated wherever it is used. */
const CHARS_PER_TOKEN = 4;
/** A message with its blocks. */
interface Step {
  row: Fields;
  offset: number;
  atMs: number | undefined;
  blocks: MessageBlock[];
  /** Characters of the conversation before the message. */
  charsBefore: number;
}

/**
 * A session's messages, and a model call for each reply. Crush records neither: of tokens it keeps what the last call's context came to (all
 * classes together), of earlier calls nothing. The prompts are therefore reckoned back from there by the size of what entered since, and all
 * calls are marked as estimated. What a session cost in dollars is recorded exactly, and is shared over its calls.
 */
export function readCrushSession(database: Database, id: string, file: TranscriptFile): PlacedReading[] {
  return readSessionRow(database, id, (row) => sessionReadings(database, id, row, file));
}

function sessionReadings(database: Database, id: string, row: Fields, file: TranscriptFile): PlacedReading[] {
  const parent = text(row.parent_session_id);
  const sessionId = parent === undefined ? id : rootSession(database, parent, () => true);
  const thread = parent === undefined ? MAIN_THREAD : id;
  const readings: PlacedReading[] = [];
  const startedAtMs = crushTime(row.created_at);
  const title = text(row.title);
  readings.push(
    placedReading(
      [
        {
          type: 'session',
          agentName: parent === undefined ? MAIN_THREAD : 'agent',
          ...(parent === undefined
            ? {}
            : { parentThread: parent === sessionId ? MAIN_THREAD : parent, ...launchOf(id) }),
          ...(title && parent === undefined ? { title: title.slice(0, 200) } : {}),
          ...(parent === undefined ? { workspace: text(row.workspace_cwd) ?? dirname(dirname(file.path)) } : {}),
          ...(startedAtMs === undefined || parent !== undefined ? {} : { startedAtMs }),
        },
        ...(parent !== undefined && startedAtMs !== undefined
          ? [{ type: 'task' as const, taskId: id, atMs: startedAtMs }]
          : []),
      ],
      sessionId,
      thread,
      0,
    ),
  );

  const steps = stepsOf(database, id, row, readings);
  const overhead = promptOverhead(row, steps);
  if (overhead === undefined)
    readings.push({ events: [], outcome: 'rejected', detail: 'impossible token count', offset: 0 });
  const costOf = costs(database, id, row, steps);
  for (const step of steps) {
    const { row: message, offset, atMs, blocks, charsBefore } = step;
    const messageId = text(message.id) ?? `${id}/${offset}`;
    const events: Unplaced[] = [];
    const isPrompt = thread === MAIN_THREAD && message.role === 'user' && blocks.some((block) => block.role === 'user');
    if (isPrompt && atMs !== undefined) events.push({ type: 'task', taskId: messageId, atMs });
    if (isSummary(step, row)) {
      if (atMs !== undefined) events.push({ type: 'boundary', kind: 'compaction', atMs });
      events.push({ type: 'block', role: 'system', part: 'summary', chars: blockChars(blocks) });
    } else {
      if (atMs !== undefined && isCall(step, row)) {
        const model = text(message.model) ?? 'unknown';
        const input = (overhead ?? 0) + Math.ceil(charsBefore / CHARS_PER_TOKEN);
        events.push({
          type: 'request',
          requestId: messageId,
          atMs,
          provider: crushProvider(message.provider) ?? modelMaker(model) ?? 'other',
          model,
          usage: { input, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, reasoning: 0 },
          outputIsPlaceholder: true,
          ...recordedCost(costOf.get(step)),
        });
      }
      for (const block of blocks)
        events.push({ type: 'block', ...block, ...(block.role === 'model' ? { requestId: messageId } : {}) });
    }
    readings.push(placedReading(events, sessionId, thread, offset));
  }
  return readings;
}

/** A subagent's session is called after the message and the call that launched it. */
function launchOf(id: string): { launchCallId?: string } {
  const [, launchCallId] = /^[^$]+\$\$(.+)$/.exec(id) ?? [];
  return launchCallId === undefined ? {} : { launchCallId };
}

function stepsOf(database: Database, id: string, session: Fields, readings: PlacedReading[]): Step[] {
  const steps: Step[] = [];
  let charsBefore = 0;
  const rows = database.all<Fields>(
    'SELECT rowid AS row, * FROM messages WHERE session_id = :id ORDER BY created_at, rowid',
    {
      ':id': id,
    },
  );
  for (const row of rows) {
    const offset = typeof row.row === 'number' ? row.row : 0;
    const parts = typeof row.parts === 'string' ? parseJson(Buffer.from(row.parts)) : undefined;
    if (!Array.isArray(parts) || !/^(user|assistant|tool|system)$/.test(String(row.role))) {
      readings.push({ events: [], outcome: 'rejected', detail: `message of ${plainName(row.role)}`, offset });
      continue;
    }
    const { blocks, unknown } = crushBlocks(String(row.role), parts);
    for (const kind of unknown)
      readings.push({ events: [], outcome: 'unknown', detail: `part ${plainName(kind)}`, offset });
    // After a summary the conversation begins with it.
    const step = { row, offset, atMs: crushTime(row.created_at), blocks, charsBefore };
    if (isSummary(step, session)) charsBefore = step.charsBefore = 0;
    steps.push(step);
    charsBefore += blockChars(blocks);
  }
  return steps;
}

/**
 * Tokens of every prompt that are no messages: system prompt and tool definitions. It is what the context after the last call holds beyond
 * the size of the messages; 0 where it is not known, `undefined` when the record is impossible. Prompt and completion are read together, as
 * versions file what was read from the cache under either.
 */
function promptOverhead(session: Fields, steps: readonly Step[]): number | undefined {
  const prompt = wholeTokens(session.prompt_tokens ?? 0);
  const completion = wholeTokens(session.completion_tokens ?? 0);
  if (prompt === undefined || completion === undefined) return undefined;
  const last = steps.findLast((step) => step.row.role === 'assistant' && step.blocks.length > 0);
  if (!last || prompt === 0) return 0;
  return Math.max(0, prompt + completion - Math.ceil((last.charsBefore + blockChars(last.blocks)) / CHARS_PER_TOKEN));
}

function isSummary({ row }: Step, session: Fields): boolean {
  return row.id === session.summary_message_id || row.is_summary_message === 1;
}

/** Whether a message is the reply of a call that is told. */
function isCall(step: Step, session: Fields): boolean {
  return (
    step.row.role === 'assistant' && step.atMs !== undefined && step.blocks.length > 0 && !isSummary(step, session)
  );
}

/**
 * The session's cost in dollars, shared over its calls by the size of prompt and reply. When a subagent is done, what its session cost is
 * added to the one that launched it: that is the subagent's own.
 */
function costs(database: Database, id: string, session: Fields, steps: readonly Step[]): Map<Step, number> {
  const whole = recordedCost(session.cost).costUsd ?? 0;
  const launched = database
    .all<Fields>('SELECT cost FROM sessions WHERE parent_session_id = :id', { ':id': id })
    .reduce((sum, { cost }) => sum + (recordedCost(cost).costUsd ?? 0), 0);
  const own = whole >= launched ? whole - launched : whole;
  const calls = steps.filter((step) => isCall(step, session));
  const sizes = calls.map((step) => step.charsBefore + blockChars(step.blocks));
  const size = sizes.reduce((sum, each) => sum + each, 0);
  return new Map(calls.map((step, index) => [step, size > 0 ? (own * (sizes[index] ?? 0)) / size : 0]));
}

/** The schema says milliseconds; seconds are written. */
function crushTime(value: unknown): number | undefined {
  if (typeof value !== 'number' || !(value > 0) || value > 8.64e15) return undefined;
  return Math.trunc(value > 1e11 ? value : value * 1000);
}

function crushProvider(value: unknown): string | undefined {
  const given = text(value)?.toLowerCase();
  if (given === undefined || !/^[a-z0-9._-]+$/.test(given)) return undefined;
  return { bedrock: 'amazon-bedrock', vertexai: 'google-vertex', gemini: 'google', xai: 'x-ai' }[given] ?? given;
}
