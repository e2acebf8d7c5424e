import type { SessionId, ThreadId } from '../agents/event.ts';
import { beginningOf, type Composition, compositionAfterCompaction, entryOf, sizeOf } from './composition.ts';
import { packEntries, type Step, takeParts } from './holdings.ts';
import { replyComposition } from './openRequest.ts';
import { addByKind } from './promptShares.ts';
import type { HoldingsRow, KindTokens, ThreadLaunch, ThreadRow } from './rows.ts';
import { turnOf } from './threadFold.ts';
import { newThread, type ThreadState } from './threadState.ts';

/** What fills the window now: the newest prompt and its reply, or what is known right after a boundary. */
function compositionNow(state: ThreadState): Composition {
  const newest = state.recent.at(-1);
  if (state.segment === 'running') {
    const all = [...state.composition, ...(newest ? replyComposition(newest) : [])];
    return state.rewound?.size === undefined ? all : beginningOf(all, state.rewound.size);
  }
  const arrived = state.arrivals.map((arrival) => entryOf(arrival, arrival.weight));
  const known = sizeOf(state.composition) + sizeOf(arrived);
  return compositionAfterCompaction(Math.max(known, state.tokensAfterBoundary ?? 0), state.composition, state.arrivals);
}

/** The thread as a row. `windowKinds` sum to `contextTokens`. */
export function threadRow(state: ThreadState, sessionId: SessionId, thread: ThreadId): ThreadRow {
  const composition = compositionNow(state);
  return {
    sessionId,
    thread,
    agentName: state.agentName,
    parentThread: state.parentThread,
    launchCallId: state.launchCallId,
    model: state.model,
    lastAtMs: state.lastAtMs,
    contextTokens: sizeOf(composition),
    contextEstimated: state.segment !== 'running' || state.rewound !== undefined,
    peakTokens: state.peakTokens,
    windowTokens: state.windowTokens,
    windowSource: state.windowSource,
    compactedAtMs: state.compactedAtMs,
    compactedAtTokens: state.compactedAtTokens,
    windowKinds: addByKind([], composition)
      .filter(({ tokens }) => tokens > 0)
      .map(({ kind, tokens }): KindTokens => [kind, tokens]),
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

/** What changed in the thread's log since it was last asked. */
export function holdingsRow(state: ThreadState, sessionId: SessionId, thread: ThreadId): HoldingsRow {
  const { log, recent } = state;
  const newest = recent.at(-1);
  const now = (): Step =>
    state.segment === 'running' && !state.rewound
      ? [0, packEntries(log, newest ? replyComposition(newest) : [])]
      : [-1, packEntries(log, compositionNow(state))];
  return {
    sessionId,
    thread,
    parts: takeParts(log, () => ({ turns: recent.map((request) => turnOf(log, request)), now: now() })),
  };
}
