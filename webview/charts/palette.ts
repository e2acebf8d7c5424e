import { FIXED_KINDS, type Kind, mcpServer } from '../../src/ledger/kind.ts';
import type { BarView } from '../../src/views/barView.ts';
import type { StackedClass } from '../../src/views/dashboardView.ts';

/** The four kinds of colour theme that VS Code knows. */
export const THEME_KINDS = ['dark', 'light', 'highContrast', 'highContrastLight'] as const;
export type ThemeKind = (typeof THEME_KINDS)[number];

/** What a colour can stand for: a fixed kind, one of the shades for MCP servers, or the rest of a bar. */
export const SWATCHES = [...FIXED_KINDS, 'rest', 'mcp0', 'mcp1', 'mcp2', 'mcp3', 'mcp4'] as const;
export type Swatch = (typeof SWATCHES)[number];
const MCP_SHADES = ['mcp0', 'mcp1', 'mcp2', 'mcp3', 'mcp4'] as const satisfies readonly Swatch[];

/**
 * One colour per kind and theme, the same everywhere. Chosen by a search that keeps any two apart in lightness and hue for normal sight
 * and for red and green blindness, and at least 3:1 against the editor's background.
 */
export const KIND_COLOURS: Record<ThemeKind, Record<Swatch, string>> = {
  dark: {
    system: '#829abe',
    memory: '#9377ce',
    user: '#c3a524',
    model: '#cb6620',
    summary: '#997e64',
    read: '#558df8',
    edit: '#81ce78',
    write: '#56b090',
    bash: '#bb4f9e',
    search: '#8ae0f4',
    web: '#99a5ff',
    task: '#9e48c0',
    todo: '#c1e073',
    other: '#d8d2b6',
    unattributed: '#b3b8be',
    rest: '#696f74',
    mcp0: '#ea8382',
    mcp1: '#af7893',
    mcp2: '#ac553c',
    mcp3: '#4ecbef',
    mcp4: '#87a15e',
  },
  light: {
    system: '#3e5374',
    memory: '#514092',
    user: '#af7e0b',
    model: '#b05208',
    summary: '#602e00',
    read: '#285cc2',
    edit: '#0ea052',
    write: '#5d9781',
    bash: '#681056',
    search: '#1891a3',
    web: '#787efa',
    task: '#5e017a',
    todo: '#415505',
    other: '#3d3f30',
    unattributed: '#616062',
    rest: '#71757a',
    mcp0: '#861244',
    mcp1: '#b176bc',
    mcp2: '#7c4a3c',
    mcp3: '#0570a4',
    mcp4: '#427c44',
  },
  highContrast: {
    system: '#c1d3fb',
    memory: '#c2aefc',
    user: '#e9cb54',
    model: '#f98f4f',
    summary: '#e8b88f',
    read: '#6399fe',
    edit: '#a7fe9e',
    write: '#8acec6',
    bash: '#e56fc7',
    search: '#b6f2f2',
    web: '#6170e8',
    task: '#bb4db8',
    todo: '#808d00',
    other: '#938f73',
    unattributed: '#abaaa3',
    rest: '#73727d',
    mcp0: '#f45b60',
    mcp1: '#b27c9d',
    mcp2: '#b2584a',
    mcp3: '#2f79a6',
    mcp4: '#c9ddb6',
  },
  highContrastLight: {
    system: '#485679',
    memory: '#665cb1',
    user: '#836c08',
    model: '#8b3e04',
    summary: '#65300b',
    read: '#2494f2',
    edit: '#4da070',
    write: '#08896e',
    bash: '#d55cb2',
    search: '#2490aa',
    web: '#333eb1',
    task: '#670086',
    todo: '#939324',
    other: '#686055',
    unattributed: '#474747',
    rest: '#2d333d',
    mcp0: '#5f101a',
    mcp1: '#5a2664',
    mcp2: '#a96652',
    mcp3: '#477289',
    mcp4: '#16612d',
  },
};

/** The colours of the token classes in the bars by day. */
export const CLASS_COLOURS: Record<ThemeKind, Record<StackedClass, string>> = {
  dark: { cacheRead: '#5f80b5', cacheWrite: '#a48de0', input: '#52b788', output: '#e8995a' },
  light: { cacheRead: '#6788bd', cacheWrite: '#6a4fb8', input: '#2a8a63', output: '#c4601c' },
  highContrast: { cacheRead: '#6f9dff', cacheWrite: '#cdb0ff', input: '#6ee0a6', output: '#ffb05c' },
  highContrastLight: { cacheRead: '#3a72c8', cacheWrite: '#5b2fa8', input: '#0b6b45', output: '#a3470a' },
};

/** The swatches of a bar's parts, those of its legend included. */
export const swatchesOfBar = ({ segments, legend }: Pick<BarView, 'segments' | 'legend'>): SwatchOf =>
  swatchesAmong([...segments, ...legend].map(({ kind }) => kind));

export type SwatchOf = (kind: Kind | 'rest') => Swatch;

/**
 * The swatches of kinds that are seen together: an MCP server has its own shade, unless another one before it by name has that; then it has the
 * next one that is free. Beyond five servers shades come again.
 */
export function swatchesAmong(kinds: readonly (Kind | 'rest')[]): SwatchOf {
  const servers = [...new Set(kinds)].filter((kind) => kind !== 'rest' && mcpServer(kind) !== undefined).sort();
  const given = new Map<Kind | 'rest', Swatch>();
  const taken = new Set<Swatch>();
  const give = (server: Kind | 'rest', swatch: Swatch): void => {
    given.set(server, swatch);
    taken.add(swatch);
  };
  for (const server of servers) if (!taken.has(swatchOf(server))) give(server, swatchOf(server));
  for (const server of servers)
    if (!given.has(server)) give(server, MCP_SHADES.find((shade) => !taken.has(shade)) ?? swatchOf(server));
  return (kind) => given.get(kind) ?? swatchOf(kind);
}

/** The swatch of a kind where no others are to be told from it; an MCP server always gets the same shade. */
export function swatchOf(kind: Kind | 'rest'): Swatch {
  if (kind === 'rest') return 'rest';
  const server = mcpServer(kind);
  if (server === undefined) return (FIXED_KINDS as readonly string[]).includes(kind) ? (kind as Swatch) : 'other';
  let hash = 0;
  for (const character of server) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return MCP_SHADES[hash % MCP_SHADES.length] ?? 'mcp0';
}

/** Name of the custom property that holds a class's colour. */
export function classVariable(stackedClass: StackedClass): string {
  return `--atm-class-${stackedClass}`;
}

/** The swatches of a series without a meaning of its own, such as providers: far apart for every sight. */
const SERIES = ['read', 'user', 'edit', 'bash', 'search', 'model', 'task'] as const satisfies readonly Swatch[];

/** The colour of the n-th of a series, as a custom property; those beyond are like the rest. */
export const seriesColour = (n: number): string => `var(--atm-kind-${SERIES[n] ?? 'rest'})`;
