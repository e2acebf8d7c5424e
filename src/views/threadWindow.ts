import { type ContextWindow, contextWindow } from '../ledger/contextWindow.ts';
import type { ThreadStateRow } from '../queries/threads.ts';
import { exactNumber } from './format.ts';
import { t } from './text.ts';

/** The size of a stored thread's context window, and where it comes from. */
export const threadWindow = (thread: ThreadStateRow): ContextWindow =>
  contextWindow({
    windowTokens: thread.windowTokens ?? undefined,
    windowSource: thread.windowSource ?? undefined,
    peakTokens: thread.peakTokens,
    compactedAtTokens: thread.compactedAtTokens ?? undefined,
    model: thread.model ?? undefined,
  });

/** `About 34,000 tokens until the agent compacts: last time it did at 167,000`; `undefined` where no compaction tells. */
export function untilCompaction(thread: ThreadStateRow, locale: string): string | undefined {
  const { compactedAtTokens: compactsAt, contextTokens: tokens } = thread;
  if (compactsAt === null) return undefined;
  const last = exactNumber(compactsAt, locale);
  return tokens < compactsAt
    ? t(
        'About {0} tokens until the agent compacts: last time it did at {1}',
        exactNumber(compactsAt - tokens, locale),
        last,
      )
    : t('The agent may compact at any moment: last time it did at {0}', last);
}
