import { openStore } from '../../../src/store/openStore.ts';
import type { Store } from '../../../src/store/store.ts';
import { batch, request } from '../store/sampleRows.ts';

export const at = (iso: string): number => Date.parse(iso);

/**
 * Two sessions of Claude Code (one with a subagent) and one of Codex, around the night in which New York's clocks go back. Every request
 * has 100 input, 20 output and 1000 cache-read tokens.
 */
export async function clockChangeStore(): Promise<Store> {
  const { store } = await openStore({ nowMs: 0 });
  const usage = { input: 50, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 60, reasoning: 0 };
  const thread = {
    agentName: 'main',
    thread: 'main',
    model: 'claude-sonnet-4-5',
    contextTokens: 1120,
    contextEstimated: false,
    peakTokens: 1120,
  };
  store.commit([
    batch({
      sessions: [
        { sessionId: 's1', workspace: '/code/app', account: 'team', title: 'One', lastAtMs: at('2026-11-02T05:00Z') },
      ],
      requests: [
        request('r1', { sessionId: 's1', taskId: 't1', atMs: at('2026-11-01T03:59:59.999Z') }),
        request('r2', { sessionId: 's1', taskId: 't2', atMs: at('2026-11-01T04:00Z') }),
        request('r3', { sessionId: 's1', atMs: at('2026-11-01T05:30Z'), model: 'claude-opus-4-1', estimated: true }),
        request('r4', {
          sessionId: 's1',
          atMs: at('2026-11-01T06:30Z'),
          agentName: 'Explore',
          thread: 'x',
          taskId: 't3',
        }),
        request('r5', { sessionId: 's1', atMs: at('2026-11-02T05:00Z') }),
      ],
      threads: [
        {
          ...thread,
          sessionId: 's1',
          lastAtMs: at('2026-11-02T05:00Z'),
          windowKinds: [
            ['read', 900],
            ['system', 220],
          ],
        },
        {
          ...thread,
          sessionId: 's1',
          thread: 'x',
          agentName: 'Explore',
          lastAtMs: at('2026-11-01T06:30Z'),
          windowKinds: [],
        },
      ],
      boundaries: [
        { sessionId: 's1', thread: 'main', kind: 'compaction', atMs: 77, isAutomatic: true, tokensBefore: 9 },
      ],
      unlisted: [
        {
          sessionId: 's1',
          model: 'claude-opus-4-1',
          source: 'sum',
          usage: { ...usage, input: 150 },
          atMs: 10,
          includesListed: true,
        },
        { sessionId: 's1', model: 'haiku', source: 'sum', usage, atMs: 10, counter: 'c' },
      ],
    }),
    batch(
      {
        sessions: [{ sessionId: 's2', workspace: '/code/application', lastAtMs: at('2026-11-01T20:00Z') }],
        requests: [request('r6', { sessionId: 's2', atMs: at('2026-11-01T20:00Z') })],
        unlisted: [
          { sessionId: 's2', model: 'haiku', source: 'sum', usage: { ...usage, output: 70 }, atMs: 20, counter: 'c' },
        ],
      },
      { path: '/transcripts/two.jsonl' },
    ),
  ]);
  const codex = batch(
    {
      sessions: [{ sessionId: 's1', workspace: '/code/app/sub', lastAtMs: at('2026-11-01T12:00Z') }],
      requests: [
        request('r1', { sessionId: 's1', atMs: at('2026-11-01T12:00Z'), provider: 'openai', model: 'no-such-model' }),
      ],
      limits: [
        { sessionId: 's1', limitId: 'codex', windowMinutes: 300, usedPercent: 40, atMs: 5, plan: 'plus' },
        { sessionId: 's1', limitId: 'codex', windowMinutes: 300, usedPercent: 41.5, atMs: 6, resetsAtMs: 99 },
        { sessionId: 's1', limitId: 'codex', windowMinutes: 300, usedPercent: 12, atMs: 4 },
      ],
    },
    { path: '/transcripts/codex.jsonl', agent: 'codex' },
  );
  codex.cursor = {
    ...codex.cursor,
    records: 5,
    rejectedRecords: 2,
    details: [{ outcome: 'rejected', detail: 'not JSON', records: 2 }],
  };
  store.commit([codex]);
  return store;
}
