// Measures the built extension on transcripts that are made on the spot, beside other programs, and says which bounds hold:
//   npm run bench [-- parts] [--readme] [--scale N] [--rounds N] [--idle-seconds N]
// Parts: peers, dashboard, grid, host, activation, files, idle, live; all without a name. With --readme the table in the README is written anew.
// --scale 0.1 is a tenth of the transcripts and of the requests; the whole takes some twenty minutes.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../vscode/paths.mjs';
import { makeCorpus } from './corpus/makeCorpus.ts';
import { activation, hostBlocking } from './hostBlocking.ts';
import { idle } from './idle.ts';
import { live } from './live.ts';
import { manyFiles } from './manyFiles.ts';
import { comparePeers } from './peers/compare.ts';
import { benchNode } from './peers/contender.ts';
import { comparisonRows, comparisonTable } from './peers/table.ts';
import { machine, ownTable, writeReadme } from './readme.ts';
import { type BenchRow, printRows } from './row.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'idle-seconds': { type: 'string', default: '300' },
    scale: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '3' },
    readme: { type: 'boolean', default: false },
  },
});
const scale = Number(values.scale);
const rounds = Number(values.rounds);
const idleSeconds = Number(values['idle-seconds']);
if (!(scale > 0) || !(rounds >= 1) || !(idleSeconds > 0))
  throw new Error('--scale, --rounds and --idle-seconds are followed by a number above 0');

/** On a home of so many bytes; a gigabyte is that of a busy year. */
async function onCorpus(
  bytes: number,
  measure: (home: string, gigabytes: number, nowMs: number) => Promise<BenchRow[]>,
): Promise<BenchRow[]> {
  const corpus = makeCorpus({ agent: 'claude-code', bytes });
  try {
    return await measure(corpus.home, corpus.truth.bytes / 1e9, corpus.nowMs);
  } finally {
    corpus.remove();
  }
}

/** In a process of its own, in the Node that runs extensions. */
function ofYears(part: string): BenchRow[] {
  const needsLoader = Number(execFileSync(benchNode, ['--version'], { encoding: 'utf8' }).slice(1).split('.')[0]) < 24;
  const told = execFileSync(
    benchNode,
    [
      ...(needsLoader ? ['--import=tsx'] : ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON']),
      path.join(import.meta.dirname, 'yearsProcess.mts'),
      String(1_000_000 * scale),
      part,
    ],
    { encoding: 'utf8', maxBuffer: 1e8, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return JSON.parse(told) as BenchRow[];
}

let comparison = '';
const parts: Record<string, () => Promise<BenchRow[]>> = {
  async peers() {
    const { labels, comparisons } = await comparePeers({ scale, rounds, say: (line) => console.error(line) });
    comparison = comparisonTable(labels, comparisons);
    console.log(`${comparison}\n`);
    return comparisonRows(comparisons);
  },
  dashboard: async () => ofYears('dashboard'),
  grid: async () => ofYears('grid'),
  host: () => onCorpus(1e9 * scale, hostBlocking),
  activation: () => onCorpus(2e7, activation),
  files: () => manyFiles(50_000 * scale),
  live: () => live(100, 10),
  idle: () => onCorpus(1e9 * scale, (home) => idle(home, idleSeconds)),
};

const unknown = positionals.filter((name) => !(name in parts));
if (unknown.length > 0)
  throw new Error(`no such part: ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`);

const rows: BenchRow[] = [];
/** What no peer has; the rest stands in the comparison. */
const own: BenchRow[] = [];
const failed: string[] = [];
for (const [name, measure] of Object.entries(parts)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  console.error(`== ${name}`);
  try {
    const measured = await measure();
    rows.push(...measured);
    if (name !== 'peers') own.push(...measured);
  } catch (error) {
    // What cannot be measured here keeps nothing else from being measured.
    console.error(error);
    failed.push(name);
  }
}
printRows(rows);
if (failed.length > 0) {
  console.log(`not measured: ${failed.join(', ')}`);
  process.exitCode = 1;
}
if (values.readme)
  writeReadme([caption(), comparison, ownTable(own.filter(({ bound }) => bound))].filter(Boolean).join('\n\n'));

function caption(): string {
  const { version } = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as { version: string };
  const node = execFileSync(benchNode, ['--version'], { encoding: 'utf8' }).trim().slice(1);
  const day = new Date().toISOString().slice(0, 10);
  return `Agent Token Meter ${version} on ${day}: ${rounds === 1 ? 'one round' : `medians of ${rounds} rounds`} on ${machine(node)}, the disk's cache warm, transcripts made for the purpose with known totals. In brackets: how many times as long as Agent Token Meter, by the clock and by the processor. Its runs write the store to the disk and attribute every token; the others sum.`;
}
