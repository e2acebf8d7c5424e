import { type AgentEvent, MAIN_THREAD, type ThreadId, type TokenUsage, type Untold } from './event.ts';
import { type Fields, fields, list, text } from './fields.ts';
import { type ContentBlock, promptBlocks } from './geminiContent.ts';
import { qwenProvider } from './qwenCodeModel.ts';
import { type QwenFile, type QwenState, type QwenThread, qwenThread } from './qwenCodeState.ts';
import { freshFacts, type SessionFacts } from './sessionFacts.ts';
import { wholeTokens } from './tokenCount.ts';

/** Status of a compaction that took place. */
const COMPRESSED = 1;
const LONGEST_TITLE = 200;

/** Tells what the rows of a Qwen Code transcript say: of the session, of a thread's context, of its requests. */
export function qwenTeller(state: QwenState, file: QwenFile) {
  let events: AgentEvent[] = [];

  /** Tells what a row says of the session. A subagent's rows say no more than its type and folder. */
  function tellPlace(row: Fields, atMs: number, thread: ThreadId): void {
    const workspace = state.told.workspace ?? text(row.cwd);
    if (thread !== MAIN_THREAD) {
      const known = qwenThread(state, thread);
      const agentName = file.agentName ?? text(row.agentName);
      if (!known.named && agentName !== undefined) push(thread, { type: 'session', agentName, ...launchOf(thread) });
      known.named ||= agentName !== undefined;
      if (file.agent !== undefined) tell(thread, { workspace, account: file.account });
      return;
    }
    const parent = text(fields(row.forkedFrom)?.sessionId);
    tell(thread, {
      agentName: MAIN_THREAD,
      workspace,
      account: file.account,
      startedAtMs: state.told.startedAtMs ?? atMs,
      gitBranch: text(row.gitBranch),
      version: text(row.version),
      parentSessionId: parent,
    });
    if (parent !== undefined && !state.forked) push(thread, { type: 'boundary', kind: 'fork', atMs });
    state.forked ||= parent !== undefined;
  }

  function tellTitle(payload: Fields): void {
    const title = text(payload.customTitle)?.slice(0, LONGEST_TITLE);
    const isOwn = payload.titleSource !== 'auto';
    if (!title || (state.hasOwnTitle && !isOwn)) return;
    if (isOwn) state.hasOwnTitle = true;
    tell(MAIN_THREAD, { title });
  }

  function launchOf(thread: ThreadId): Pick<SessionFacts, 'parentThread' | 'launchCallId'> {
    const { agent, parentThread, launchCallId } = file;
    if (thread !== agent) return {};
    return {
      ...(parentThread === undefined ? {} : { parentThread }),
      ...(launchCallId === undefined ? {} : { launchCallId }),
    };
  }

  function launch(thread: ThreadId, known: QwenThread, atMs: number): void {
    if (!known.launched) push(thread, { type: 'task', taskId: thread, atMs });
    known.launched = true;
  }

  function tellWindow(row: Fields, atMs: number, thread: ThreadId, known: QwenThread): void {
    const tokens = wholeTokens(row.contextWindowSize);
    if (!tokens || tokens === known.windowTokens) return;
    known.windowTokens = tokens;
    push(thread, { type: 'window', tokens, atMs, source: 'reported' });
  }

  function request(
    thread: ThreadId,
    requestId: string,
    atMs: number,
    model: string,
    usage: TokenUsage,
    isCopy: boolean,
  ): void {
    const provider = qwenProvider(model);
    push(thread, { type: 'request', requestId, atMs, provider, model, usage, ...(isCopy ? { isCopy } : {}) });
  }

  function compact(payload: Fields, atMs: number, thread: ThreadId): void {
    const info = fields(payload.info);
    if (info?.compressionStatus !== undefined && info.compressionStatus !== COMPRESSED) return;
    const before = wholeTokens(info?.originalTokenCount);
    const after = wholeTokens(info?.newTokenCount);
    push(thread, {
      type: 'boundary',
      kind: 'compaction',
      atMs,
      ...(before === undefined ? {} : { tokensBefore: before }),
      ...(after === undefined ? {} : { tokensAfter: after }),
    });
    tellHistory(thread, payload.compressedHistory);
  }

  function tellHistory(thread: ThreadId, history: unknown): void {
    for (const block of historyBlocks(history)) push(thread, { type: 'block', ...block });
  }

  /** Tells those facts that are new. */
  function tell(thread: ThreadId, facts: SessionFacts): void {
    const fresh = freshFacts(state.told, facts);
    if (fresh) push(thread, { type: 'session', ...fresh });
  }

  function push(thread: ThreadId, event: Untold): void {
    events.push({ ...event, sessionId: file.session, thread } as AgentEvent);
  }

  return {
    /** From now on for another row. @returns where its events will stand */
    begin: (): AgentEvent[] => {
      events = [];
      return events;
    },
    push,
    launch,
    request,
    compact,
    tellHistory,
    tellPlace,
    tellTitle,
    tellWindow,
  };
}

/** The messages that a context begins with, after a compaction or in a forked subagent: results are their tools', all else is a summary. */
function historyBlocks(history: unknown): ContentBlock[] {
  return list(history)
    .flatMap((message) => promptBlocks(fields(message)?.parts))
    .map((block) => (block.role === 'tool' ? block : { ...block, role: 'user', part: 'summary' }));
}
