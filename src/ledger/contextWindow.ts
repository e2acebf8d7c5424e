import { catalogueWindow } from './price.ts';
import type { ThreadRow } from './rows.ts';

/** How large a context window is, and why we think so. */
export interface ContextWindow {
  tokens: number;
  source: 'reported' | 'observed' | 'settings' | 'catalogue' | 'default';
}

/** Windows that models are sold with; an observed size is rounded up to the next of these. Anthropic's come in two sizes. */
const KNOWN_SIZES = [200_000, 272_000, 400_000, 1_000_000, 1_050_000, 2_000_000];
const CLAUDE_SIZES = [200_000, 1_000_000];

const DEFAULT_TOKENS = 200_000;

/** Agents compact by themselves when more than this share of the window is used; one that does so earlier has a smaller window. */
const LEAST_COMPACTED_SHARE = 0.5;

/** What is known of a thread's window. */
export type WindowEvidence = Pick<
  ThreadRow,
  'windowTokens' | 'windowSource' | 'peakTokens' | 'compactedAtTokens' | 'model'
> & { provider?: string };

/**
 * The size of a thread's context window by falling trust: the agent's own record, then what was observed, then the agent's settings, then
 * the model catalogue, then 200,000. Observed is a request larger than the presumed size, or a compaction that the agent made by itself
 * long before that size was reached.
 */
export function contextWindow(thread: WindowEvidence): ContextWindow {
  if (thread.windowTokens !== undefined && thread.windowSource === 'reported')
    return { tokens: thread.windowTokens, source: 'reported' };
  const presumed = presumedWindow(thread);
  const sizes = thread.model !== undefined && /claude/i.test(thread.model) ? CLAUDE_SIZES : KNOWN_SIZES;
  const next = (tokens: number): number => sizes.find((size) => size >= tokens) ?? tokens;
  if (thread.peakTokens > presumed.tokens) return { tokens: next(thread.peakTokens), source: 'observed' };
  const compactedAt = presumed.source === 'catalogue' ? thread.compactedAtTokens : undefined;
  if (compactedAt !== undefined && compactedAt < presumed.tokens * LEAST_COMPACTED_SHARE) {
    const observed = next(Math.max(compactedAt, thread.peakTokens));
    if (observed < presumed.tokens) return { tokens: observed, source: 'observed' };
  }
  return presumed;
}

function presumedWindow(thread: WindowEvidence): ContextWindow {
  if (thread.windowTokens !== undefined) return { tokens: thread.windowTokens, source: 'settings' };
  const listed = thread.model === undefined ? undefined : catalogueWindow(thread.provider ?? '', thread.model);
  if (listed !== undefined && listed > 0) return { tokens: listed, source: 'catalogue' };
  return { tokens: DEFAULT_TOKENS, source: 'default' };
}
