import { basename, dirname, join } from 'node:path';
import type { TranscriptFile } from '../transcripts/record.ts';
import type { Disk } from './agent.ts';
import { clineTool } from './clineTools.ts';
import { type AgentEvent, MAIN_THREAD } from './event.ts';
import { fields, list, text } from './fields.ts';

/** More than any session launches. */
const MOST_CALLS = 500;
/** A subagent's task stands at the beginning of its file. */
const BEGINNING_BYTES = 256 * 1024;
const ENDING = '.messages.json';

/**
 * Which call of a session launched each of its subagents. No record says so: a subagent's conversation begins with the task that the call
 * gave it. Of several with the same task the first is the first.
 */
export function clineLaunches(
  messages: readonly unknown[],
  sessionId: string,
  file: TranscriptFile,
  disk: Disk,
): AgentEvent[] {
  const calls = launchCalls(messages);
  if (calls.length === 0) return [];
  const folder = dirname(file.path);
  const subagents = disk
    .list(folder)
    .filter((name) => name.endsWith(ENDING) && name !== basename(file.path))
    .map((name) => ({ thread: name.slice(0, -ENDING.length), beginning: beginningOf(disk.read(join(folder, name))) }));
  return calls.flatMap(({ callId, task }): AgentEvent[] => {
    const index = subagents.findIndex(({ beginning }) => beginning.includes(task));
    const [launched] = index < 0 ? [] : subagents.splice(index, 1);
    if (!launched) return [];
    const { thread } = launched;
    return [{ type: 'session', sessionId, thread, parentThread: MAIN_THREAD, launchCallId: callId }];
  });
}

/** Calls that launch a subagent, with their task as it is written in JSON, quotes included: one may begin like another. */
function launchCalls(messages: readonly unknown[]): { callId: string; task: string }[] {
  const calls: { callId: string; task: string }[] = [];
  for (const message of messages) {
    for (const item of list(fields(message)?.content)) {
      const piece = fields(item);
      const callId = text(piece?.id);
      const task = text(fields(piece?.input)?.task);
      if (piece?.type !== 'tool_use' || callId === undefined || task === undefined || calls.length >= MOST_CALLS)
        continue;
      if (clineTool(text(piece.name) ?? '', undefined).kind === 'task')
        calls.push({ callId, task: JSON.stringify(task) });
    }
  }
  return calls;
}

function beginningOf(bytes: Uint8Array | undefined): string {
  return bytes
    ? Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, BEGINNING_BYTES)).toString('utf8')
    : '';
}
