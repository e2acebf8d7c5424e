import { catalogueWindow } from './price.ts';
import type { ThreadRow } from './rows.ts';

/** How large a context window is, and why we think so. */
export interface ContextWindow {
  tokens: number;
  source: 'reported' | 'observed' | 'settings' | 'catalogue' | 'default';
}

/** Windows that models are sold with; an observed size is rounded up to the next of these. */
const KNOWN_SIZES = [200_000, 272_000, 400_000, 1_000_000, 1_050_000, 2_000_000];

const DEFAULT_TOKENS = 200_000;

/**
 * The size of a thread's context window by falling trust: the agent's own record, then the agent's settings, then the model catalogue,
 * then 200,000. A request larger than that proves it wrong: the next size that models are sold with is taken as observed.
 */
export function contextWindow(
  thread: Pick<ThreadRow, 'windowTokens' | 'windowSource' | 'peakTokens' | 'model'> & { provider?: string },
): ContextWindow {
  if (thread.windowTokens !== undefined && thread.windowSource === 'reported')
    return { tokens: thread.windowTokens, source: 'reported' };
  const presumed = presumedWindow(thread);
  if (thread.peakTokens <= presumed.tokens) return presumed;
  const larger = KNOWN_SIZES.find((size) => size >= thread.peakTokens) ?? thread.peakTokens;
  return { tokens: larger, source: 'observed' };
}

function presumedWindow(thread: Parameters<typeof contextWindow>[0]): ContextWindow {
  if (thread.windowTokens !== undefined) return { tokens: thread.windowTokens, source: 'settings' };
  const listed = thread.model === undefined ? undefined : catalogueWindow(thread.provider ?? '', thread.model);
  if (listed !== undefined && listed > 0) return { tokens: listed, source: 'catalogue' };
  return { tokens: DEFAULT_TOKENS, source: 'default' };
}
