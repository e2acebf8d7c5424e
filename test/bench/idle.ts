import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runHost } from './host.ts';
import { type BenchRow, bounded } from './row.ts';

/** Of one processor. */
const IDLE_PERCENT = 0.5;

/** What an engine takes that has nothing to do, with a home that is watched. */
export async function idle(home: string, seconds: number): Promise<BenchRow[]> {
  const storageDir = mkdtempSync(path.join(tmpdir(), 'atm-bench-store-'));
  try {
    const report = await runHost({ task: 'idle', home, storageDir, seconds });
    const percent = (100 * report.cpuMs) / report.wallMs;
    return [
      bounded(`idle for ${seconds} s: share of one processor`, percent, IDLE_PERCENT, '%'),
      { what: `idle for ${seconds} s: processor time`, value: `${report.cpuMs.toFixed(0)} ms` },
    ];
  } finally {
    rmSync(storageDir, { recursive: true, force: true });
  }
}
