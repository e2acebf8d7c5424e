import assert from 'node:assert/strict';
import { spansOf, windowEdges } from '../../../src/queries/calendar.ts';
import { callerUsage } from '../../../src/queries/callerUsage.ts';
import { coverage, notUnderstood } from '../../../src/queries/coverage.ts';
import { newestLimits } from '../../../src/queries/limits.ts';
import { parseSessionKey, sessionKey } from '../../../src/queries/sessionKey.ts';
import { liveSessions, sessionList } from '../../../src/queries/sessions.ts';
import { sumSpans, usedSpans } from '../../../src/queries/sumSpans.ts';
import { sessionThreads, threadBoundaries } from '../../../src/queries/threads.ts';
import { unlistedUsage } from '../../../src/queries/unlisted.ts';
import { usageByKind } from '../../../src/queries/usageByKind.ts';
import { usageByAgent, usageByOwner } from '../../../src/queries/usageByOwner.ts';
import { usageBySlot } from '../../../src/queries/usageBySlot.ts';
import { totalUsage, usageTotals } from '../../../src/queries/usageTotals.ts';
import type { Store } from '../../../src/store/store.ts';
import { at, clockChangeStore } from './clockChange.ts';

const ZONE = 'America/New_York';

describe('queries', () => {
  let store: Store;
  before(async () => {
    store = await clockChangeStore();
  });
  after(() => store.close());

  const day = windowEdges('day', at('2026-11-01T12:00Z'), ZONE);

  it('sums a day of 25 hours', () => {
    const { costUsd, ...totals } = usageTotals(store, day);
    assert.deepEqual(totals, {
      sessions: 3,
      tasks: 2,
      turns: 5,
      input: 500,
      output: 100,
      cacheRead: 5000,
      cacheWrite5m: 0,
      cacheWrite1h: 0,
      reasoning: 0,
      unpricedTurns: 1,
      estimatedTurns: 1,
    });
    assert.ok(costUsd > 0);
    const { costUsd: sameUsd, ...same } = totalUsage(callerUsage(store, day));
    assert.deepEqual(same, totals);
    assert.equal(sameUsd.toFixed(9), costUsd.toFixed(9));
  });

  it('sums nothing as zeros', () => {
    assert.deepEqual(new Set(Object.values(usageTotals(store, { sinceMs: 0, untilMs: 1 }))), new Set([0]));
  });

  const cuts: [string, string, number][] = [
    ['2026-11-01T03:59:59.999Z', '2026-11-01T04:00:00.000Z', 1],
    ['2026-11-01T03:59:59.999Z', '2026-11-01T04:00:00.001Z', 2],
    ['2026-11-01T04:00:00.001Z', '2026-11-01T05:30:00.000Z', 0],
    ['2026-11-01T05:29:00.000Z', '2026-11-01T05:31:00.000Z', 1],
    ['2026-11-01T05:30:00.000Z', '2026-11-01T06:30:00.000Z', 1],
    ['2026-11-01T05:31:00.000Z', '2026-11-01T05:29:00.000Z', 0],
  ];
  for (const [since, until, turns] of cuts) {
    it(`is exact from ${since} to ${until}`, () => {
      const window = { sinceMs: at(since), untilMs: at(until) };
      assert.equal(usageTotals(store, window).turns, turns);
      assert.equal(
        usageByKind(store, window).reduce((sum, row) => sum + row.input, 0),
        turns * 100,
      );
    });
  }

  it('groups by agent, with its models, the one used most first', () => {
    const rows = usageByAgent(callerUsage(store, {}));
    assert.deepEqual(
      rows.map(({ agent, agentName, model, turns, tasks, models }) => [
        [agent, agentName, model, turns, tasks].join(' '),
        models.map((row) => `${row.model} ${row.turns}`),
      ]),
      [
        ['claude-code main claude-sonnet-4-5 5 2', ['claude-sonnet-4-5 4', 'claude-opus-4-1 1']],
        ['claude-code Explore claude-sonnet-4-5 1 1', ['claude-sonnet-4-5 1']],
        ['codex main no-such-model 1 0', ['no-such-model 1']],
      ],
    );
  });

  it('groups by model, provider, workspace, account and user', () => {
    const turns = <Row extends { turns: number }>(rows: Row[], key: keyof Row): unknown[] =>
      rows.map((row) => [row[key], row.turns]);
    assert.deepEqual(turns(usageByOwner(callerUsage(store, day), 'model'), 'model'), [
      ['claude-sonnet-4-5', 3],
      ['claude-opus-4-1', 1],
      ['no-such-model', 1],
    ]);
    assert.deepEqual(turns(usageByOwner(callerUsage(store, day), 'provider'), 'provider'), [
      ['anthropic', 4],
      ['openai', 1],
    ]);
    assert.deepEqual(turns(usageByOwner(callerUsage(store, day), 'workspace'), 'workspace'), [
      ['/code/app', 3],
      ['/code/app/sub', 1],
      ['/code/application', 1],
    ]);
    assert.deepEqual(turns(usageByOwner(callerUsage(store, day), 'account'), 'account'), [
      ['team', 3],
      ['', 2],
    ]);
    assert.deepEqual(turns(usageByOwner(callerUsage(store, day), 'user'), 'user'), [['ada', 5]]);
  });

  it('filters by agent and by folder, with what lies below but not what only begins alike', () => {
    assert.equal(usageTotals(store, { agents: ['codex'] }).turns, 1);
    assert.equal(usageTotals(store, { agents: ['codex', 'claude-code'] }).turns, 7);
    assert.equal(usageTotals(store, { agents: [] }).turns, 7);
    assert.equal(usageTotals(store, { workspace: '/code/app' }).turns, 6);
    assert.equal(usageTotals(store, { workspace: '/code/app/' }).turns, 6);
    assert.equal(usageTotals(store, { workspace: "/code/%' OR 1=1" }).turns, 0);
  });

  it('has sums by kind that equal the totals', () => {
    assert.deepEqual(
      usageByKind(store, day).map(({ kind, input, output, cacheRead }) => ({ kind, input, output, cacheRead })),
      [
        { kind: 'read', input: 300, output: 100, cacheRead: 3500 },
        { kind: 'system', input: 200, output: 0, cacheRead: 1500 },
      ],
    );
  });

  it('gives the material of hours and days in a zone with a clock change', () => {
    const hours = sumSpans(spansOf(day.sinceMs ?? 0, day.untilMs ?? 0, 'hour', ZONE), usageBySlot(store, day));
    assert.deepEqual(
      hours.filter(({ sums }) => sums.turns > 0).map(({ key, sums }) => [key, sums.turns]),
      [
        ['2026-11-01T00', 1],
        ['2026-11-01T01', 1],
        ['2026-11-01T01b', 1],
        ['2026-11-01T07', 1],
        ['2026-11-01T15', 1],
      ],
    );
    assert.deepEqual(
      usedSpans(usageBySlot(store, {}), 'day', ZONE).map(({ key, sums }) => [key, sums.turns]),
      [
        ['2026-10-31', 1],
        ['2026-11-01', 5],
        ['2026-11-02', 1],
      ],
    );
  });

  it('lists sessions, the most recently written first', () => {
    assert.deepEqual(
      sessionList(store, {}).map(({ key, turns, model, contextTokens }) => ({ key, turns, model, contextTokens })),
      [
        { key: 'claude-code:s1', turns: 5, model: 'claude-sonnet-4-5', contextTokens: 1120 },
        { key: 'claude-code:s2', turns: 1, model: 'claude-sonnet-4-5', contextTokens: null },
        { key: 'codex:s1', turns: 1, model: 'no-such-model', contextTokens: null },
      ],
    );
    assert.equal(sessionList(store, {}, 1).length, 1);
    assert.deepEqual(
      liveSessions(store, 9).map(({ key, workspace }) => [key, workspace]),
      [['claude-code:s1', '/code/app']],
    );
    assert.deepEqual(liveSessions(store, 9, ['codex']), []);
  });

  it('tells threads, items and boundaries of a session', () => {
    assert.deepEqual(
      sessionThreads(store, 'claude-code', 's1').map((row) => [row.thread, row.contextTokens, row.windowKinds]),
      [
        ['main', 1120, '[["read",900],["system",220]]'],
        ['x', 1120, '[]'],
      ],
    );
    assert.deepEqual(threadBoundaries(store, 'claude-code', 's1', 'main'), [
      { kind: 'compaction', atMs: 77, automatic: 1, tokensBefore: 9, tokensAfter: null },
    ]);
    assert.deepEqual(sessionThreads(store, 'codex', 'no such'), []);
  });

  it('keeps the newest statement of a quota', () => {
    assert.deepEqual(newestLimits(store), [
      {
        agent: 'codex',
        account: '',
        limitId: 'codex',
        windowMinutes: 300,
        usedPercent: 41.5,
        resetsAtMs: 99,
        plan: null,
        reached: null,
        atMs: 6,
      },
    ]);
  });

  it('lessens sums that hold listed requests, and counts a sum that two sessions continue once', () => {
    assert.deepEqual(unlistedUsage(store, {}), [
      {
        model: 'claude-opus-4-1',
        source: 'sum',
        input: 50,
        output: 40,
        cacheRead: 0,
        cacheWrite5m: 0,
        cacheWrite1h: 0,
        reasoning: 0,
      },
      {
        model: 'haiku',
        source: 'sum',
        input: 50,
        output: 70,
        cacheRead: 0,
        cacheWrite5m: 0,
        cacheWrite1h: 0,
        reasoning: 0,
      },
    ]);
    assert.deepEqual(unlistedUsage(store, { untilMs: 10 }), []);
  });

  it('covers what was read and what was not understood', () => {
    assert.deepEqual(coverage(store), {
      files: 3,
      records: 7,
      unknownRecords: 0,
      rejectedRecords: 2,
      failedFiles: 0,
      firstAtMs: at('2026-11-01T03:59:59.999Z'),
      lastAtMs: at('2026-11-02T05:00Z'),
    });
    assert.equal(coverage(store, ['codex']).files, 1);
    assert.deepEqual(notUnderstood(store), [
      {
        agent: 'codex',
        version: null,
        outcome: 'rejected',
        detail: 'not JSON',
        records: 2,
        examplePath: '/transcripts/codex.jsonl',
      },
    ]);
  });

  it('names sessions over all agents', () => {
    assert.deepEqual(parseSessionKey(sessionKey('codex', 'a:b')), { agent: 'codex', sessionId: 'a:b' });
    assert.equal(parseSessionKey('nothing'), undefined);
  });
});
