import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AgentEvent, TokenUsage, ToolKind } from '../../../src/agents/event.ts';
import { openFileFold } from '../../../src/ledger/fileFold.ts';
import { type OwnerSum, ownerSums } from '../../../src/ledger/ownerSums.ts';
import { replay } from '../../../src/ledger/replay.ts';
import type { LedgerRows, RequestRow, ThreadRow } from '../../../src/ledger/rows.ts';

export const at = { sessionId: 's', thread: 'main' } as const;
export const CLASSES = ['input', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'output'] as const;

export const usage = (part: Partial<TokenUsage>): TokenUsage => ({
  input: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  output: 0,
  reasoning: 0,
  ...part,
});

export const request = (requestId: string, part: Partial<TokenUsage>, more: object = {}): AgentEvent => ({
  ...at,
  type: 'request',
  requestId,
  atMs: 1000,
  provider: 'anthropic',
  model: 'claude-sonnet-4-5',
  usage: usage(part),
  ...more,
});

export const text = (role: 'user' | 'model' | 'system', chars: number, requestId?: string): AgentEvent => ({
  ...at,
  type: 'block',
  role,
  part: 'text',
  chars,
  requestId,
});

export const call = (
  callId: string,
  kind: ToolKind,
  target: string,
  chars: number,
  requestId?: string,
): AgentEvent => ({
  ...at,
  type: 'block',
  role: 'model',
  part: 'toolCall',
  chars,
  callId,
  requestId,
  tool: { name: kind, kind, target },
});

export const result = (callId: string, chars: number): AgentEvent => ({
  ...at,
  type: 'block',
  role: 'tool',
  part: 'toolResult',
  chars,
  callId,
});

/** Folds events as they are; with `cuts`, takes rows and restarts from the saved state after each of these events. */
export function fold(events: AgentEvent[], cuts: number[] = []): Folded {
  const requests = new Map<string, RequestRow>();
  const threads = new Map<string, ThreadRow>();
  const logs = new Map<string, string[]>();
  const take = (rows: LedgerRows): void => {
    for (const row of rows.requests) requests.set(row.requestId, row);
    for (const row of rows.threads) threads.set(`${row.sessionId}/${row.thread}`, row);
    for (const { sessionId, thread, parts } of rows.holdings) {
      const log = logs.get(`${sessionId}/${thread}`) ?? [];
      for (const { part, text: turns } of parts) log[part] = turns;
      logs.set(`${sessionId}/${thread}`, log);
    }
  };
  let files = openFileFold();
  events.forEach((event, index) => {
    assert.ok(files);
    files.apply(event, index);
    if (!cuts.includes(index)) return;
    take(files.takeRows());
    files = openFileFold(JSON.parse(JSON.stringify(files.state())));
  });
  assert.ok(files);
  take(files.takeRows());
  return { requests: [...requests.values()], threads: [...threads.values()], logs };
}

/** What a fold told, and the log of each thread. */
export interface Folded {
  requests: RequestRow[];
  threads: ThreadRow[];
  logs: Map<string, string[]>;
}

/** What each owner is owed for the requests, as a replay of the log of a thread says. */
export function owners({ requests, logs }: Folded, thread = 's/main'): OwnerSum[] {
  const sums = ownerSums();
  const ofThread = requests.filter((row) => `${row.sessionId}/${row.thread}` === thread);
  replay(
    logs.get(thread) ?? [],
    ofThread.map((row) => ({ ...row, turn: row.turn ?? -1 })).toSorted((a, b) => a.turn - b.turn),
    sums,
    { window: 'now' },
  );
  return sums.all();
}

export const sharesOf = (row: RequestRow | undefined): Record<string, object> =>
  Object.fromEntries((row?.shares ?? []).map((share) => [share.kind, share.usage]));

export const inWindow = (folded: Folded): Record<string, number> =>
  Object.fromEntries(
    owners(folded)
      .filter((owner) => owner.inWindow > 0)
      .map((owner) => [`${owner.kind} ${owner.target}`.trim(), owner.inWindow]),
  );

export const arbitraryUsage = fc.record({
  input: fc.nat(5000),
  cacheRead: fc.nat(200_000),
  cacheWrite5m: fc.nat(20_000),
  cacheWrite1h: fc.nat(20_000),
  output: fc.nat(4000),
  reasoning: fc.constant(0),
});
