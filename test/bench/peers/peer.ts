import path from 'node:path';

/** Whose transcripts are measured. */
export type BenchAgent = 'claude-code' | 'codex';

/** What a program says it counted; reasoning is a part of the output, what came from the cache is none of the input. */
export interface PeerTotals {
  input: number;
  cacheRead: number;
  cacheWrite: number;
  output: number;
}

/** Another program that counts tokens: installed from npm, run on the same transcripts. */
export interface Peer {
  name: string;
  version: string;
  /** What to install: of the same version, if it names none. */
  packages: string[];
  /** Where it keeps what it remembers between runs, in a home folder. */
  memory: string[];
  env: Record<string, string>;
  /** Its program, in the folder with `node_modules`. Without `node` it is started as it is. */
  program: { file: string; node: boolean };
  args(agent: BenchAgent): string[];
  /** Reads its report; throws when it is of another form. */
  totals(report: string): PeerTotals;
}

const { platform, arch } = process;
const system =
  platform === 'linux' ? `linux-${arch}-gnu` : platform === 'win32' ? `win32-${arch}-msvc` : `${platform}-${arch}`;
const exe = platform === 'win32' ? '.exe' : '';

const sum = <Row>(rows: readonly Row[], of: (row: Row) => number): number =>
  rows.reduce((total, row) => total + of(row), 0);

/** The peers, each as fast as it can be had: programs without the script that starts them, prices from what is at hand. */
export const PEERS: readonly Peer[] = [
  {
    name: 'ccusage',
    version: '20.0.24',
    packages: [`@ccusage/ccusage-${platform}-${arch}`],
    memory: ['.cache/ccusage', '.config/ccusage'],
    env: {},
    program: { file: path.join('@ccusage', `ccusage-${platform}-${arch}`, 'bin', `ccusage${exe}`), node: false },
    args: (agent) => [agent === 'codex' ? 'codex' : 'claude', 'daily', '--json', '--offline'],
    totals(report) {
      const { totals } = JSON.parse(report) as {
        totals: { inputTokens: number; cacheReadTokens: number; cacheCreationTokens: number; outputTokens: number };
      };
      return {
        input: totals.inputTokens,
        cacheRead: totals.cacheReadTokens,
        cacheWrite: totals.cacheCreationTokens,
        output: totals.outputTokens,
      };
    },
  },
  {
    name: 'tokscale',
    version: '4.17.0',
    packages: [`@tokscale/cli-${system}`],
    memory: ['.cache/tokscale', '.config/tokscale'],
    // Otherwise it waits for price lists from the network.
    env: { TOKSCALE_PRICING_CACHE_ONLY: '1' },
    program: { file: path.join('@tokscale', `cli-${system}`, 'bin', `tokscale${exe}`), node: false },
    args: (agent) => ['--json', '--no-spinner', '--client', agent === 'codex' ? 'codex' : 'claude'],
    totals(report) {
      const { totalInput, totalCacheRead, totalCacheWrite, totalOutput, entries } = JSON.parse(report) as {
        totalInput: number;
        totalCacheRead: number;
        totalCacheWrite: number;
        totalOutput: number;
        entries: { reasoning: number }[];
      };
      return {
        input: totalInput,
        cacheRead: totalCacheRead,
        cacheWrite: totalCacheWrite,
        output: totalOutput + sum(entries, (entry) => entry.reasoning),
      };
    },
  },
  {
    name: 'codeburn',
    version: '0.9.15',
    packages: ['codeburn'],
    memory: ['.cache/codeburn', '.config/codeburn'],
    env: {},
    program: { file: path.join('codeburn', 'dist', 'cli.js'), node: true },
    args: (agent) => [
      ...['models', '--from', '2000-01-01', '--to', '2099-12-31', '--format', 'json'],
      ...['--provider', agent === 'codex' ? 'codex' : 'claude'],
    ],
    totals(report) {
      const rows = JSON.parse(report) as {
        inputTokens: number;
        cacheReadTokens: number;
        cacheWriteTokens: number;
        outputTokens: number;
      }[];
      return {
        input: sum(rows, (row) => row.inputTokens),
        cacheRead: sum(rows, (row) => row.cacheReadTokens),
        cacheWrite: sum(rows, (row) => row.cacheWriteTokens),
        output: sum(rows, (row) => row.outputTokens),
      };
    },
  },
];
