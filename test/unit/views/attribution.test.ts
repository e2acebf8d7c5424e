import assert from 'node:assert/strict';
import type { ItemUse } from '../../../src/queries/countedRequests.ts';
import type { ThreadStateRow } from '../../../src/queries/threads.ts';
import type { KindUse, TurnUse } from '../../../src/queries/threadUse.ts';
import { type AttributionInput, attributionView } from '../../../src/views/attribution.ts';
import type { Lens, TurnRange } from '../../../src/views/attributionView.ts';
import { localPath } from '../../../src/views/localPath.ts';
import { DEFAULT_THRESHOLDS } from '../../../src/views/tone.ts';

const NOW = Date.UTC(2026, 10, 18, 12);

const session = {
  key: 'codex:s',
  agent: 'codex',
  sessionId: 's',
  title: 'Fix\nthe build',
  workspace: '/home/dev/shop',
  model: 'gpt',
  thread: 'main',
  lastAtMs: NOW - 120_000,
};

const thread = (name: string, agentName = 'main', parentThread: string | null = null): ThreadStateRow => ({
  thread: name,
  agentName,
  parentThread,
  launchCallId: null,
  model: 'gpt',
  lastAtMs: NOW,
  contextTokens: 100_000,
  contextEstimated: 0,
  peakTokens: 100_000,
  windowTokens: 250_000,
  windowSource: 'reported',
  windowKinds: '[]',
  compactedAtMs: null,
  compactedAtTokens: null,
});

const prompt = (tokens: number, output = 0) => ({
  input: 0,
  cacheRead: tokens,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  output,
});

const item = (kind: string, target: string, calls: number, inWindow: number, spent: number): ItemUse => ({
  kind,
  target,
  calls,
  inWindow,
  spent: prompt(spent),
  costUsd: kind === 'bash' ? null : spent / 1e6,
  entered: 50_000,
  carry: spent / 50_000,
});

const flown = (kind: string, tokens: number): KindUse => ({ kind, spent: prompt(tokens), costUsd: null });

const turn = (number: number, contextTokens: number): TurnUse => ({
  turn: number,
  atMs: NOW - 600_000 + number * 60_000,
  contextTokens,
  outputTokens: 100,
  model: 'gpt',
  isEstimated: false,
  kinds: [
    ['system', 40_000],
    ['read', contextTokens - 40_000],
  ],
});

const threads = [
  thread('main'),
  thread('b', 'reviewer', 'main'),
  thread('a', 'reviewer', 'main'),
  thread('c', 'helper', 'b'),
  thread('lost', 'helper', 'nowhere'),
];

interface More {
  shown?: string;
  range?: TurnRange;
  isFollowing?: boolean;
  peakTokens?: number;
}

function attribution(lens: Lens, more: More = {}) {
  const input: AttributionInput = {
    locale: 'en',
    timeZone: 'Pacific/Auckland',
    nowMs: NOW,
    lens,
    thresholds: DEFAULT_THRESHOLDS,
    agentLabels: { codex: 'Codex' },
    sessions: [session],
    isFollowing: more.isFollowing ?? false,
    chosen: {
      session,
      threads,
      usage: ['main', 'a', 'b', 'c', 'lost'].map((name, i) => ({ thread: name, turns: i + 1, totalTokens: 1000 * i })),
      thread: {
        ...(threads.find((row) => row.thread === more.shown) ?? thread('main')),
        ...(more.peakTokens === undefined ? {} : { peakTokens: more.peakTokens }),
      },
      use: {
        items: [
          item('read', '/home/dev/shop/src/a.ts', 2, 60_000, 100_000),
          item('read', 'C:\\work\\b.ts', 1, 0, 400_000),
          item('read', '../../etc/passwd', 1, 0, 1000),
          item('system', '', 0, 40_000, 900_000),
          item('task', 'reviewer', 2, 0, 500),
          item('bash', 'npm test', 1, 0, 300),
        ],
        inFlight: [flown('bash', 1_000_000), flown('read', 400_000)],
        turns: [turn(1, 60_000), turn(2, 100_000)],
        events: [],
        prices: { priceSources: ['user', null], otherwisePriced: [], unpricedTurns: 1, estimatedTurns: 0 },
      },
      range: more.range,
      advice: [],
    },
    lookedFor: [],
  };
  return attributionView(input);
}

const labels = (lens: Lens): string[] => attribution(lens).rows.map((row) => row.label);

describe('the panel "What consumed my tokens"', () => {
  it('orders kinds and items by the lens', () => {
    assert.deepEqual(labels('window').slice(0, 5), ['Read', 'src/a.ts', 'work/b.ts', 'etc/passwd', 'System']);
    assert.deepEqual(labels('spent').slice(0, 5), ['System', 'Read', 'work/b.ts', 'src/a.ts', 'etc/passwd']);
    assert.deepEqual(labels('in-flight').slice(0, 3), ['Bash', 'npm test', 'Read']);
  });

  it('has a bar that sums to the figures of its lens', () => {
    assert.equal(attribution('window').bar.tokens, 100_000);
    assert.equal(attribution('spent').bar.tokens, 1_401_800);
    assert.equal(attribution('in-flight').bar.tokens, 1_400_000);
  });

  it('says of each owner calls, tokens, cost and how often it was carried; a cost that is not known is not said', () => {
    const { rows, columns } = attribution('spent');
    assert.deepEqual(
      columns.map((column) => column.key),
      ['calls', 'inWindow', 'spent', 'cost', 'carry', 'share'],
    );
    assert.deepEqual(rows.find((row) => row.key === 'read')?.cells, {
      calls: '4',
      inWindow: '60k',
      spent: '501k',
      cost: '$0.50',
      carry: '3.3×',
      share: '36%',
    });
    assert.deepEqual(rows.find((row) => row.key === 'bash')?.cells, {
      calls: '1',
      inWindow: '0',
      spent: '300',
      carry: '0×',
      share: '<1%',
    });
  });

  it('tells the lens in flight of kinds alone', () => {
    const { rows, columns } = attribution('in-flight');
    assert.ok(columns.some((column) => column.key === 'inFlight'));
    assert.equal(rows.find((row) => row.key === 'bash')?.cells.inFlight, '1M');
    const below = rows.find((row) => row.label === 'npm test');
    assert.deepEqual([below?.cells.inFlight, below?.cells.share, below?.share], [undefined, undefined, 0]);
  });

  it('offers files to open, but no way out of the workspace', () => {
    assert.deepEqual(
      attribution('window').rows.flatMap((row) => (row.opens === undefined ? [] : [row.opens])),
      ['/home/dev/shop/src/a.ts', 'C:\\work\\b.ts'],
    );
  });

  it('shows a subagent’s threads below its row, in the thread that launched them', () => {
    const threadsIn = (shown: string) =>
      attribution('window', { shown }).rows.flatMap((row) =>
        row.thread === undefined ? [] : [[row.level, row.thread, row.label]],
      );
    assert.deepEqual(threadsIn('main'), [
      [2, 'b', 'reviewer · 3 turns · 2k tokens'],
      [2, 'a', 'reviewer · 2 turns · 1k tokens'],
      [1, 'lost', 'helper · 5 turns · 4k tokens'],
    ]);
    assert.deepEqual(threadsIn('c'), []);
  });

  it('nests threads below those that launched them, in order of time, and knows the way back', () => {
    const view = attribution('window', { shown: 'c' });
    assert.deepEqual(
      view.threads.map((choice) => [choice.level, choice.key, choice.selected]),
      [
        [0, 'main', false],
        [1, 'a', false],
        [1, 'b', false],
        [2, 'c', true],
        [1, 'lost', false],
      ],
    );
    assert.deepEqual(
      view.path.map((part) => part.label),
      ['Main thread', 'reviewer', 'helper'],
    );
    assert.deepEqual(attribution('window').path, []);
  });

  it('names the session on one line, with its age, and follows the live one until another is chosen', () => {
    const chosen = attribution('window').sessions;
    assert.deepEqual(
      chosen.map(({ key, label, detail, selected }) => [key, label, detail, selected]),
      [
        ['', 'Follow the live session', undefined, false],
        ['codex:s', 'Fix the build', 'Codex · shop · 2\u00a0min ago', true],
      ],
    );
    const [follow, other] = attribution('window', { isFollowing: true }).sessions;
    assert.deepEqual([follow?.selected, follow?.detail, other?.selected], [true, 'Now: Fix the build', false]);
  });

  it('tells nothing of the context before the first reply', () => {
    const { context, bar, rows } = attribution('window', { peakTokens: 0 });
    assert.match(context.label, /^No reply yet/);
    assert.deepEqual([context.percent, bar.segments.length, rows.length], [undefined, 0, 0]);
  });

  it('says how full the context is and where the size of its window comes from', () => {
    assert.deepEqual(attribution('window').context, {
      label: '100,000 of 250,000 tokens (40%)',
      percent: 40,
      tone: 'normal',
      windowSource: 'Window size reported by the agent',
    });
  });

  for (const [compactedAtTokens, text] of [
    [160_000, 'About 60,000 tokens until the agent compacts: last time it did at 160,000'],
    [90_000, 'The agent may compact at any moment: last time it did at 90,000'],
  ] as const)
    it(`says how far it is to a compaction at ${compactedAtTokens}`, () => {
      threads.push({ ...thread('full'), compactedAtTokens });
      const { context } = attribution('window', { shown: 'full' });
      threads.pop();
      assert.deepEqual([context.untilCompaction, context.compactsAtPercent], [text, compactedAtTokens / 2500]);
    });

  it('says which turns it is about', () => {
    const view = attribution('window', { range: { from: 1, to: 1 } });
    assert.equal(view.lenses[0]?.hint, 'What the prompt of turn 1 was made of.');
    assert.match(view.timeline?.range?.label ?? '', /^Turn 1 of 2 · Nov 19, 12:51/);
  });
});

describe('a target of a transcript', () => {
  for (const [target, workspace, expected] of [
    ['/a/b.ts', null, '/a/b.ts'],
    ['C:\\a\\b.ts', null, 'C:\\a\\b.ts'],
    ['src/b.ts', '/home/dev', '/home/dev/src/b.ts'],
    ['./b.ts', '/home/dev/', '/home/dev/b.ts'],
    ['src\\b.ts', 'C:\\dev', 'C:\\dev\\src\\b.ts'],
    ['src/b.ts', null, undefined],
    ['src/b.ts', 'relative', undefined],
    ['../b.ts', '/home/dev', undefined],
    ['/a/../../etc/passwd', null, undefined],
    ['//server/share/b.ts', null, undefined],
    ['\\\\server\\share\\b.ts', null, undefined],
    ['/\\server\\share', null, undefined],
    ['https://example.org/b.ts', '/home/dev', undefined],
    ['vscode:extension', '/home/dev', undefined],
    ['~/b.ts', '/home/dev', undefined],
    ['/a/b\u0000.ts', null, undefined],
    ['/a/b\n.ts', null, undefined],
    ['', '/home/dev', undefined],
    [`/${'a'.repeat(5000)}`, null, undefined],
  ] as const)
    it(`${JSON.stringify(target.slice(0, 40))} in ${workspace} is ${expected === undefined ? 'no file of this machine' : expected}`, () =>
      assert.equal(localPath(target, workspace), expected));
});
