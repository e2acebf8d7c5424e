import assert from 'node:assert/strict';
import { changeView } from '../../../src/views/change.ts';
import { toggleFilter, withoutFilter } from '../../../src/views/filterChips.ts';
import { type SummarySpan, summaryCards } from '../../../src/views/summaryCards.ts';

describe('a figure against the one before', () => {
  for (const [now, then, text, direction] of [
    [0, 0, undefined, undefined],
    [5, 0, 'new', 'up'],
    [0, 5, '−100%', 'down'],
    [5, 5, '±0%', 'same'],
    [1.2, 1, '+20%', 'up'],
    [1001, 1000, '+<1%', 'up'],
    [10.5, 1, '+950%', 'up'],
    [12_300, 1, '×12,300', 'up'],
  ] as const)
    it(`${now} after ${then}`, () => {
      const change = changeView(now, then, 'before', 'en');
      assert.deepEqual([change?.text, change?.direction], [text, direction]);
    });
});

describe('summary cards', () => {
  const sums = {
    tasks: 0,
    input: 0,
    output: 100,
    cacheRead: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    reasoning: 0,
    estimatedTurns: 0,
  };
  const priced = { ...sums, sessions: 2, turns: 4, costUsd: 2, unpricedTurns: 0 };
  const [NOON, HOUR] = [Date.UTC(2026, 10, 23, 12), 3_600_000];
  const where = { locale: 'en', timeZone: 'UTC', nowMs: NOON };
  const spans: SummarySpan[] = [
    { name: 'day', sinceMs: NOON - 12 * HOUR, now: priced, before: { ...priced, costUsd: 1, output: 50 } },
    { name: 'week', sinceMs: NOON - 84 * HOUR, now: { ...priced, unpricedTurns: 4, costUsd: 0 }, before: priced },
  ];

  it('have each figure with its change, and no change of a cost that is not known', () => {
    assert.deepEqual(
      summaryCards(spans, where).map(({ label, spans }) => [
        label,
        ...spans.map((s) => `${s.label}: ${s.value} ${s.change?.text}`),
      ]),
      [
        ['Tokens', 'Today: 100 +100%', 'This week: 100 ±0%'],
        ['Cost', 'Today: $2.00 +100%', 'This week: unpriced undefined'],
        ['Requests', 'Today: 4 ±0%', 'This week: 4 ±0%'],
        ['Sessions', 'Today: 2 ±0%', 'This week: 2 ±0%'],
      ],
    );
    assert.equal(summaryCards(spans, where)[0]?.spans[0]?.change?.title, '50 tokens yesterday up to this time');
  });

  it('say when the week began where that was within the reader’s day', () => {
    const notes = (sinceMs: number) =>
      summaryCards(
        spans.map((span) => ({ ...span, sinceMs })),
        where,
      )[0]?.spans.map(({ note }) => note);
    assert.deepEqual(notes(NOON - 4 * HOUR), [undefined, 'since Mon 8:00 AM']);
    assert.deepEqual(notes(NOON - 12 * HOUR), [undefined, undefined]);
  });
});

describe('filters', () => {
  it('come and go by the same mark; a subagent goes with its agent', () => {
    const agent = toggleFilter({ model: 'opus' }, { by: 'agent', value: 'codex' });
    assert.deepEqual(agent, { model: 'opus', agents: ['codex'] });
    const explore = { by: 'agentName', value: 'Explore', of: 'claude-code' } as const;
    const sub = toggleFilter(agent, explore);
    assert.deepEqual(sub, { model: 'opus', agents: ['claude-code'], agentName: 'Explore' });
    assert.deepEqual(toggleFilter(sub, explore), { model: 'opus', agents: ['claude-code'] });
    assert.deepEqual(toggleFilter(sub, { by: 'agent', value: 'codex' }), agent);
    assert.deepEqual(withoutFilter(sub, 'agent'), { model: 'opus' });
    assert.deepEqual(toggleFilter(agent, { by: 'agent', value: 'codex' }), { model: 'opus' });
  });

  it('hold what one agent used of a model, as one mark', () => {
    const choice = { by: 'model', value: 'opus', under: { agent: 'claude-code', agentName: 'Explore' } } as const;
    const both = toggleFilter({ agents: ['codex'], user: 'ada' }, choice);
    assert.deepEqual(both, { user: 'ada', model: 'opus', agents: ['claude-code'], agentName: 'Explore' });
    assert.deepEqual(toggleFilter(both, choice), { user: 'ada' });
    assert.deepEqual(toggleFilter({ model: 'opus', agents: ['codex'] }, choice), {
      model: 'opus',
      agents: ['claude-code'],
      agentName: 'Explore',
    });
    assert.deepEqual(toggleFilter(both, { ...choice, under: { agent: 'claude-code' } }), {
      user: 'ada',
      model: 'opus',
      agents: ['claude-code'],
    });
  });

  it('hold the kind and the items of it', () => {
    const item = { by: 'item', value: '/a', of: 'read' } as const;
    const both = toggleFilter(toggleFilter({}, { by: 'kind', value: 'read' }), item);
    assert.deepEqual(both, { usedKind: 'read', usedItem: { kind: 'read', target: '/a' } });
    assert.deepEqual(withoutFilter(toggleFilter(both, item), 'kind'), {});
    assert.deepEqual(toggleFilter({}, { by: 'item', value: '/a' }), {});
  });
});
