import {
  type AgentEvent,
  MAIN_THREAD,
  type RequestEvent,
  type ThreadId,
  type TokenUsage,
  type Untold,
} from './event.ts';
import { chars, type Fields, fields, jsonChars, list, text } from './fields.ts';
import type { KimiCodeState } from './kimiCodeState.ts';
import { contentChars, type KimiFile, kimiProvider, mediaCount, threadOf } from './kimiUsage.ts';
import { wholeTokens } from './tokenCount.ts';

/** Tells what the records of one agent of a Kimi Code session say: its place, what enters its context, its requests. */
export function kimiCodeTeller(state: KimiCodeState, file: KimiFile) {
  const own = threadOf(file.agentId);
  let events: AgentEvent[] = [];

  function tellLaunch(line: Fields): void {
    const agentId = text(line.subagentId);
    if (agentId === undefined) return;
    const agentName = text(line.subagentName);
    const launchCallId = text(line.parentToolCallId);
    const parent = text(line.parentAgentId);
    events.push({
      type: 'session',
      sessionId: file.sessionId,
      thread: threadOf(agentId),
      parentThread: parent === undefined ? own : threadOf(parent),
      ...(agentName === undefined ? {} : { agentName }),
      ...(launchCallId === undefined ? {} : { launchCallId }),
    });
  }

  function tellProfile(line: Fields): void {
    state.alias = text(line.modelAlias) ?? state.alias;
    const workspace = text(fields(line.environmentDisclosure)?.cwd) ?? text(line.cwd);
    const name = own === MAIN_THREAD ? MAIN_THREAD : text(line.profileName);
    if ((workspace ?? state.workspace) !== state.workspace || (name ?? state.name) !== state.name) {
      state.workspace = workspace ?? state.workspace;
      state.name = name ?? state.name;
      push({ type: 'session', agentName: state.name, workspace: state.workspace });
    }
    if (!state.asked && chars(line.systemPrompt) > 0)
      push({ type: 'block', role: 'system', part: 'text', chars: chars(line.systemPrompt) });
  }

  /** A prompt of the user (also by a command of theirs), or a subagent's launch. */
  function isTask(origin: Fields | undefined): boolean {
    if (origin === undefined || origin.kind === 'user' || own !== MAIN_THREAD) return true;
    return (origin.kind === 'skill_activation' || origin.kind === 'plugin_command') && origin.trigger === 'user-slash';
  }

  function tellMessage(message: Fields | undefined): string | undefined {
    if (!message) return 'message without a body';
    const size = contentChars(message.content);
    const origin = fields(message.origin);
    if (message.role === 'user') {
      const isTyped = origin === undefined || isTask(origin) || origin.kind === 'shell_command';
      if (origin?.kind === 'compaction_summary') push({ type: 'block', role: 'user', part: 'summary', chars: size });
      else if (isTyped) push({ type: 'block', role: 'user', part: 'text', chars: size });
      else push({ type: 'block', role: 'system', part: 'attachment', chars: size });
      for (let left = mediaCount(message.content); left > 0; left--)
        push({ type: 'block', role: 'user', part: 'image', chars: 0 });
    } else if (message.role === 'tool') {
      const callId = text(message.toolCallId);
      push({ type: 'block', role: 'tool', part: 'toolResult', chars: size, ...(callId ? { callId } : {}) });
    } else if (message.role === 'assistant') {
      // Replies of an imported session: known as text, not as requests.
      const calls = list(message.toolCalls).reduce<number>((sum, call) => sum + jsonChars(call), 0);
      push({ type: 'block', role: 'user', part: 'summary', chars: size + calls });
    } else push({ type: 'block', role: 'system', part: 'text', chars: size });
    return undefined;
  }

  function compact(line: Fields, atMs: number): void {
    const tokensBefore = wholeTokens(line.tokensBefore);
    const tokensAfter = wholeTokens(line.tokensAfter);
    push({
      type: 'boundary',
      kind: 'compaction',
      atMs,
      ...(tokensBefore ? { tokensBefore } : {}),
      ...(tokensAfter === undefined ? {} : { tokensAfter }),
    });
    const summary = line.contextSummary ?? line.summary;
    const size = typeof summary === 'string' ? summary.length : contentChars(fields(summary)?.content);
    if (size > 0) push({ type: 'block', role: 'user', part: 'summary', chars: size });
  }

  function pushRequest(
    thread: ThreadId,
    requestId: string,
    atMs: number,
    usage: TokenUsage,
    more: Pick<RequestEvent, 'messageId'>,
    alias?: string,
  ): void {
    state.asked = true;
    // A usage names the model as the user's configuration does; the request before it as the provider does.
    const isNewest = alias === undefined || state.sent?.alias === undefined || state.sent.alias === alias;
    const sent = isNewest ? state.sent : state.sentBefore?.alias === alias ? state.sentBefore : undefined;
    const model = sent?.model ?? alias ?? state.alias ?? 'unknown';
    const provider = kimiProvider(model, sent?.provider);
    push({ type: 'request', requestId, atMs, provider, model, usage, ...more }, thread);
  }

  function push(event: Untold, thread: ThreadId = MAIN): void {
    events.push({
      ...event,
      sessionId: file.sessionId,
      thread: thread === MAIN ? own : `${own} ${thread}`,
    } as AgentEvent);
  }

  return {
    /** From now on for another record. @returns where its events will stand */
    begin: (): AgentEvent[] => {
      events = [];
      return events;
    },
    own,
    isTask,
    push,
    pushRequest,
    tellLaunch,
    tellProfile,
    tellMessage,
    compact,
  };
}

/** The thread of the file itself, beside its asides. */
export const MAIN = MAIN_THREAD;
