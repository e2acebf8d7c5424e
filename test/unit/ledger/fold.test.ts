import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AgentEvent, TokenUsage, ToolKind } from '../../../src/agents/event.ts';
import { withEstimate } from '../../../src/ledger/estimatedOutput.ts';
import { openFileFold } from '../../../src/ledger/fileFold.ts';
import { fitShares, mergeRequests } from '../../../src/ledger/mergeRequests.ts';
import { type OwnerSum, ownerSums } from '../../../src/ledger/ownerSums.ts';
import { replay } from '../../../src/ledger/replay.ts';
import type { LedgerRows, RequestRow, ThreadRow } from '../../../src/ledger/rows.ts';

const at = { sessionId: 's', thread: 'main' } as const;
const CLASSES = ['input', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'output'] as const;

const usage = (part: Partial<TokenUsage>): TokenUsage => ({
  input: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  output: 0,
  reasoning: 0,
  ...part,
});

const request = (requestId: string, part: Partial<TokenUsage>, more: object = {}): AgentEvent => ({
  ...at,
  type: 'request',
  requestId,
  atMs: 1000,
  provider: 'anthropic',
  model: 'claude-sonnet-4-5',
  usage: usage(part),
  ...more,
});

const text = (role: 'user' | 'model' | 'system', chars: number, requestId?: string): AgentEvent => ({
  ...at,
  type: 'block',
  role,
  part: 'text',
  chars,
  requestId,
});

const call = (callId: string, kind: ToolKind, target: string, chars: number, requestId?: string): AgentEvent => ({
  ...at,
  type: 'block',
  role: 'model',
  part: 'toolCall',
  chars,
  callId,
  requestId,
  tool: { name: kind, kind, target },
});

const result = (callId: string, chars: number): AgentEvent => ({
  ...at,
  type: 'block',
  role: 'tool',
  part: 'toolResult',
  chars,
  callId,
});

/** Folds events as they are; with `cuts`, takes rows and restarts from the saved state after each of these events. */
function fold(events: AgentEvent[], cuts: number[] = []): Folded {
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
interface Folded {
  requests: RequestRow[];
  threads: ThreadRow[];
  logs: Map<string, string[]>;
}

/** What each owner is owed for the requests, as a replay of the log of a thread says. */
function owners({ requests, logs }: Folded, thread = 's/main'): OwnerSum[] {
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

const sharesOf = (row: RequestRow | undefined): Record<string, object> =>
  Object.fromEntries((row?.shares ?? []).map((share) => [share.kind, share.usage]));

const inWindow = (folded: Folded): Record<string, number> =>
  Object.fromEntries(
    owners(folded)
      .filter((owner) => owner.inWindow > 0)
      .map((owner) => [`${owner.kind} ${owner.target}`.trim(), owner.inWindow]),
  );

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

const arbitraryUsage = fc.record({
  input: fc.nat(5000),
  cacheRead: fc.nat(200_000),
  cacheWrite5m: fc.nat(20_000),
  cacheWrite1h: fc.nat(20_000),
  output: fc.nat(4000),
  reasoning: fc.constant(0),
});
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

describe('merging two records of a request', () => {
  const arbitraryRow: fc.Arbitrary<RequestRow> = fc
    .tuple(
      arbitraryUsage,
      fc.constantFrom('recorded' as const, 'placeholder' as const, 'estimated' as const),
      fc.boolean(),
      fc.nat(3),
      fc.constantFrom('s1', 's2'),
      fc.nat(2),
      fc.nat(3),
      fc.option(fc.nat(2), { nil: undefined }),
    )
    .map(([used, rule, isCopy, atMs, sessionId, offset, size, recordedUsd]) => ({
      requestId: 'r',
      sessionId,
      thread: 'main',
      agentName: 'main',
      atMs,
      provider: 'p',
      model: 'm',
      usage: used,
      webSearches: size,
      recordedUsd,
      estimated: rule !== 'recorded',
      estimate: rule === 'estimated' ? { recorded: used.output, weights: { model: 1, [`mcp:${size}`]: 2 } } : undefined,
      rule,
      replyChars: size * 100,
      hidesThinking: size === 1,
      isCopy,
      offset,
      lastOffset: offset,
      records: 1,
      shares: fitShares([{ kind: 'read', usage: { ...used, input: Math.floor(used.input / 2) } }], used),
    }));

  it('gives a row whose shares sum to its usage, whichever comes first', () => {
    fc.assert(
      fc.property(arbitraryRow, arbitraryRow, (a, b) => {
        const merged = mergeRequests(a, b);
        for (const tokenClass of CLASSES)
          assert.equal(
            merged.shares.reduce((sum, share) => sum + share.usage[tokenClass], 0),
            merged.usage[tokenClass],
          );
        const { shares: _, ...row } = merged;
        const { shares: __, ...other } = mergeRequests(b, a);
        if (a.offset !== b.offset || a.sessionId !== b.sessionId) assert.deepEqual(other, row);
      }),
    );
  });

  it('gives the same of many, in whatever order they come', () => {
    const placeOf = ({ isCopy, sessionId, atMs, offset }: RequestRow): string =>
      [isCopy, sessionId, atMs, offset].join(' ');
    const figures = (rows: RequestRow[]): unknown => {
      const { shares: _, rule: __, ...facts } = withEstimate(rows.reduce(mergeRequests), 3.7);
      return facts;
    };
    fc.assert(
      fc.property(fc.uniqueArray(arbitraryRow, { minLength: 2, maxLength: 5, selector: placeOf }), (rows) => {
        assert.deepEqual(figures(rows.toReversed()), figures(rows));
        assert.deepEqual(figures([...rows.slice(1), ...rows.slice(0, 1)]), figures(rows));
      }),
    );
  });

  it('takes an exact output over a larger estimate', () => {
    const [exact, estimate] = [false, true].map((estimated) => ({
      requestId: 'r',
      sessionId: 's',
      thread: 'main',
      agentName: 'main',
      atMs: 1,
      provider: 'p',
      model: 'm',
      usage: usage({ output: estimated ? 500 : 40 }),
      webSearches: 0,
      estimated,
      rule: estimated ? ('placeholder' as const) : ('recorded' as const),
      replyChars: 0,
      hidesThinking: false,
      isCopy: false,
      offset: 0,
      lastOffset: 0,
      records: 1,
      shares: [],
    }));
    assert.ok(exact && estimate);
    assert.deepEqual(
      [mergeRequests(exact, estimate).usage.output, mergeRequests(estimate, exact).estimated],
      [40, false],
    );
  });
});
