import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AgentEvent, ToolKind } from '../../../src/agents/event.ts';
import type { OwnerSum } from '../../../src/ledger/ownerSums.ts';
import type { RequestRow } from '../../../src/ledger/rows.ts';

import { arbitraryUsage, at, CLASSES, call, type Folded, fold, owners, request, result, text } from './foldedEvents.ts';

const arbitraryEvent: fc.Arbitrary<AgentEvent> = fc.oneof(
  fc
    .tuple(fc.nat(20), arbitraryUsage, fc.boolean())
    .map(([id, used, open]) => request(`r${id}`, used, { outputIsPlaceholder: open })),
  fc
    .tuple(fc.constantFrom('user' as const, 'system' as const), fc.nat(40_000))
    .map(([role, chars]) => text(role, chars)),
  fc.tuple(fc.nat(20), fc.nat(9000)).map(([id, chars]) => text('model', chars, `r${id}`)),
  fc
    .tuple(fc.nat(30), fc.constantFrom<ToolKind>('read', 'bash', 'mcp:x'), fc.nat(3000), fc.option(fc.nat(20)))
    .map(([id, kind, chars, of]) => call(`c${id}`, kind, `t${id % 3}`, chars, of === null ? undefined : `r${of}`)),
  fc.tuple(fc.nat(30), fc.nat(90_000)).map(([id, chars]) => result(`c${id}`, chars)),
  fc
    .tuple(
      fc.constantFrom<'compaction' | 'clear' | 'rewind' | 'fork'>('compaction', 'clear', 'rewind', 'fork'),
      fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    )
    .map(([kind, tasksBack]): AgentEvent => ({ ...at, type: 'boundary', kind, atMs: 5000, tasksBack })),
  fc.nat(9).map((id): AgentEvent => ({ ...at, type: 'task', taskId: `t${id}`, atMs: 4000 })),
);

describe('any sequence of events', () => {
  it('gives every token of every request one owner, in each class, and a window that sums to the context', () => {
    fc.assert(
      fc.property(fc.array(arbitraryEvent, { maxLength: 80 }), (events) => {
        const { requests, threads } = fold(events);
        for (const row of requests)
          for (const tokenClass of CLASSES) {
            const parts = row.shares.map((share) => share.usage[tokenClass]);
            assert.ok(parts.every((part) => Number.isSafeInteger(part) && part >= 0));
            assert.equal(
              parts.reduce((sum, part) => sum + part, 0),
              row.usage[tokenClass],
            );
          }
        for (const thread of threads) {
          const parts = thread.windowKinds.map(([, tokens]) => tokens);
          assert.ok(parts.every((part) => part >= 0));
          assert.equal(
            parts.reduce((sum, part) => sum + part, 0),
            thread.contextTokens,
          );
        }
      }),
    );
  });

  /** Sums of what owners are owed in one class, by kind, without zeros. */
  const owedByKind = (sums: OwnerSum[], tokenClass: (typeof CLASSES)[number]): Record<string, number> => {
    const byKind: Record<string, number> = {};
    for (const { kind, spent } of sums) byKind[kind] = (byKind[kind] ?? 0) + spent[tokenClass];
    return Object.fromEntries(Object.entries(byKind).filter(([, tokens]) => tokens !== 0));
  };

  it('owes to its owners, by the log of the thread, what all requests were made of, and what fills the window', () => {
    fc.assert(
      fc.property(fc.array(arbitraryEvent, { maxLength: 80 }), (events) => {
        const folded = fold(events);
        const sums = owners(folded);
        for (const tokenClass of CLASSES) {
          assert.ok(sums.every((owner) => owner.spent[tokenClass] >= 0));
          assert.equal(
            sums.reduce((sum, owner) => sum + owner.spent[tokenClass], 0),
            folded.requests.reduce((sum, row) => sum + row.usage[tokenClass], 0),
          );
        }
        const window = sums.reduce((sum, owner) => sum + owner.inWindow, 0);
        if (folded.requests.length > 0) assert.equal(window, folded.threads[0]?.contextTokens);
      }),
    );
  });

  it('divides within a kind what the shares of the requests give to the kind', () => {
    fc.assert(
      fc.property(fc.array(arbitraryEvent, { maxLength: 80 }), (events) => {
        // Requests that are told once: nothing about them was corrected when their prompt was no longer known.
        let number = 0;
        const once = events.map((event) =>
          event.type === 'request' ? { ...event, requestId: `once${number++}` } : event,
        );
        const folded = fold(once);
        const sums = owners(folded);
        for (const tokenClass of CLASSES) {
          const shares: Record<string, number> = {};
          for (const { kind, usage: share } of folded.requests.flatMap((row) => row.shares))
            if (share[tokenClass] > 0) shares[kind] = (shares[kind] ?? 0) + share[tokenClass];
          assert.deepEqual(owedByKind(sums, tokenClass), shares);
        }
      }),
    );
  });

  it('gives the same rows when the fold is stopped and continued from its state', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryEvent, { maxLength: 60 }),
        fc.array(fc.nat(60), { maxLength: 8 }),
        (events, cuts) => {
          const byId = (rows: RequestRow[]): RequestRow[] =>
            rows.toSorted((a, b) => (a.requestId < b.requestId ? -1 : 1));
          const plain = (folded: Folded) => JSON.parse(JSON.stringify({ ...folded, logs: [...folded.logs] }));
          const whole = plain(fold(events));
          const cut = plain(fold(events, cuts));
          assert.deepEqual(byId(cut.requests), byId(whole.requests));
          assert.deepEqual(cut.threads, whole.threads);
          assert.deepEqual(cut.logs, whole.logs);
        },
      ),
    );
  });
});
