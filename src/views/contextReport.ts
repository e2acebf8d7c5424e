import type { ThreadStateRow } from '../queries/threads.ts';
import { threadWindow } from './threadWindow.ts';
import type { ContextReport } from './usageReport.ts';

/** How full a thread's context window is, in figures. */
export function contextReport(thread: ThreadStateRow): ContextReport {
  const window = threadWindow(thread);
  return {
    tokens: thread.contextTokens,
    window: window.tokens,
    window_source: window.source,
    percent: Math.round((thread.contextTokens / window.tokens) * 1000) / 10,
    compacts_at: thread.compactedAtTokens,
    tokens_until_compaction:
      thread.compactedAtTokens === null ? null : Math.max(0, thread.compactedAtTokens - thread.contextTokens),
  };
}
