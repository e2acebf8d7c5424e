import type { ItemUse } from '../../src/queries/countedRequests.ts';
import type { LiveSessionRow } from '../../src/queries/sessions.ts';
import type { ThreadStateRow } from '../../src/queries/threads.ts';
import type { ThreadUse, TurnUse } from '../../src/queries/threadUse.ts';
import type { TurnEvent } from '../../src/queries/turnEvents.ts';
import type { KindSums } from '../../src/queries/usageWindow.ts';
import { attributionView } from '../../src/views/attribution.ts';
import type { AdviceCard, AttributionView, Lens, TurnRange } from '../../src/views/attributionView.ts';
import { DEFAULT_THRESHOLDS } from '../../src/views/tone.ts';
import type { GalleryState } from './states.ts';

const NOW = Date.UTC(2026, 10, 22, 12, 4, 31);
const TURN_MS = 47_000;
const DEFAULT_TURNS = 60;
/** What its share of a kind each sample item has, most first. */
const PARTS = [0.5, 0.3, 0.15, 0.05];
const FILES = [
  'src/pages/checkout/components/AddressForm.test.tsx',
  'src/login.ts',
  'README.md',
  `src/${'deeply/nested/'.repeat(6)}a-file-whose-name-nobody-would-want-to-read-twice.generated.stories.tsx`,
];
const TARGETS: Record<string, string[]> = {
  read: FILES.map((file) => `/home/me/shop/${file}`),
  edit: FILES.slice(0, 2).map((file) => `/home/me/shop/${file}`),
  write: ['/home/me/shop/src/login.test.ts'],
  memory: ['/home/me/shop/AGENTS.md'],
  bash: ['npm test', 'git diff', 'rg', 'node'],
  web: ['developer.mozilla.org', 'vitest.dev'],
  task: ['code-reviewer', 'Explore'],
  search: ['src/pages', 'AddressForm'],
};

/** What the page wishes to see of a state. */
export interface SampleWish {
  lens: Lens;
  range?: TurnRange;
  thread: string;
}

/** The attribution panel in a state, made by the same functions as in the editor from rows that a store could have given. */
export function sampleAttribution(state: GalleryState, wish: SampleWish): AttributionView {
  const tokens = state.kinds.reduce((sum, [, , count]) => sum + count, 0);
  const isEmpty = state.kinds.length === 0;
  const turns = state.turns ?? DEFAULT_TURNS;
  const threads = [
    thread('main', 'main', null, tokens, state),
    thread('s1', 'code-reviewer', 'main', 41_000, state),
    thread('s2', 'code-reviewer', 'main', 22_000, state),
    thread('s3', 'Explore', 's1', 18_000, state),
  ];
  const shown = threads.find((row) => row.thread === wish.thread) ?? thread('main', 'main', null, tokens, state);
  return attributionView({
    locale: 'en',
    timeZone: 'America/New_York',
    nowMs: NOW,
    lens: wish.lens,
    thresholds: DEFAULT_THRESHOLDS,
    agentLabels: { 'claude-code': 'Claude Code' },
    sessions: isEmpty ? [] : sessions,
    isFollowing: true,
    lookedFor: ['Claude Code', 'Codex'],
    chosen:
      isEmpty || !sessions[0]
        ? undefined
        : {
            session: sessions[0],
            threads,
            usage: threads.map((row, i) => ({
              thread: row.thread,
              turns: i === 0 ? turns : 9 * i,
              totalTokens: row.contextTokens * (i === 0 ? turns : 7),
            })),
            thread: shown,
            use: sampleUse(state, wish.range),
            range: tokens > 0 ? wish.range : undefined,
            advice: tokens > 0 ? ADVICE : [],
          },
  });
}

const sessions: LiveSessionRow[] = [
  'Fix the flaky login test',
  'Add dark mode to the settings page',
  'Why does the order total differ by a cent when the basket holds more than one voucher and a gift wrapping?',
  ...Array.from({ length: 60 }, (_, i) => `Session ${i + 4}`),
].map((title, i) => ({
  key: `claude-code:${i}`,
  agent: 'claude-code',
  sessionId: String(i),
  title,
  workspace: '/home/me/shop',
  model: 'claude-sonnet-4-5',
  thread: 'main',
  lastAtMs: NOW - i * 4_000_000,
}));

const thread = (
  name: string,
  agentName: string,
  parentThread: string | null,
  contextTokens: number,
  state: GalleryState,
): ThreadStateRow => ({
  thread: name,
  agentName,
  parentThread,
  launchCallId: null,
  model: 'claude-sonnet-4-5-20250929',
  lastAtMs: NOW,
  contextTokens,
  contextEstimated: 0,
  peakTokens: Math.min(contextTokens, state.windowTokens ?? 200_000),
  windowTokens: state.windowTokens ?? null,
  windowSource: state.windowTokens === undefined ? null : 'reported',
  windowKinds: '[]',
  compactedAtMs: null,
  compactedAtTokens: (state.turns ?? DEFAULT_TURNS) > 40 ? Math.round((state.windowTokens ?? 200_000) * 0.82) : null,
});

const ADVICE: AdviceCard[] = [
  {
    id: 'repeated-read:/home/me/shop/src/login.ts',
    title: 'login.ts was read 4 times',
    saving: '−38k tokens · about $0.12',
    how: 'Each reading brought 12,700 tokens into the context; three of them held the same text and were carried over 31 turns.',
    action: { type: 'openFile', label: 'Open login.ts', path: '/home/me/shop/src/login.ts' },
  },
  {
    id: 'unused-server:linear',
    title: 'MCP linear was never called',
    saving: '−22k tokens per turn',
    how: 'Its tool definitions are sent with each turn; none of its tools was called in 60 turns.',
    action: { type: 'showUsage', label: 'Show Usage' },
  },
  {
    id: 'compact-now',
    title: 'Compacting now would free about 70k tokens',
    saving: '≈ −70k tokens per turn',
    how: 'The last compaction left 18,200 tokens of 160,400; the context now holds 88,300.',
    action: { type: 'copy', label: 'Copy /compact', text: '/compact' },
  },
  {
    id: 'fourth',
    title: 'A fourth piece, which stands only when another was dismissed',
    saving: '−4k tokens',
    how: 'It is the smallest.',
  },
];

function sampleUse(state: GalleryState, range: TurnRange | undefined): ThreadUse {
  const count = state.turns ?? DEFAULT_TURNS;
  const all = sampleTurns(state, count);
  const [first, last] = [range?.from ?? 1, range?.to ?? count];
  const inRange = all.slice(first - 1, last);
  const spentBy = new Map<string, number>();
  for (const turn of inRange)
    for (const [kind, tokens] of turn.kinds) spentBy.set(kind, (spentBy.get(kind) ?? 0) + tokens);
  const now = new Map(range ? inRange.at(-1)?.kinds : state.kinds.map(([kind, , tokens]) => [kind, tokens]));
  const items = state.kinds.flatMap(([kind]): ItemUse[] => {
    const inWindow = now.get(kind) ?? 0;
    const spent = spentBy.get(kind) ?? 0;
    const targets = TARGETS[kind] ?? (kind.startsWith('mcp:') ? ['search_issues', 'get_file_contents'] : ['']);
    return targets.map((target, i) => item(kind, target, inWindow, spent, i, targets.length, inRange.length));
  });
  return {
    items,
    prices: {
      priceSources: ['genai-prices:anthropic/claude-sonnet-4-5'],
      otherwisePriced: [],
      unpricedTurns: 0,
      estimatedTurns: 0,
    },
    inFlight: state.kinds
      .filter(([kind]) => !['system', 'memory', 'user', 'summary', 'unattributed'].includes(kind))
      .map(([kind], i) => ({ kind, spent: sums(Math.round(9e5 / (i + 1)), 400), costUsd: 0.2 })),
    turns: all,
    events: sampleEvents(count),
  };
}

const sums = (prompt: number, output: number): KindSums => ({
  input: 0,
  cacheRead: prompt,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  output,
});

function item(
  kind: string,
  target: string,
  inWindow: number,
  spent: number,
  i: number,
  of: number,
  turns: number,
): ItemUse {
  const part = of === 1 ? 1 : i === of - 1 ? 1 - PARTS.slice(0, i).reduce((a, b) => a + b, 0) : (PARTS[i] ?? 0);
  const share = Math.round(inWindow * part);
  const entered = Math.max(share, 1);
  return {
    kind,
    target,
    calls: target === '' ? 0 : Math.max(1, Math.round((turns / 3) * part)),
    inWindow: share,
    spent: sums(Math.round(spent * part), target === '' ? 0 : 200),
    costUsd: kind === 'web' ? null : spent * part * 3e-7,
    entered,
    carry: (spent * part) / entered,
  };
}

/** Where the sample's context falls: after these turns. */
const compactions = (count: number): number[] =>
  count < 40
    ? []
    : count < 1000
      ? [Math.round(count * 0.6)]
      : Array.from({ length: 24 }, (_, i) => Math.round(((i + 1) * count) / 25.3));

/** A context that grows to the state's figures, falls at each compaction and grows again. */
function sampleTurns({ kinds }: GalleryState, count: number): TurnUse[] {
  const falls = [0, ...compactions(count), count];
  return Array.from({ length: count }, (_, i) => {
    const next = falls.findIndex((turn) => turn > i);
    const [from, to] = [falls[next - 1] ?? 0, falls[next] ?? count];
    const grown = to - from <= 1 ? 1 : (i - from) / (to - from - 1);
    const parts = kinds.map(([kind, , tokens], k): [string, number] => {
      if (kind === 'system' || kind === 'memory') return [kind, tokens];
      const late = (k % 4) * 0.12;
      const wave = 1 + 0.06 * Math.sin(i * (k + 2) * 0.7) * (1 - grown);
      return [kind, Math.round(tokens * Math.max(0, Math.min(1, ((grown - late) / (1 - late)) * wave)))];
    });
    return {
      turn: i + 1,
      atMs: NOW - (count - i) * TURN_MS,
      contextTokens: parts.reduce((sum, [, tokens]) => sum + tokens, 0),
      outputTokens: 400,
      model: 'claude-sonnet-4-5',
      isEstimated: false,
      kinds: parts,
    };
  });
}

function sampleEvents(count: number): TurnEvent[] {
  const event = (kind: TurnEvent['kind'], turn: number, more: Partial<TurnEvent> = {}): TurnEvent => ({
    kind,
    turn,
    atMs: NOW - (count - turn) * TURN_MS,
    tokensBefore: null,
    tokensAfter: null,
    label: null,
    ...more,
  });
  if (count < 10) return [];
  const launches = count < 1000 ? [0.2, 0.22, 0.8] : Array.from({ length: 140 }, (_, i) => (i + 1) / 145);
  return [
    event('fork', Math.round(count * 0.1)),
    ...launches.map((at, i) =>
      event('launch', Math.round(count * at), { label: 'code-reviewer', thread: i % 2 === 0 ? 's1' : 's2' }),
    ),
    event('pause', Math.round(count * 0.4), { rewritten: 41_000 }),
    ...compactions(count).map((turn) =>
      event('compaction', turn, { tokensBefore: 160_400, tokensAfter: 18_200, automatic: true }),
    ),
    event('model', Math.round(count * 0.9), { label: 'claude-opus-4-5' }),
  ].toSorted((a, b) => a.turn - b.turn);
}
