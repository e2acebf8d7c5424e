import assert from 'node:assert/strict';
import type { AgentEvent } from '../../../src/agents/event.ts';
import { openFileFold } from '../../../src/ledger/fileFold.ts';
import type { LedgerRows } from '../../../src/ledger/rows.ts';
import { at, request } from './foldedEvents.ts';

describe('the rows of one reading', () => {
  const rowsOf = (...events: AgentEvent[]): LedgerRows => {
    const files = openFileFold();
    assert.ok(files);
    events.forEach((event, offset) => {
      files.apply(event, offset);
    });
    return files.takeRows();
  };
  const task = (atMs: number): AgentEvent => ({ ...at, type: 'task', taskId: `t${atMs}`, atMs });
  const limit = (atMs: number, usedPercent: number): AgentEvent => ({
    ...at,
    type: 'limit',
    windowMinutes: 300,
    usedPercent,
    atMs,
  });

  it('hold a session from its earliest record to its latest, in whatever order these were written', () => {
    const span = (...events: AgentEvent[]) => {
      const [session] = rowsOf(...events).sessions;
      return [session?.startedAtMs, session?.lastAtMs];
    };
    assert.deepEqual(span(task(2000), task(1000), task(4000), task(3000)), [1000, 4000]);
    const told: AgentEvent = { ...at, type: 'session', startedAtMs: 1500 };
    assert.deepEqual(span(task(2000), told), [1500, 2000]);
    assert.deepEqual(span(told, task(2000)), [1500, 2000]);
    assert.deepEqual(span(task(1000), told), [1000, 1500]);
    const compaction: AgentEvent = { ...at, type: 'boundary', kind: 'compaction', atMs: 5000 };
    assert.deepEqual(span(task(2000), compaction, task(3000)), [2000, 5000]);
  });

  it('hold the newest statement of a quota, of two at one time the later', () => {
    const used = (...events: AgentEvent[]) => rowsOf(...events).limits.map(({ usedPercent }) => usedPercent);
    assert.deepEqual(used(limit(1000, 10), limit(2000, 20)), [20]);
    assert.deepEqual(used(limit(2000, 20), limit(1000, 10)), [20]);
    assert.deepEqual(used(limit(1000, 10), limit(1000, 11)), [11]);
  });

  it('hold what an agent says of the context before a compaction and after it', () => {
    const { boundaries, threads } = rowsOf(request('r1', { input: 1000 }), {
      ...at,
      type: 'boundary',
      kind: 'compaction',
      atMs: 3000,
      isAutomatic: true,
      tokensBefore: 160_000,
      tokensAfter: 20_000,
    });
    assert.deepEqual(
      boundaries.map(({ kind, tokensBefore, tokensAfter }) => [kind, tokensBefore, tokensAfter]),
      [['compaction', 160_000, 20_000]],
    );
    assert.deepEqual(
      threads.map(({ peakTokens, compactedAtTokens }) => [peakTokens, compactedAtTokens]),
      [[160_000, 160_000]],
    );
  });
});
