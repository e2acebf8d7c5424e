import type { Kind } from '../../src/ledger/kind.ts';

/** What one gallery state shows, as raw figures; `sampleViews.ts` formats them. */
export interface GalleryState {
  /** Owners of the context, descending tokens. */
  kinds: [kind: Kind, label: string, tokens: number][];
  /** Tokens per day by class: cache read, cache write, input, output. */
  days: [label: string, cacheRead: number, cacheWrite: number, input: number, output: number][];
  agents: { name: string; tokens: number; level: 0 | 1 }[];
  /** Use of a quota in percent. */
  quotas: [label: string, percent: number][];
  /** Requests of the thread; 60 by default. */
  turns?: number;
  /** Of the context window; 200,000 by default. */
  windowTokens?: number;
}

const WEEK: GalleryState['days'] = [
  ['Mon 16', 410_000, 62_000, 18_000, 31_000],
  ['Tue 17', 1_240_000, 130_000, 42_000, 88_000],
  ['Wed 18', 860_000, 90_000, 24_000, 61_000],
  ['Thu 19', 0, 0, 0, 0],
  ['Fri 20', 1_530_000, 171_000, 39_000, 97_000],
  ['Sat 21', 220_000, 41_000, 9_000, 14_000],
  ['Sun 22', 640_000, 77_000, 21_000, 43_000],
];

const COMMON: GalleryState['kinds'] = [
  ['read', 'Read', 33_900],
  ['system', 'System', 20_500],
  ['bash', 'Bash', 18_000],
  ['edit', 'Edit', 9_840],
];

const ALL_KINDS: GalleryState['kinds'] = [
  ['read', 'Read', 41_200],
  ['mcp:github', 'MCP github', 22_700],
  ['system', 'System', 18_300],
  ['bash', 'Bash', 14_100],
  ['model', 'Model', 11_800],
  ['edit', 'Edit', 9_900],
  ['search', 'Search', 7_400],
  ['web', 'Web', 5_600],
  ['memory', 'Memory', 4_100],
  ['task', 'Task', 3_300],
  ['user', 'User', 2_200],
  ['write', 'Write', 1_400],
  ['todo', 'Todo', 380],
  ['unattributed', 'Unattributed', 90],
];

const LONG = 'a-remarkably-long-name-that-somebody-gave-to-a-subagent-without-ever-looking-at-a-table';

/** The states that every chart must look well in. They are the gallery and the snapshot tests. */
export const STATES = {
  empty: { kinds: [], days: [], agents: [], quotas: [] },
  oneDay: {
    kinds: COMMON,
    days: [['Sun 22', 640_000, 77_000, 21_000, 43_000]],
    agents: [{ name: 'Claude Code', tokens: 781_000, level: 0 }],
    quotas: [['Weekly budget', 16]],
  },
  threeAgents: {
    kinds: [...COMMON, ['model', 'Model', 6_200], ['user', 'User', 1_900], ['memory', 'Memory', 1_700]],
    days: WEEK,
    agents: [
      { name: 'Claude Code', tokens: 3_420_000, level: 0 },
      { name: 'main', tokens: 2_300_000, level: 1 },
      { name: 'code-reviewer', tokens: 1_120_000, level: 1 },
      { name: 'Codex', tokens: 1_980_000, level: 0 },
      { name: 'Gemini CLI', tokens: 558_000, level: 0 },
    ],
    quotas: [
      ['Weekly budget', 63],
      ['Codex, 5 hours', 88],
    ],
  },
  longNames: {
    kinds: [
      ['mcp:enterprise-knowledge-base-connector', 'MCP enterprise-knowledge-base-connector', 52_000],
      ['mcp:internal-design-system-documentation', 'MCP internal-design-system-documentation', 31_000],
      ['read', 'Read', 4_000],
    ],
    days: WEEK,
    agents: [
      { name: LONG, tokens: 4_100_000, level: 0 },
      { name: LONG.toUpperCase(), tokens: 3_900_000, level: 1 },
    ],
    quotas: [['Claude Code, weekly limit of the organisation account shared by several teams', 97]],
  },
  huge: {
    kinds: [
      ['read', 'Read', 612_000_000_000],
      ['bash', 'Bash', 1_900_000_000],
      ['system', 'System', 3],
    ],
    days: Array.from({ length: 180 }, (_, i) => [
      `Day ${i + 1}`,
      3e9 * (1 + Math.sin(i / 9)) + i * 1e7,
      4e8 * (1 + Math.cos(i / 7)),
      9e7,
      2e8 * (1 + Math.sin(i / 3)),
    ]),
    agents: Array.from({ length: 40 }, (_, i) => ({
      name: i % 4 === 0 ? `Agent ${i / 4 + 1}` : `subagent ${i}`,
      tokens: Math.round(9e11 / (i + 1)),
      level: i % 4 === 0 ? 0 : 1,
    })),
    quotas: [['Weekly budget', 1_240]],
  },
  oneKind: {
    kinds: [['system', 'System', 18_400]],
    days: WEEK.slice(0, 2),
    agents: [{ name: 'Codex', tokens: 18_400, level: 0 }],
    quotas: [],
  },
  fourKinds: {
    kinds: COMMON,
    days: WEEK,
    agents: [{ name: 'Codex', tokens: 1_980_000, level: 0 }],
    quotas: [['Codex, weekly', 51]],
  },
  fourteenKinds: {
    kinds: ALL_KINDS,
    days: WEEK,
    agents: [{ name: 'Claude Code', tokens: 3_420_000, level: 0 }],
    quotas: [['Weekly budget', 34]],
  },
  millionWindow: {
    kinds: ALL_KINDS.map(([kind, label, tokens]) => [kind, label, tokens * 6]),
    days: WEEK,
    agents: [{ name: 'Claude Code', tokens: 34_200_000, level: 0 }],
    quotas: [['Weekly budget', 58]],
    turns: 420,
    windowTokens: 1_000_000,
  },
  oneTurn: {
    kinds: COMMON,
    days: WEEK.slice(6),
    agents: [{ name: 'Codex', tokens: 82_240, level: 0 }],
    quotas: [],
    turns: 1,
  },
  manyTurns: {
    kinds: ALL_KINDS,
    days: WEEK,
    agents: [{ name: 'Claude Code', tokens: 342_000_000, level: 0 }],
    quotas: [['Weekly budget', 92]],
    turns: 5000,
  },
  zeroTokens: {
    kinds: [
      ['read', 'Read', 0],
      ['bash', 'Bash', 0],
    ],
    days: [['Sun 22', 0, 0, 0, 0]],
    agents: [{ name: 'Claude Code', tokens: 0, level: 0 }],
    quotas: [['Weekly budget', 0]],
  },
  hostileNames: {
    kinds: [
      ['mcp:</svg><script>alert(1)</script>', 'MCP </svg><script>alert(1)</script>', 40_000],
      ['mcp:"onload="alert(1)', 'MCP "onload="alert(1)', 30_000],
      ["mcp:&amp;'--><!--", "MCP &amp;'--><!--", 20_000],
      ['mcp:\u202Eesrever\u0000\uD800', 'MCP \u202Eesrever\u0000\uD800', 10_000],
      ['mcp:日本語のサーバー', 'MCP 日本語のサーバー', 5_000],
    ],
    days: [['<b>Sun</b>', 640_000, 77_000, 21_000, 43_000]],
    agents: [{ name: '<img src=x onerror=alert(1)>', tokens: 781_000, level: 0 }],
    quotas: [['<i>quota</i> ]]> & "', 81]],
  },
} satisfies Record<string, GalleryState>;

export type StateName = keyof typeof STATES;
export const STATE_NAMES = Object.keys(STATES) as StateName[];
