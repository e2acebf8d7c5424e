import { attachmentBlocks, systemBlocks } from './claudeCodeHead.ts';
import type { ClaudeFile } from './claudeCodeSession.ts';
import { type ClaudeState, threadState } from './claudeCodeState.ts';
import type { ClaudeTelling } from './claudeCodeTelling.ts';
import { costStateSums } from './claudeCodeUsage.ts';
import { MAIN_THREAD, type ThreadId } from './event.ts';
import { type Fields, fields, text } from './fields.ts';
import { wholeTokens } from './tokenCount.ts';

/** Readers of the rows that are few and read as a whole. Each returns why the row was refused, or `undefined`. */
export interface RareRows {
  attachment(row: Fields, atMs: number): string | undefined;
  system(row: Fields, atMs: number): string | undefined;
  /** What the agent sent as a request, without its messages. */
  shape(row: Fields): string | undefined;
  costState(row: Fields, atMs: number): string | undefined;
}

export function rareRows(file: ClaudeFile, state: ClaudeState, told: ClaudeTelling): RareRows {
  const { push, pushBlock, threadOf } = told;

  function attachment(row: Fields, atMs: number): string | undefined {
    const attached = fields(row.attachment);
    if (!attached) return 'attachment row without an attachment';
    const thread = threadOf(row);
    if (attached.type === 'prompt_snapshot') tellSystem(thread, attached.systemPrompt, attached.tools);
    for (const block of attachmentBlocks(row, attached)) pushBlock(thread, block);
    // A prompt typed while the agent worked is handed over as an attachment.
    if (
      attached.type === 'queued_command' &&
      thread === MAIN_THREAD &&
      (attached.commandMode ?? 'prompt') === 'prompt'
    ) {
      push({ type: 'task', thread, taskId: text(row.uuid) ?? `queued@${atMs}`, atMs });
    }
    return undefined;
  }

  function system(row: Fields, atMs: number): undefined {
    if (row.subtype !== 'compact_boundary') return undefined;
    const thread = threadOf(row);
    const metadata = fields(row.compactMetadata);
    const before = wholeTokens(metadata?.preTokens);
    const after = wholeTokens(metadata?.postTokens);
    push({
      type: 'boundary',
      thread,
      kind: 'compaction',
      atMs,
      ...(metadata?.trigger === 'auto' ? { isAutomatic: true } : {}),
      ...(before === undefined ? {} : { tokensBefore: before }),
      ...(after === undefined ? {} : { tokensAfter: after }),
    });
    Object.assign(threadState(state, thread), { asked: false, system: false, tools: false });
    return undefined;
  }

  function shape(row: Fields): undefined {
    const sent = fields(row.shape);
    tellSystem(file.agent ?? MAIN_THREAD, sent?.system, sent?.tools);
    return undefined;
  }

  function costState(row: Fields, atMs: number): string | undefined {
    const sums = costStateSums(row);
    for (const sum of sums ?? []) push({ type: 'unlisted', thread: MAIN_THREAD, atMs, ...sum });
    return sums ? undefined : 'impossible usage';
  }

  /**
   * System prompt and tool definitions, once for each stretch of the thread that a first request opens. Some versions tell the tools only
   * after that request.
   */
  function tellSystem(thread: ThreadId, system: unknown, tools: unknown): void {
    const known = threadState(state, thread);
    if (known.system && known.tools) return;
    const blocks = systemBlocks(system, tools);
    const late = known.asked ? { stoodBefore: true as const } : {};
    if (!known.system) for (const block of blocks.system) pushBlock(thread, { ...block, ...late });
    if (!known.tools) for (const block of blocks.tools) pushBlock(thread, { ...block, ...late });
    known.system ||= blocks.system.length > 0;
    known.tools ||= blocks.tools.length > 0;
  }

  return { attachment, system, shape, costState };
}
