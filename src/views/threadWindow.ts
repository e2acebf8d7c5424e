import { type ContextWindow, contextWindow } from '../ledger/contextWindow.ts';
import type { ThreadStateRow } from '../queries/threads.ts';

/** The size of a stored thread's context window, and where it comes from. */
export const threadWindow = (thread: ThreadStateRow): ContextWindow =>
  contextWindow({
    windowTokens: thread.windowTokens ?? undefined,
    windowSource: thread.windowSource ?? undefined,
    peakTokens: thread.peakTokens,
    model: thread.model ?? undefined,
  });
