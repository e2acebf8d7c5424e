import { basename, dirname, join } from 'node:path';
import type { TranscriptFile } from '../transcripts/record.ts';
import type { Disk } from './agent.ts';
import { clineTool } from './clineTools.ts';
import { type AgentEvent, MAIN_THREAD, type ThreadId } from './event.ts';
import { fields, list, parseJson, text } from './fields.ts';

/** More than any session launches. */
const MOST_CALLS = 500;
/** A subagent's task stands at the beginning of its file. */
const BEGINNING_BYTES = 256 * 1024;
const ENDING = '.messages.json';

/** The name of the tool, as it stands in a file. */
const LAUNCHING = '"spawn_agent"';

interface Call {
  thread: ThreadId;
  callId: string;
  /** As it is written in JSON, quotes included: one task may begin like another. */
  task: string;
}

/**
 * Who launched each subagent of a session, and by which call. No record says so (of subagents that subagents launched, they name the session
 * all the same): a subagent's conversation begins with the task that the call gave it. Of several with the same task the first is the first.
 */
export function clineLaunches(
  messages: readonly unknown[],
  sessionId: string,
  file: TranscriptFile,
  disk: Disk,
): AgentEvent[] {
  const folder = dirname(file.path);
  const subagents = disk
    .list(folder)
    .filter((name) => name.endsWith(ENDING) && name !== basename(file.path))
    .map((name) => {
      const bytes = disk.read(join(folder, name)) ?? new Uint8Array();
      return {
        thread: name.slice(0, -ENDING.length),
        bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
      };
    });
  const calls = [
    ...launchCalls(MAIN_THREAD, messages),
    ...subagents.flatMap(({ thread, bytes }) =>
      bytes.includes(LAUNCHING) ? launchCalls(thread, list(fields(parseJson(bytes))?.messages)) : [],
    ),
  ];
  return subagents.map(({ thread, bytes }): AgentEvent => {
    const beginning = bytes.subarray(0, BEGINNING_BYTES).toString('utf8');
    const index = calls.findIndex((call) => call.thread !== thread && beginning.includes(call.task));
    const [call] = index < 0 ? [] : calls.splice(index, 1);
    const launch = call ? { parentThread: call.thread, launchCallId: call.callId } : { parentThread: MAIN_THREAD };
    return { type: 'session', sessionId, thread, ...launch };
  });
}

/** Calls of a thread that launch a subagent. */
function launchCalls(thread: ThreadId, messages: readonly unknown[]): Call[] {
  const calls: Call[] = [];
  for (const message of messages) {
    for (const item of list(fields(message)?.content)) {
      const piece = fields(item);
      const callId = text(piece?.id);
      const task = text(fields(piece?.input)?.task);
      if (piece?.type !== 'tool_use' || callId === undefined || task === undefined || calls.length >= MOST_CALLS)
        continue;
      if (clineTool(text(piece.name) ?? '', undefined).kind === 'task')
        calls.push({ thread, callId, task: JSON.stringify(task) });
    }
  }
  return calls;
}
