import type { JsonValue } from '../transcripts/json.ts';
import type { TranscriptRecord } from '../transcripts/record.ts';
import type { RecordReading, TranscriptReader } from './agent.ts';
import { blockOf } from './blockOf.ts';
import { asideEvents, searchesOf } from './claudeCodeAsides.ts';
import { promptBlocks, replyBlocks } from './claudeCodeBlocks.ts';
import { claudeRequestId, lastMessage } from './claudeCodeIdentity.ts';
import { claudeLimitReached } from './claudeCodeLimits.ts';
import { userRowKind } from './claudeCodePrompt.ts';
import { rareRows } from './claudeCodeRareRows.ts';
import { claudeRow } from './claudeCodeScan.ts';
import { type ClaudeFile, launchedThread, titleFact } from './claudeCodeSession.ts';
import { claudeState, launchedBy, newThread, rememberLaunch, threadState } from './claudeCodeState.ts';
import { claudeTelling } from './claudeCodeTelling.ts';
import { CLAUDE_USAGE_FIELDS, claudeProvider, claudeUsage, isCutShort, recordsMostOutputs } from './claudeCodeUsage.ts';
import { type BlockEvent, MAIN_THREAD, type RequestEvent, type ThreadId } from './event.ts';
import { type Fields, fields, list, plainName, text, timeMs, unknownFields } from './fields.ts';

/** Row types that tell nothing of tokens. */
const SILENT_ROWS = new Set(
  'summary file-history-snapshot file-history-delta queue-operation last-prompt agent-name agent-color agent-setting permission-mode mode pr-link worktree-state atis-latch bridge-session tools-used api-request api-request-blob started result tag task-summary speculation-accept content-replacement marble-origami-commit marble-origami-snapshot'.split(
    ' ',
  ),
);
/** The prompt by which 2.0.x fills the cache for subagents that nobody has launched. */
const WARMUP = 'Warmup';
const LONG_CONTEXT_TOKENS = 1_000_000;

/** A reader for a Claude Code transcript. */
export function readClaudeRecords(file: ClaudeFile, saved?: JsonValue): TranscriptReader | undefined {
  const remembered = claudeState(saved);
  if (!remembered) return undefined;
  const state = remembered;
  const told = claudeTelling(file, state);
  const { push, pushBlock, tell, tellPlace, threadOf, sessionId, isCopy } = told;
  const rare = rareRows(file, state, told);
  let newFields: string[] = [];
  /** Nearly always the next one is the same. */
  let newestModel = '';
  let newestProvider = '';
  function read(record: TranscriptRecord): RecordReading {
    const row = claudeRow(record);
    // What all rows have is taken from the scanned one, as those that are parsed have many shapes.
    const common = (record.value as Fields | undefined) ?? row;
    const type = common?.type;
    if (!row || !common || typeof type !== 'string')
      return { events: [], outcome: 'rejected', detail: row ? 'no type' : 'not a JSON object' };
    const events = told.begin();
    newFields = [];
    state.session ??= text(common.sessionId);
    const atMs = timeMs(common.timestamp) ?? state.lastAtMs;
    // Rows outside the tree are never copied into a fork, so the first of them tells when the file began.
    if (state.lastAtMs === undefined && atMs !== undefined && common.uuid === undefined) state.bornAtMs = atMs;
    const detail = atMs === undefined ? readUntimed(row, type) : readTimed(row, type, atMs, record.offset);
    if (atMs !== undefined) state.lastAtMs = atMs;
    if (detail === undefined)
      return newFields.length > 0 ? { events, outcome: 'read', unknownFields: newFields } : { events, outcome: 'read' };
    return { events, outcome: detail.startsWith('?') ? 'unknown' : 'rejected', detail: detail.replace(/^\?/, '') };
  }

  /** Returns why the row was refused (`?` and the type when unknown), or `undefined`. */
  function readUntimed(row: Fields, type: string): string | undefined {
    if (type === 'ai-title' || type === 'custom-title') tell(MAIN_THREAD, titleFact(state, row));
    else if (type === 'assistant' || type === 'user') return 'no time';
    else if (!SILENT_ROWS.has(type) && !OTHER_ROWS.has(type)) return `?${plainName(type)}`;
    return undefined;
  }

  function readTimed(row: Fields, type: string, atMs: number, offset: number): string | undefined {
    switch (type) {
      case 'assistant':
        return readAssistant(row, atMs, threadOf(row));
      case 'user':
        return readUser(row, atMs, offset);
      case 'attachment':
        return rare.attachment(row, atMs);
      case 'system':
        return rare.system(row, atMs);
      case 'progress':
        return readProgress(row);
      case 'api-request-shape':
        return rare.shape(row);
      case 'cost-state':
        return rare.costState(row, atMs);
      case 'ai-title':
      case 'custom-title':
        tell(MAIN_THREAD, titleFact(state, row));
        return undefined;
      default:
        return SILENT_ROWS.has(type) ? undefined : `?${plainName(type)}`;
    }
  }

  function readAssistant(row: Fields, atMs: number, thread: ThreadId, isProgress = false): string | undefined {
    const message = fields(row.message);
    if (!message) return 'assistant row without a message';
    const model = text(message.model) ?? 'unknown';
    // A local error in the shape of a reply.
    if (model === '<synthetic>') {
      const limit = claudeLimitReached(message.content, atMs);
      if (limit)
        push({
          type: 'limit',
          thread,
          atMs,
          ...(file.account === undefined ? {} : { account: file.account }),
          ...limit,
        });
      return undefined;
    }
    const bare = hasLongContext(model) ? model.slice(0, -'[1m]'.length) : model;
    const stated = claudeUsage(message.usage);
    if (!stated) return message.usage === undefined ? 'no usage' : 'impossible usage';
    newFields = unknownFields(message.usage, CLAUDE_USAGE_FIELDS, 'usage');
    const known = isProgress ? newThread() : threadState(state, thread);
    const blocks = replyBlocks(message.content);
    const requestId = claudeRequestId(row, message, stated.usage, known.last);
    if (!isProgress) {
      tellPlace(row, atMs, thread);
      if (state.command && thread === MAIN_THREAD) {
        push({ type: 'task', thread, ...state.command });
        state.command = undefined;
      }
      for (let at = 0; at < blocks.length; at++) {
        const block = blocks[at] as BlockEvent;
        pushBlock(thread, block, requestId);
        if (block.part === 'toolCall') rememberCall(block, message.content);
      }
      known.asked = true;
      known.last = lastMessage(message, requestId, stated.usage, bare, known.last);
      if (known.windowModel !== model && (hasLongContext(model) || hasLongContext(row.requestedModel))) {
        known.windowModel = model;
        push({ type: 'window', thread, tokens: LONG_CONTEXT_TOKENS, atMs, source: 'settings' });
      }
    }
    const { usage } = stated;
    // Kept messages of a compaction are written anew with empty usage.
    if (usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h + usage.output === 0) return undefined;
    const isPlaceholder =
      typeof message.stop_reason !== 'string' || isCutShort(message, usage.output, blockChars(blocks));
    // All of one shape.
    const request: RequestEvent = {
      type: 'request',
      sessionId: sessionId(),
      thread,
      requestId,
      messageId: text(message.id),
      atMs,
      provider: providerOf(bare),
      model: bare,
      usage,
      webSearches: stated.webSearches,
      tier: stated.tier,
      contextTokens: stated.contextTokens,
      outputIsPlaceholder: isPlaceholder,
      keepPlaceholder: isPlaceholder && recordsMostOutputs(text(row.version) ?? state.told.version),
      isCopy: isProgress || isCopy(row, atMs),
    };
    push(request);
    if (stated.asides.length > 0) for (const event of asideEvents(request, stated.asides)) push(event);
    return undefined;
  }

  function readUser(row: Fields, atMs: number, offset: number): string | undefined {
    const message = fields(row.message);
    if (!message) return 'user row without a message';
    const { content } = message;
    const thread = threadOf(row);
    const known = threadState(state, thread);
    tellPlace(row, atMs, thread);
    const launched = launchedThread(state, row, thread);
    if (launched) push({ type: 'session', ...launched });
    if (known.last) known.last.answered = true;
    const searches = searchesOf(known.last, thread, fields(row.toolUseResult)?.searchCount, atMs);
    if (searches) push(searches);
    const taskId = text(row.uuid) ?? `${sessionId()}@${offset}`;
    const kind = userRowKind(row, content);
    if (thread !== MAIN_THREAD) {
      const isWarmup = content === WARMUP && file.agent !== undefined;
      if (isWarmup && !known.launched) push({ type: 'session', thread, agentName: 'warmup' });
      else if (!known.launched && !file.isInner) push({ type: 'task', thread, taskId, atMs });
      known.launched = true;
    } else if (kind === 'prompt') push({ type: 'task', thread, taskId, atMs });
    if (thread === MAIN_THREAD && kind !== 'other') state.command = kind === 'command' ? { taskId, atMs } : undefined;
    else if (typeof content === 'string' && content.startsWith('<local-command-')) state.command = undefined;
    if (row.isCompactSummary === true)
      pushBlock(thread, blockOf('user', 'summary', blockChars(promptBlocks(content, false))));
    else if (row.isVisibleInTranscriptOnly !== true) {
      const blocks = promptBlocks(content, row.isMeta === true);
      for (let at = 0; at < blocks.length; at++) pushBlock(thread, blocks[at] as BlockEvent);
    }
    return undefined;
  }

  /** Progress rows of a subagent hold whole copies of its messages: all that is left when its own file is gone. */
  function readProgress(row: Fields): string | undefined {
    const data = fields(row.data);
    const copy = fields(data?.message);
    const agent = text(data?.agentId);
    if (data?.type !== 'agent_progress' || copy?.type !== 'assistant' || !agent) return undefined;
    const agentName = launchedBy(state, row.parentToolUseID);
    const known = threadState(state, agent);
    if (agentName && !known.named) {
      const parentThread = file.agent ?? MAIN_THREAD;
      push({ type: 'session', thread: agent, agentName, parentThread, launchCallId: text(row.parentToolUseID) });
    }
    known.named ||= agentName !== undefined;
    const atMs = timeMs(copy.timestamp) ?? timeMs(row.timestamp) ?? state.lastAtMs;
    return atMs === undefined ? 'no time' : readAssistant(copy, atMs, agent, true);
  }

  function rememberCall(block: BlockEvent, content: unknown): void {
    if (block.tool?.kind !== 'task' || !block.tool.target || !block.callId) return;
    const call = list(content)
      .map(fields)
      .find((item) => item?.id === block.callId);
    rememberLaunch(state, block.callId, fields(call?.input)?.prompt, block.tool.target);
  }

  function providerOf(model: string): string {
    if (model !== newestModel) {
      newestModel = model;
      newestProvider = claudeProvider(model);
    }
    return newestProvider;
  }

  return { read, state: () => structuredClone(state) as unknown as JsonValue };
}

/** Row types that may stand in a file before the first time is known. */
const OTHER_ROWS = new Set(['attachment', 'system', 'progress', 'api-request-shape', 'cost-state']);

function blockChars(blocks: readonly BlockEvent[]): number {
  let sum = 0;
  for (let at = 0; at < blocks.length; at++) sum += (blocks[at] as BlockEvent).chars;
  return sum;
}

const hasLongContext = (model: unknown): boolean => typeof model === 'string' && model.endsWith('[1m]');
