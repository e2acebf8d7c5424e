import assert from 'node:assert/strict';
import type { AgentEvent } from '../../../src/agents/event.ts';
import { at, call, fold, inWindow, request, result, text } from './foldedEvents.ts';

describe('the fold of a thread after a compaction', () => {
  const system = (chars: number): AgentEvent => ({ ...at, type: 'block', role: 'system', part: 'text', chars });
  const memory = (chars: number): AgentEvent => ({ ...at, type: 'block', role: 'system', part: 'memory', chars });
  const summary = (chars: number): AgentEvent => ({ ...at, type: 'block', role: 'user', part: 'summary', chars });
  const compaction: AgentEvent = { ...at, type: 'boundary', kind: 'compaction', atMs: 3000 };

  it('keeps the system prompt as it was where a part of it is told anew', () => {
    const window = inWindow(
      fold([
        ...[system(3800), memory(760), text('user', 380)],
        request('r1', { input: 2300, output: 10 }),
        ...[compaction, summary(1900), system(3800), memory(760), text('user', 380)],
        request('r2', { input: 2800, output: 1 }),
      ]),
    );
    assert.deepEqual(window, { system: 2000, memory: 200, user: 100, summary: 500, model: 1 });
  });

  it('keeps the system prompt as it was where the summary was made without the tools', () => {
    const window = inWindow(
      fold([
        text('user', 380),
        request('r1', { input: 2100, output: 10 }),
        request('compaction', { input: 1100, output: 500 }),
        ...[compaction, summary(1900), text('user', 380)],
        request('r2', { input: 2600, output: 1 }),
      ]),
    );
    assert.deepEqual(window, { system: 2000, user: 100, summary: 500, model: 1 });
  });

  it('forgets what was said as system in the course of the conversation', () => {
    const window = inWindow(
      fold([
        text('user', 380),
        request('r1', { input: 2100, output: 10 }),
        system(3800),
        request('r2', { input: 3110, output: 10 }),
        ...[compaction, summary(1900)],
        request('r3', { input: 2500, output: 1 }),
      ]),
    );
    assert.deepEqual(window, { system: 2000, summary: 500, model: 1 });
  });

  it('makes the system prompt smaller where there is less room than the rest needs', () => {
    const window = inWindow(
      fold([
        text('user', 380),
        request('r1', { input: 2100, output: 10 }),
        ...[compaction, summary(3800)],
        request('r2', { input: 1850, output: 1 }),
      ]),
    );
    assert.deepEqual(window, { system: 1000, summary: 850, model: 1 });
  });
});

describe('the fold: the context right after', () => {
  const task = (taskId: string): AgentEvent => ({ ...at, type: 'task', taskId, atMs: 1000 });
  const boundary = (kind: 'compaction' | 'clear' | 'rewind', more: object = {}): AgentEvent => ({
    ...at,
    type: 'boundary',
    kind,
    atMs: 3000,
    ...more,
  });
  /** Two tasks: 1,100 tokens after the first, 2,200 after the second. */
  const twoTasks: AgentEvent[] = [
    ...[task('t1'), text('user', 380), request('r1', { input: 1000, output: 100 })],
    ...[task('t2'), text('user', 380), call('c1', 'bash', 'ls', 33, 'r2'), request('r2', { input: 1300, output: 100 })],
    ...[result('c1', 2640), request('r3', { input: 2150, output: 50 })],
  ];
  const known = (events: AgentEvent[]): [number | undefined, boolean | undefined, Record<string, number>] => {
    const folded = fold(events);
    return [folded.threads[0]?.contextTokens, folded.threads[0]?.contextEstimated, inWindow(folded)];
  };

  const cases: [string, AgentEvent[], number, boolean][] = [
    ['a reply', twoTasks, 2200, false],
    [
      'a compaction of which the agent states the rest',
      [...twoTasks, boundary('compaction', { tokensAfter: 1500 })],
      1500,
      true,
    ],
    ['a compaction of which nothing is stated: what survives it', [...twoTasks, boundary('compaction')], 900, true],
    ['a clear: the system prompt', [...twoTasks, boundary('clear')], 900, true],
    ['a rewind of one task', [...twoTasks, boundary('rewind', { tasksBack: 1 })], 1100, true],
    ['a rewind to the beginning', [...twoTasks, boundary('rewind', { tasksBack: 2 })], 0, true],
    [
      'a rewind of more tasks than are known: as it was',
      [...twoTasks, boundary('rewind', { tasksBack: 9 })],
      2200,
      true,
    ],
    ['a rewind that does not say how far: as it was', [...twoTasks, boundary('rewind')], 2200, true],
    ['a fork', [...twoTasks, { ...boundary('clear'), kind: 'fork' } as AgentEvent], 2200, false],
    [
      'a request of another model',
      [...twoTasks, request('r4', { input: 2200, output: 10 }, { model: 'gpt-5' })],
      2210,
      false,
    ],
  ];
  for (const [what, events, tokens, estimated] of cases)
    it(`${what}`, () => {
      const [contextTokens, contextEstimated, window] = known(events);
      assert.deepEqual([contextTokens, contextEstimated], [tokens, estimated]);
      assert.equal(
        Object.values(window).reduce((sum, part) => sum + part, 0),
        tokens,
      );
    });

  it('a rewind holds what stood before the task, and the next prompt goes on from there', () => {
    const rewound = [...twoTasks, boundary('rewind', { tasksBack: 1 })];
    assert.deepEqual(known(rewound)[2], { system: 900, user: 100, model: 100 });
    const goesOn = [...rewound, text('user', 760), request('r4', { input: 1300, output: 10 })];
    assert.deepEqual(known(goesOn), [1310, false, { system: 900, user: 300, model: 110 }]);
  });
});
