import assert from 'node:assert/strict';
import type { ItemUse } from '../../../src/queries/countedRequests.ts';
import type { ThreadStateRow } from '../../../src/queries/threads.ts';
import type { TurnUse } from '../../../src/queries/threadUse.ts';
import type { TurnEvent } from '../../../src/queries/turnEvents.ts';
import { adviceCard, adviceFor, savingText } from '../../../src/views/advice.ts';
import type { AdviceInput } from '../../../src/views/adviceRule.ts';

const NOW = Date.UTC(2026, 10, 18, 12);

const thread: ThreadStateRow = {
  thread: 'main',
  agentName: 'main',
  parentThread: null,
  launchCallId: null,
  model: 'claude-sonnet-4-5',
  lastAtMs: NOW - 60_000,
  contextTokens: 60_000,
  contextEstimated: 0,
  peakTokens: 60_000,
  windowTokens: 200_000,
  windowSource: 'reported',
  compactedAtMs: null,
  compactedAtTokens: null,
  windowKinds: '[]',
};

/** A part that was sent with every turn since it entered. */
const item = (kind: string, target: string, over: Partial<ItemUse> & { sent?: number } = {}): ItemUse => {
  const { sent = 0, ...rest } = over;
  return {
    kind,
    target,
    calls: 0,
    inWindow: 0,
    spent: { input: 0, output: 0, cacheRead: sent, cacheWrite5m: 0, cacheWrite1h: 0 },
    costUsd: null,
    entered: 0,
    carry: over.entered ? sent / over.entered : null,
    ...rest,
  };
};

const turns = (count: number, contextTokens = 50_000): TurnUse[] =>
  Array.from({ length: count }, (_, index) => ({
    turn: index + 1,
    atMs: NOW - 3_600_000 + index * 60_000,
    contextTokens,
    outputTokens: 300,
    model: 'claude-sonnet-4-5',
    isEstimated: false,
    kinds: [],
  }));

const event = (kind: TurnEvent['kind'], turn: number, over: Partial<TurnEvent> = {}): TurnEvent => ({
  kind,
  turn,
  atMs: NOW - 1_800_000,
  tokensBefore: null,
  tokensAfter: null,
  label: null,
  ...over,
});

/** A session of 30 turns with a system prompt of 20,000 tokens. */
const input = (over: {
  items?: ItemUse[];
  turns?: TurnUse[];
  events?: TurnEvent[];
  thread?: Partial<ThreadStateRow>;
  usedKinds?: string[];
  agent?: string;
}): AdviceInput => ({
  locale: 'en',
  nowMs: NOW,
  agent: over.agent ?? 'claude-code',
  workspace: '/srv/app',
  thread: { ...thread, ...over.thread },
  use: {
    items: [item('system', '', { inWindow: 20_000, entered: 20_000, sent: 600_000 }), ...(over.items ?? [])],
    inFlight: [],
    turns: over.turns ?? turns(30),
    events: over.events ?? [],
    prices: { priceSources: [], otherwisePriced: [], unpricedTurns: 0, estimatedTurns: 0 },
  },
  usedKinds: new Set(over.usedKinds ?? ['system', 'read']),
  windowTokens: 200_000,
});

const said = (over: Parameters<typeof input>[0]): [string, string, string][] =>
  adviceFor(input(over)).map((advice) => [advice.rule, advice.title, savingText(advice, 'en')]);

/** What is said, and figures so near to it that nothing is. */
const CASES: {
  rule: string;
  speaks: Parameters<typeof input>[0];
  title: string;
  saving: string;
  silent: Record<string, Parameters<typeof input>[0]>;
}[] = [
  {
    rule: 'repeated-read',
    speaks: {
      items: [item('read', '/srv/app/src/store.ts', { calls: 4, entered: 50_800, sent: 700_000, costUsd: 0.4 })],
    },
    title: 'store.ts was read 4 times',
    saving: '≈ −38k tokens · $0.30',
    silent: {
      'read twice': { items: [item('read', '/srv/app/src/store.ts', { calls: 2, entered: 50_800 })] },
      'a small file': { items: [item('read', '/srv/app/src/store.ts', { calls: 4, entered: 4000 })] },
      'an edit': { items: [item('edit', '/srv/app/src/store.ts', { calls: 4, entered: 50_800 })] },
    },
  },
  {
    rule: 'dominant-output',
    speaks: { items: [item('bash', 'npm test', { calls: 3, inWindow: 36_000, entered: 36_000, sent: 100_000 })] },
    title: 'Output of npm test makes up 60% of the context',
    saving: '−36k tokens a turn',
    silent: {
      'a third of the context': { items: [item('bash', 'npm test', { calls: 3, inWindow: 20_000 })] },
      'a small context': {
        items: [item('bash', 'npm test', { calls: 3, inWindow: 9000 })],
        thread: { contextTokens: 15_000 },
      },
      'what the user wrote': { items: [item('user', '', { inWindow: 36_000 })] },
    },
  },
  {
    rule: 'unused-mcp-server',
    speaks: { items: [item('system', 'mcp:github definitions', { inWindow: 22_000, sent: 660_000, costUsd: 0.2 })] },
    title: 'MCP server github was not called',
    saving: '≈ −22k tokens a turn · $0.20 so far',
    silent: {
      'it was called': {
        items: [item('system', 'mcp:github definitions', { inWindow: 22_000 })],
        usedKinds: ['system', 'mcp:github'],
      },
      'the session is young': {
        items: [item('system', 'mcp:github definitions', { inWindow: 22_000 })],
        turns: turns(3),
      },
      'few definitions': { items: [item('system', 'mcp:github definitions', { inWindow: 900 })] },
      'other definitions': { items: [item('system', 'tool definitions', { inWindow: 22_000 })] },
    },
  },
  {
    rule: 'cold-cache',
    speaks: { events: [event('pause', 25, { rewritten: 90_000, extraUsd: 0.31 })] },
    title: 'The cache expired in a pause of 1\u00a0min',
    saving: "90k tokens at the cache's price · −$0.31",
    silent: {
      'long ago': { events: [event('pause', 5, { rewritten: 90_000, extraUsd: 0.31 })] },
      'little was lost': { events: [event('pause', 25, { rewritten: 8000 })] },
      'another event': { events: [event('model', 25)] },
    },
  },
  {
    rule: 'compact-now',
    speaks: { thread: { contextTokens: 100_000 }, events: [event('compaction', 10)], turns: turns(30, 30_000) },
    title: 'Compacting now would free about 70k tokens',
    saving: '≈ −70k tokens a turn',
    silent: {
      'just compacted': {
        thread: { contextTokens: 100_000 },
        events: [event('compaction', 28)],
        turns: turns(30, 30_000),
      },
      'much room': { thread: { contextTokens: 70_000 } },
      'the session is over': { thread: { contextTokens: 100_000, lastAtMs: NOW - 86_400_000 } },
      'nothing would be freed': {
        thread: { contextTokens: 100_000 },
        events: [event('compaction', 5)],
        turns: turns(30, 90_000),
      },
      'an agent that is not told to': { thread: { contextTokens: 100_000 }, agent: 'goose' },
      'an estimated context': { thread: { contextTokens: 100_000, contextEstimated: 1 } },
    },
  },
  {
    rule: 'carried-result',
    speaks: {
      items: [item('mcp:db', 'query', { calls: 1, inWindow: 18_000, entered: 18_000, sent: 486_000, costUsd: 0.15 })],
    },
    title: 'query (MCP db) has been paid for 27 times',
    saving: '−18k tokens a turn · $0.15 so far',
    silent: {
      'it is gone from the window': { items: [item('mcp:db', 'query', { calls: 1, entered: 18_000, sent: 486_000 })] },
      'it came just now': {
        items: [item('mcp:db', 'query', { calls: 1, inWindow: 18_000, entered: 18_000, sent: 54_000 })],
      },
      'many small results': {
        items: [item('mcp:db', 'query', { calls: 40, inWindow: 18_000, entered: 18_000, sent: 486_000 })],
      },
    },
  },
];

describe('advice', () => {
  for (const { rule, speaks, title, saving, silent } of CASES)
    describe(rule, () => {
      it('says what would be saved', () => assert.deepEqual(said(speaks), [[rule, title, saving]]));
      for (const [why, figures] of Object.entries(silent))
        it(`is silent: ${why}`, () =>
          assert.deepEqual(
            said(figures).filter(([found]) => found === rule),
            [],
          ));
    });

  it('is silent about an ordinary session', () => assert.deepEqual(said({}), []));

  it('comes most worth first, once of each rule, and once of each subject', () => {
    const large = item('bash', 'cat log', { calls: 1, inWindow: 30_000, entered: 30_000, sent: 600_000 });
    const found = said({
      items: [
        large,
        item('read', '/a.ts', { calls: 3, entered: 15_000 }),
        item('read', '/b.ts', { calls: 3, entered: 60_000 }),
      ],
    });
    assert.deepEqual(
      found.map(([rule, title]) => [rule, title]),
      [
        ['repeated-read', 'b.ts was read 3 times'],
        ['dominant-output', 'Output of cat log makes up 50% of the context'],
      ],
    );
  });

  it('leads to the file, or to what the agent is to be told', () => {
    const card = (over: Parameters<typeof input>[0]): object | undefined =>
      adviceFor(input(over)).map((advice) => adviceCard(advice, 'en').action)[0];
    const read = (target: string): ItemUse => item('read', target, { calls: 4, entered: 50_000 });
    assert.deepEqual(card({ items: [read('src/a.ts')] }), {
      type: 'openFile',
      label: 'Open file',
      path: '/srv/app/src/a.ts',
    });
    assert.equal(card({ items: [read('../../etc/passwd')] }), undefined);
    assert.deepEqual(card({ thread: { contextTokens: 100_000 }, agent: 'gemini-cli' }), {
      type: 'copy',
      label: 'Copy /compress',
      text: '/compress',
    });
  });

  for (const [saving, savesUsd, text] of [
    ['perTurn', null, '−38k tokens a turn'],
    ['perTurn', 0.3, '−38k tokens a turn · $0.30 so far'],
    ['once', null, '−38k tokens'],
    ['once', 0.004, '−38k tokens'],
    ['once', 0.3, '−38k tokens · $0.30'],
    ['price', null, "38k tokens at the cache's price"],
    ['price', 0.3, "38k tokens at the cache's price · −$0.30"],
  ] as const)
    it(`says what ${savesUsd} dollars ${saving} are`, () => {
      const [advice] = adviceFor(input({ items: [item('read', '/a.ts', { calls: 4, entered: 50_000 })] }));
      assert.ok(advice);
      assert.equal(savingText({ ...advice, saving, savesTokens: 38_000, isEstimate: false, savesUsd }, 'en'), text);
    });

  it('keeps foreign names to one line', () => {
    const [advice] = adviceFor(
      input({ items: [item('read', `/a\n\u202e${'x'.repeat(300)}`, { calls: 4, entered: 50_000 })] }),
    );
    assert.ok(advice && advice.title.length < 100 && !/[\n\u202e]/.test(advice.title));
  });
});
