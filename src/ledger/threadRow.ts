import type { SessionId, ThreadId } from '../agents/event.ts';
import { type Composition, compositionAfterCompaction, sizeOf } from './composition.ts';
import { sentTo } from './items.ts';
import { replyComposition } from './openRequest.ts';
import type { ItemRow, ThreadLaunch, ThreadRow } from './rows.ts';
import { newThread, type ThreadState } from './threadFold.ts';

/** What fills the window now: the newest prompt and its reply, or what is known right after a boundary. */
function compositionNow(state: ThreadState): Composition {
  const newest = state.recent.at(-1);
  if (state.segment === 'running') return [...state.composition, ...(newest ? replyComposition(newest) : [])];
  const arrived = state.arrivals.map(({ weight, ...owner }) => ({ ...owner, tokens: weight }));
  const known = sizeOf(state.composition) + sizeOf(arrived);
  return compositionAfterCompaction(Math.max(known, state.tokensAfterBoundary ?? 0), state.composition, state.arrivals);
}

/** The thread as a row. The items' `inWindow` sum to `contextTokens`. */
export function threadRow(state: ThreadState, sessionId: SessionId, thread: ThreadId): ThreadRow {
  const composition = compositionNow(state);
  const items = new Map<string, ItemRow>();
  const itemOf = (kind: ItemRow['kind'], target: string): ItemRow => {
    const key = `${kind}\n${target}`;
    const item = items.get(key) ?? { kind, target, calls: 0, inWindow: 0, spent: 0 };
    items.set(key, item);
    return item;
  };
  for (const known of Object.values(state.items.byKey)) {
    const item = itemOf(known.kind, known.target);
    item.calls = known.calls;
    item.spent = sentTo(state.items, known) + known.generated;
  }
  for (const request of state.recent)
    for (const entry of replyComposition(request)) itemOf(entry.kind, entry.target).spent += entry.tokens;
  for (const entry of composition) itemOf(entry.kind, entry.target).inWindow += entry.tokens;
  return {
    sessionId,
    thread,
    ...launchOf(state),
    model: state.model,
    lastAtMs: state.lastAtMs,
    contextTokens: sizeOf(composition),
    contextEstimated: state.segment !== 'running',
    peakTokens: state.peakTokens,
    windowTokens: state.windowTokens,
    windowSource: state.windowSource,
    compactedAtMs: state.compactedAtMs,
    compactedAtTokens: state.compactedAtTokens,
    items: [...items.values()],
  };
}

/** What is known of a thread's launch. */
function launchOf({ agentName, parentThread, launchCallId }: ThreadState): Omit<ThreadLaunch, 'sessionId' | 'thread'> {
  return { agentName, parentThread, launchCallId };
}

/** The row of a thread that another file describes: a file that launched it, or copies it, only adds what it knows of the launch. */
export function launchRow(state: ThreadState, sessionId: SessionId, thread: ThreadId): ThreadRow {
  return threadRow({ ...newThread(thread), ...launchOf(state) }, sessionId, thread);
}
