import { type Corpus, type CorpusOptions, makeCorpus } from '../corpus/makeCorpus.ts';
import type { Truth } from '../corpus/truth.ts';
import { percentile } from '../row.ts';
import { type Contender, OURS, openPeers, ours } from './contender.ts';
import type { PeerTotals } from './peer.ts';

/** One thing that is measured of all contenders. */
export interface Comparison {
  what: string;
  /** Of what: several are of the same transcripts. */
  corpus: string;
  /** By label. */
  results: Record<string, Result>;
  /** What ours may take at most, as a part of what ccusage takes. */
  bounds?: { wall: number; cpu?: number };
}

/** Medians, and what it counted; or why there is nothing to tell. */
export type Result =
  | { wallMs: number; cpuMs: number; rounds: number; totalError: number; outputError: number }
  | { why: string };

/** Another program that takes longer is not asked again and again. */
const SLOW_MS = 12_000;

type Kind = 'first' | 'unchanged' | 'grown';

interface Plan {
  name: string;
  corpus: CorpusOptions;
  runs: { kind: Kind; what(truth: Truth): string; bounds?: Comparison['bounds'] }[];
}

const megabytes = (bytes: number): string =>
  bytes >= 9.5e8 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
const files = ({ files: count }: Truth): string => (count === 1 ? 'one file' : `${count.toLocaleString('en')} files`);

const plans = (scale: number): Plan[] => [
  {
    name: 'Claude Code',
    corpus: { agent: 'claude-code', bytes: 1e9 * scale },
    runs: [
      {
        kind: 'first',
        what: (truth) => `First read of Claude Code: ${megabytes(truth.bytes)} in ${files(truth)}`,
        bounds: { wall: 0.7, cpu: 0.8 },
      },
      { kind: 'unchanged', what: (truth) => `Again, nothing changed in ${files(truth)}`, bounds: { wall: 1 / 12 } },
      { kind: 'grown', what: () => 'Again, three of them longer', bounds: { wall: 1 / 12 } },
    ],
  },
  {
    name: 'one session',
    corpus: { agent: 'claude-code', bytes: 2e8 * scale, sessionBytes: 2e8 * scale, seed: 2 },
    runs: [
      { kind: 'first', what: (truth) => `First read of one session: ${megabytes(truth.bytes)}`, bounds: { wall: 0.5 } },
    ],
  },
  {
    name: 'Codex',
    corpus: { agent: 'codex', bytes: 1e8 * scale, seed: 3 },
    runs: [
      {
        kind: 'first',
        what: (truth) => `First read of Codex: ${megabytes(truth.bytes)} in ${files(truth)}`,
        bounds: { wall: 1.2 },
      },
    ],
  },
];

export interface CompareOptions {
  /** 1 = the full sizes. */
  scale: number;
  rounds: number;
  say(line: string): void;
}

/** Runs ours and the peers side by side on transcripts that are made on the spot: each round one run of each, one after the other. */
export async function comparePeers({
  scale,
  rounds,
  say,
}: CompareOptions): Promise<{ labels: string[]; comparisons: Comparison[] }> {
  const { peers, missing } = await openPeers();
  for (const { label, why } of missing) say(`${label}: ${why}`);
  const contenders = [ours, ...peers];
  const comparisons: Comparison[] = [];
  for (const { name: corpusName, corpus: options, runs } of plans(scale)) {
    say(`writing ${megabytes(options.bytes)} of ${options.agent}`);
    const corpus = makeCorpus(options);
    try {
      for (const { kind, what, bounds } of runs) {
        const name = what(corpus.truth);
        say(name);
        const results = await measure(corpus, options.agent, kind, contenders, rounds, say);
        for (const { label, why } of missing) results[label] = { why };
        comparisons.push({ what: name, corpus: corpusName, results, bounds: scale === 1 ? bounds : undefined });
      }
    } finally {
      corpus.remove();
    }
  }
  return { labels: [OURS, ...peers.map((peer) => peer.label), ...missing.map((each) => each.label)], comparisons };
}

async function measure(
  corpus: Corpus,
  agent: CorpusOptions['agent'],
  kind: Kind,
  contenders: readonly Contender[],
  rounds: number,
  say: (line: string) => void,
): Promise<Record<string, Result>> {
  const runs = new Map(contenders.map(({ label }) => [label, [] as { wallMs: number; cpuMs: number }[]]));
  const results: Record<string, Result> = {};
  // Who was slow before may not know what it would know by now.
  if (kind === 'unchanged') for (const each of contenders) await each.run(corpus.home, agent).catch(() => undefined);
  for (let round = 0; round < rounds; round++) {
    if (kind === 'grown') corpus.grow(3, 4);
    for (const contender of contenders) {
      const { label } = contender;
      const own = runs.get(label) ?? [];
      if (results[label] && 'why' in results[label]) continue;
      if (label !== OURS && kind === 'first' && (own[0]?.wallMs ?? 0) > SLOW_MS) continue;
      if (kind === 'first') contender.forget(corpus.home);
      try {
        const { wallMs, cpuMs, totals } = await contender.run(corpus.home, agent);
        own.push({ wallMs, cpuMs });
        results[label] = {
          wallMs: percentile(
            own.map((run) => run.wallMs),
            0.5,
          ),
          cpuMs: percentile(
            own.map((run) => run.cpuMs),
            0.5,
          ),
          rounds: own.length,
          ...errors(totals, corpus.truth),
        };
        say(`  ${label}: ${wallMs.toFixed(0)} ms, processor ${cpuMs.toFixed(0)} ms`);
      } catch (error) {
        results[label] = { why: `failed: ${error instanceof Error ? error.message : String(error)}` };
        say(`  ${label}: ${(results[label] as { why: string }).why}`);
      }
    }
  }
  return results;
}

/** How far a count is from the truth, as a share of it; 0 only when each class is exact. */
function errors(totals: PeerTotals, { tokens }: Truth): { totalError: number; outputError: number } {
  const truth: PeerTotals = {
    input: tokens.input,
    cacheRead: tokens.cacheRead,
    cacheWrite: tokens.cacheWrite5m + tokens.cacheWrite1h,
    output: tokens.output,
  };
  const classes = Object.keys(truth) as (keyof PeerTotals)[];
  const all = (of: PeerTotals): number => classes.reduce((sum, name) => sum + of[name], 0);
  const wrong = classes.reduce((sum, name) => sum + Math.abs(totals[name] - truth[name]), 0);
  const totalError = (all(totals) - all(truth)) / all(truth);
  return {
    totalError: totalError === 0 && wrong > 0 ? wrong / all(truth) : totalError,
    outputError: (totals.output - truth.output) / truth.output,
  };
}
