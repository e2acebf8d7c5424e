import assert from 'node:assert/strict';
import type { AgentEvent } from '../../../src/agents/event.ts';

import { at, call, fold, inWindow, owners, request, result, sharesOf, text } from './foldedEvents.ts';

describe('the fold of a thread', () => {
  const conversation: AgentEvent[] = [
    text('user', 380),
    request('r1', { input: 10, cacheWrite5m: 990, output: 60 }),
    text('model', 76, 'r1'),
    call('c1', 'read', '/a.ts', 66, 'r1'),
    result('c1', 3300),
    request('r2', { input: 5, cacheRead: 1000, cacheWrite5m: 1055, output: 40 }),
    text('model', 152, 'r2'),
  ];

  it('gives the first prompt to what is known and the rest to the system', () => {
    const { requests } = fold(conversation.slice(0, 2));
    assert.deepEqual(sharesOf(requests[0]), {
      system: { input: 0, cacheRead: 0, cacheWrite5m: 900, cacheWrite1h: 0, output: 0 },
      user: { input: 10, cacheRead: 0, cacheWrite5m: 90, cacheWrite1h: 0, output: 0 },
      model: { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 60 },
    });
  });

  it('shares growth over the reply and the results that entered, and lays the cache over the prompt', () => {
    const folded = fold(conversation);
    const { requests, threads } = folded;
    // 1060 tokens entered: a reply of 60 (text 30, call 30) and a result estimated at 1000.
    assert.deepEqual(sharesOf(requests[1]), {
      system: { input: 0, cacheRead: 900, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 },
      user: { input: 0, cacheRead: 100, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 },
      model: { input: 0, cacheRead: 0, cacheWrite5m: 30, cacheWrite1h: 0, output: 40 },
      read: { input: 5, cacheRead: 0, cacheWrite5m: 1025, cacheWrite1h: 0, output: 0 },
    });
    assert.deepEqual(inWindow(folded), { system: 900, user: 100, model: 70, 'read /a.ts': 1030 });
    assert.equal(threads[0]?.contextTokens, 2100);
  });

  it('keeps the maximum of repeated rows and their first time', () => {
    const { requests } = fold([
      request('r1', { input: 10, output: 1 }, { outputIsPlaceholder: true }),
      request('r1', { input: 10, output: 80 }, { atMs: 2000 }),
      request('r1', { input: 10, output: 8 }, { outputIsPlaceholder: true }),
    ]);
    assert.deepEqual(
      requests.map((row) => [row.usage.output, row.atMs, row.estimated]),
      [[80, 1000, false]],
    );
  });

  it('estimates the output where only a placeholder was recorded, and says so', () => {
    const { requests } = fold([
      request('r1', { input: 10, output: 1 }, { outputIsPlaceholder: true }),
      text('model', 370, 'r1'),
    ]);
    assert.deepEqual([requests[0]?.usage.output, requests[0]?.estimated], [100, true]);
  });

  it('calibrates the estimate on exact replies of the same model', () => {
    const { requests } = fold([
      request('r1', { input: 10, output: 1000 }),
      text('model', 2000, 'r1'),
      request('r2', { input: 1010, output: 1 }, { outputIsPlaceholder: true }),
      text('model', 300, 'r2'),
      request('r3', { input: 1200, output: 1 }, { outputIsPlaceholder: true, model: 'another' }),
      text('model', 370, 'r3'),
    ]);
    assert.deepEqual(
      requests.map((row) => row.usage.output),
      [1000, 150, 100],
    );
  });

  it('takes replies whose usage is recorded behind them, and results that overtake it', () => {
    const folded = fold([
      call('c1', 'bash', 'git diff', 33),
      result('c1', 330),
      request('r1', { input: 1000, output: 10 }),
      request('r2', { input: 1110, output: 1 }),
    ]);
    assert.deepEqual(sharesOf(folded.requests[0]).bash, {
      input: 0,
      cacheRead: 0,
      cacheWrite5m: 0,
      cacheWrite1h: 0,
      output: 10,
    });
    assert.deepEqual(inWindow(folded), { system: 1000, 'bash git diff': 110, model: 1 });
  });

  it('takes names that objects are born with for what they are: names', () => {
    const names = ['__proto__', 'constructor', 'toString'];
    const folded = fold(
      names.flatMap((name) => [
        request(name, { input: 1000, output: 500 }, { model: name }),
        call(name, 'read', name, 100, name),
        result(name, 1000),
      ]),
    );
    const targets = owners(folded)
      .filter((owner) => owner.kind === 'read')
      .map((owner) => [owner.target, owner.calls]);
    assert.deepEqual(
      targets,
      names.map((name) => [name, 1]),
    );
    assert.equal(({} as { chars?: number }).chars, undefined);
  });

  it('begins a new segment after a compaction: the preamble stays, the rest is the summary', () => {
    const folded = fold([
      ...conversation,
      { ...at, type: 'boundary', kind: 'compaction', atMs: 3000, tokensBefore: 2100, isAutomatic: true },
      { ...at, type: 'block', role: 'user', part: 'summary', chars: 380 },
      request('r3', { input: 1300, output: 1 }),
    ]);
    assert.deepEqual(inWindow(folded), { system: 900, model: 1, summary: 400 });
    const [thread] = folded.threads;
    assert.deepEqual([thread?.compactedAtMs, thread?.compactedAtTokens], [3000, 2100]);
  });

  describe('after a compaction', () => {
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

  describe('names of the head', () => {
    const named = (target: string, chars: number, more: object = {}): AgentEvent => ({
      ...at,
      type: 'block',
      role: 'system',
      part: 'text',
      chars,
      target,
      ...more,
    });
    const late = { stoodBefore: true };

    it('are taken from what of the system prompt has none when they are told late', () => {
      const events = [
        text('user', 380),
        request('r1', { cacheWrite5m: 2100, output: 10 }),
        text('user', 190),
        request('r2', { cacheRead: 2100, input: 60, output: 1 }),
        named('tool definitions', 3800, late),
        named('mcp:github definitions', 1900, late),
      ];
      const folded = fold(events);
      assert.deepEqual(inWindow(folded), {
        system: 500,
        'system tool definitions': 1000,
        'system mcp:github definitions': 500,
        user: 150,
        model: 11,
      });
      assert.deepEqual(
        owners(folded)
          .filter((owner) => owner.kind === 'system')
          .map(({ target, spent }) => [target, spent.cacheWrite5m, spent.cacheRead]),
        [
          ['', 500, 500],
          ['tool definitions', 1000, 1000],
          ['mcp:github definitions', 500, 500],
        ],
      );
      assert.deepEqual(inWindow(fold(events, [1, 3, 4])), inWindow(folded));
    });

    it('take no more than there is', () => {
      const window = inWindow(
        fold([
          request('r1', { input: 1000, output: 10 }),
          named('tool definitions', 38_000, late),
          named('skills', 380, late),
        ]),
      );
      assert.deepEqual(window, { 'system tool definitions': 1000, model: 10 });
    });

    it('tell what takes the place of what after a compaction', () => {
      const window = inWindow(
        fold([
          ...[named('system prompt', 3800), named('skills', 1900), text('user', 380)],
          request('r1', { input: 2100, output: 10 }),
          { ...at, type: 'boundary', kind: 'compaction', atMs: 3000 },
          ...[named('skills', 760), text('user', 380)],
          request('r2', { input: 2400, output: 1 }),
        ]),
      );
      assert.deepEqual(window, {
        system: 500,
        'system system prompt': 1000,
        'system skills': 200,
        user: 100,
        summary: 600,
        model: 1,
      });
    });
  });

  it('marks the context right after a compaction as estimated', () => {
    const { threads } = fold([
      ...conversation,
      { ...at, type: 'boundary', kind: 'compaction', atMs: 3000, tokensAfter: 1200 },
    ]);
    assert.deepEqual([threads[0]?.contextTokens, threads[0]?.contextEstimated], [1200, true]);
  });

  describe('the context right after', () => {
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
      ...[
        task('t2'),
        text('user', 380),
        call('c1', 'bash', 'ls', 33, 'r2'),
        request('r2', { input: 1300, output: 100 }),
      ],
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

  it('gives growth that nothing that arrived can explain to the system prompt', () => {
    const window = inWindow(
      fold([
        text('user', 380),
        request('r1', { input: 1000, output: 50 }),
        text('user', 380),
        request('r2', { input: 5150, output: 1 }),
      ]),
    );
    assert.deepEqual(window, { system: 4900, user: 200, model: 51 });
  });

  it('takes from the oldest tool results when a context shrinks', () => {
    const window = inWindow(fold([...conversation, request('r3', { input: 1500, output: 1 })]));
    assert.equal(window.system, 900);
    assert.equal(window.user, 100);
    assert.ok((window['read /a.ts'] ?? 0) < 1030);
  });

  it('leaves a thread known only from copies to the file that owns it', () => {
    const { requests, threads } = fold([request('r1', { input: 5, output: 1 }, { isCopy: true })]);
    assert.deepEqual([requests.length, threads.length], [1, 0]);
  });

  it('tells only the launch of a subagent whose messages it saw as copies', () => {
    const launch: AgentEvent = { ...at, thread: 'a1', type: 'session', agentName: 'Explore', parentThread: 'main' };
    const copy = request('r1', { input: 5, output: 1 }, { thread: 'a1', isCopy: true });
    const { threads } = fold([{ ...launch, launchCallId: 'call_1' }, { ...launch, launchCallId: 'call_2' }, copy]);
    assert.deepEqual(
      threads.map(({ thread, agentName, parentThread, launchCallId, lastAtMs, contextTokens, windowKinds }) => [
        ...[thread, agentName, parentThread, launchCallId, lastAtMs, contextTokens],
        windowKinds.length,
      ]),
      [['a1', 'Explore', 'main', 'call_1', 0, 0, 0]],
    );
  });
});
