import { type Composition, entry } from './composition.ts';
import { type HoldingsLog, ownerNumber } from './holdings.ts';
import type { KindSum } from './promptShares.ts';
import type { KindTokens } from './rows.ts';
import type { ThreadState } from './threadState.ts';

/** A thread's state as plain data. It is stored with every commit: a long composition is written as numbers. */
export interface SavedThread extends Omit<ThreadState, 'composition' | 'log' | 'byKind' | 'calls' | 'exactReplies'> {
  /** `[owner, tokens, 1 = a tool's result, ...]` */
  composition: number[];
  log: Omit<HoldingsLog, 'numbers' | 'ended'>;
  byKind: KindTokens[];
  calls: Entries<ThreadState['calls']>;
  exactReplies: Entries<ThreadState['exactReplies']>;
}

type Entries<Of> = Of extends Map<infer Key, infer Value> ? [Key, Value][] : never;

export function savedThread(state: ThreadState): SavedThread {
  const { numbers: _, ended: __, ...log } = state.log;
  const composition: number[] = [];
  for (const { kind, target, tokens, isResult } of state.composition)
    composition.push(ownerNumber(state.log, kind, target), tokens, isResult ? 1 : 0);
  const { calls, exactReplies } = state;
  const byKind = state.byKind.map(({ kind, tokens }): KindTokens => [kind, tokens]);
  return { ...state, composition, log, byKind, calls: [...calls], exactReplies: [...exactReplies] };
}

/** The state that was saved; it shares nothing with what was given. */
export function openThread(saved: SavedThread): ThreadState {
  const { composition: packed, log, byKind, calls, exactReplies, ...rest } = structuredClone(saved);
  const composition: Composition = [];
  for (let at = 0; at < packed.length; at += 3) {
    const [kind, target] = log.owners[packed[at] as number] ?? ['unattributed', ''];
    composition.push(entry(kind, target, packed[at + 1] as number, packed[at + 2] === 1));
  }
  const opened: HoldingsLog = { ...log, owners: [], numbers: new Map(), ended: [] };
  for (const [kind, target] of log.owners) ownerNumber(opened, kind, target);
  const sums = byKind.map(([kind, tokens]): KindSum => ({ kind, tokens, taken: 0 }));
  const maps = { calls: new Map(calls), exactReplies: new Map(exactReplies) };
  return { ...rest, ...maps, byKind: sums, composition, log: opened };
}
