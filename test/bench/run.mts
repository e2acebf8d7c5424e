// Measures the built extension on transcripts that are made on the spot, and says which bounds hold:
//   npm run bench [parts] [--idle-seconds N] [--files N] [--kilobytes N]
// Parts: host, activation, files, idle, live; all without a name. `npm run build` comes first; for `live` a package too.

import { parseArgs } from 'node:util';
import { type Corpus, makeCorpus } from './corpus.ts';
import { activation, hostBlocking } from './hostBlocking.ts';
import { idle } from './idle.ts';
import { live } from './live.ts';
import { manyFiles } from './manyFiles.ts';
import { type BenchRow, printRows } from './row.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'idle-seconds': { type: 'string', default: '300' },
    /** Of the corpus: 2,500 files of 400 kB are 1 GB. */
    files: { type: 'string', default: '2500' },
    kilobytes: { type: 'string', default: '400' },
  },
});

const parts: Record<string, (corpus: Corpus) => Promise<BenchRow[]>> = {
  host: ({ home, bytes }) => hostBlocking(home, bytes / 1e9),
  activation: ({ home }) => activation(home),
  files: () => manyFiles(50_000),
  idle: ({ home }) => idle(home, Number(values['idle-seconds'])),
  live: () => live(100, 10),
};

const unknown = positionals.filter((name) => !(name in parts));
if (unknown.length > 0)
  throw new Error(`no such part: ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`);
const corpus = makeCorpus({ files: Number(values.files), kilobytes: Number(values.kilobytes) });
const rows: BenchRow[] = [];
try {
  for (const [name, measure] of Object.entries(parts)) {
    if (positionals.length === 0 || positionals.includes(name)) rows.push(...(await measure(corpus)));
  }
} finally {
  corpus.remove();
}
printRows(rows);
