import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeCorpus } from './corpus/makeCorpus.ts';
import { runHost } from './host.ts';
import { type BenchRow, bounded } from './row.ts';

const MEMORY_MB = 250;

/** Very many small files: what grows with their number. */
export async function manyFiles(files: number): Promise<BenchRow[]> {
  const corpus = makeCorpus({ agent: 'claude-code', bytes: Infinity, sessionBytes: 1_000, files });
  const storageDir = mkdtempSync(path.join(tmpdir(), 'atm-bench-store-'));
  try {
    const cold = await runHost({ task: 'ingest', home: corpus.home, storageDir });
    if (cold.turns !== corpus.truth.requests) throw new Error(`${cold.turns} turns, not ${corpus.truth.requests}`);
    const warm = await runHost({ task: 'ingest', home: corpus.home, storageDir });
    const megabytes = (warm.rssPeak - warm.rssBefore) / 1e6;
    return [
      {
        what: `${files} files: processor time, first and again`,
        value: `${cold.cpuMs.toFixed(0)} ms, ${warm.cpuMs.toFixed(0)} ms`,
      },
      bounded(`${files} files: longest work of the host's thread`, cold.longestBurstMs, 16, 'ms'),
      bounded(`${files} files: memory at its peak, first`, (cold.rssPeak - cold.rssBefore) / 1e6, MEMORY_MB, 'MB'),
      bounded(`${files} files: memory at its peak, again`, megabytes, MEMORY_MB, 'MB'),
    ];
  } finally {
    corpus.remove();
    rmSync(storageDir, { recursive: true, force: true });
  }
}
