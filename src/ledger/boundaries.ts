import type { BoundaryEvent } from '../agents/event.ts';
import { sizeOf } from './composition.ts';
import { outputOf } from './openRequest.ts';
import { nothingUpcoming, type ThreadState } from './threadState.ts';

/** A break in a thread's context: a compaction, a clear, a rewind. */
export function foldBoundary(state: ThreadState, event: BoundaryEvent): void {
  state.lastAtMs = Math.max(state.lastAtMs, event.atMs);
  if (event.kind === 'fork') return;
  if (event.kind === 'rewind') {
    rewind(state, event.tasksBack);
    return;
  }
  const before = sizeOf(state.composition);
  state.composition = state.preamble.map((entry) => ({ ...entry }));
  state.arrivals = [];
  state.rewound = undefined;
  state.taskSizes = [];
  state.segment = event.kind === 'clear' ? 'first' : 'afterCompaction';
  state.tokensAfterBoundary = event.tokensAfter;
  if (event.kind === 'clear') {
    state.compactedAtMs = undefined;
    return;
  }
  state.compactedAtMs = event.atMs;
  if (event.isAutomatic) state.compactedAtTokens = event.tokensBefore ?? (before > 0 ? before : undefined);
  state.peakTokens = Math.max(state.peakTokens, event.tokensBefore ?? 0);
}

/** How many tasks back the size of the context is remembered. */
const REMEMBERED_TASKS = 64;

/** A task begins with the context as the newest request left it. */
export function rememberTask({ taskSizes, segment, composition, recent }: ThreadState): void {
  const newest = recent.at(-1);
  const isKnown = segment === 'running' && newest !== undefined;
  taskSizes.push(isKnown ? sizeOf(composition) + outputOf(newest).tokens : 0);
  if (taskSizes.length > REMEMBERED_TASKS) taskSizes.shift();
}

/** The newest tasks are taken back: the context is what it was when the first of them began. */
function rewind(state: ThreadState, tasksBack: number | undefined): void {
  const taken = tasksBack === undefined ? [] : state.taskSizes.splice(-tasksBack);
  state.arrivals = [];
  state.upcoming = nothingUpcoming();
  state.rewound = taken.length === tasksBack ? { size: taken[0] } : {};
}
