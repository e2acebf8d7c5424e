import type { ThreadId } from '../agents/event.ts';
import type { Arrival, Composition } from './composition.ts';
import { emptyLog, type HoldingsLog } from './holdings.ts';
import type { Kind } from './kind.ts';
import type { OpenRequest } from './openRequest.ts';
import type { KindSum } from './promptShares.ts';
import { noTextRate, type TextRate } from './textRate.ts';

/** One thread's context. `savedThread.ts` makes plain data of it that survives a restart. */
export interface ThreadState {
  agentName: string;
  /** Of a subagent: who launched it, and by which tool call. */
  parentThread?: ThreadId;
  launchCallId?: string;
  model?: string;
  lastAtMs: number;
  /** The prompt of the newest request, or what a boundary left of it. */
  composition: Composition;
  /** What the segment's first prompt began with: it survives a compaction, also where later requests were made without all of it. */
  preamble: Composition;
  /** Sums of the composition by kind. */
  byKind: KindSum[];
  /** The prompt of the next request begins a segment: nothing is before it, or a compaction. */
  segment: 'first' | 'afterCompaction' | 'running';
  /** The agent's own figure for the context after a boundary, until a request tells. */
  tokensAfterBoundary?: number;
  /** The conversation was taken back, to this size where it is known; until the next request. */
  rewound?: { size?: number };
  /** Size of the context when each of the newest tasks began, since the last boundary that broke it. */
  taskSizes: number[];
  /** What entered since the newest request was opened, its own reply aside. */
  arrivals: Arrival[];
  /** A reply whose usage has not been recorded yet: its blocks, its tool calls, and results of those, which belong behind it. */
  upcoming: { reply: Arrival[]; chars: number; thinking: Thinking; calls: string[]; results: Arrival[] };
  /** The newest requests, oldest first; the last one's reply is not yet a part of the composition. */
  recent: OpenRequest[];
  /** Tool calls whose results may still come: call id → owner. */
  calls: Map<string, { kind: Kind; target: string }>;
  log: HoldingsLog;
  /** How the text that enters this thread becomes tokens. */
  textRate: TextRate;
  /** Size of the replies whose output is recorded exactly, by model: what an estimate is calibrated on. */
  exactReplies: Map<string, { chars: number; tokens: number }>;
  taskId?: string;
  peakTokens: number;
  windowTokens?: number;
  windowSource?: 'reported' | 'settings';
  compactedAtMs?: number;
  compactedAtTokens?: number;
  /** Only copies were seen: another file owns this thread. */
  onlyCopies: boolean;
  /** Changed requests that are no longer correctable. */
  settled: OpenRequest[];
}

/** Whether reasoning was recorded with its text, and whether without. */
type Thinking = { shows: boolean; hides: boolean };

export const nothingUpcoming = (): ThreadState['upcoming'] => ({
  reply: [],
  chars: 0,
  thinking: { shows: false, hides: false },
  calls: [],
  results: [],
});

/** With all fields from the beginning: all threads have one shape. */
export function newThread(thread: ThreadId): ThreadState {
  return {
    agentName: thread,
    parentThread: undefined,
    launchCallId: undefined,
    model: undefined,
    lastAtMs: 0,
    composition: [],
    preamble: [],
    byKind: [],
    segment: 'first',
    tokensAfterBoundary: undefined,
    rewound: undefined,
    taskSizes: [],
    arrivals: [],
    upcoming: nothingUpcoming(),
    recent: [],
    calls: new Map(),
    log: emptyLog(),
    textRate: noTextRate(),
    exactReplies: new Map(),
    taskId: undefined,
    peakTokens: 0,
    windowTokens: undefined,
    windowSource: undefined,
    compactedAtMs: undefined,
    compactedAtTokens: undefined,
    onlyCopies: true,
    settled: [],
  };
}
