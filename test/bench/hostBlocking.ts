import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runActivation, runHost } from './host.ts';
import { type BenchRow, bounded } from './row.ts';

/** The host may not be kept from other extensions for longer than a frame. */
const FRAME_MS = 16;
const ACTIVATION_MS = 50;
const MEMORY_MB = 250;
/** Somebody who sees the meter for the first time. */
const WEEK_MS = 1_000;
const MB = 1e6;

/** How the extension host fares, and how much memory the engine takes, while all transcripts are read for the first time. */
export async function hostBlocking(home: string, gigabytes: number, nowMs: number): Promise<BenchRow[]> {
  const storageDir = mkdtempSync(path.join(tmpdir(), 'atm-bench-store-'));
  try {
    const size = `${gigabytes.toFixed(2)} GB`;
    const cold = await runHost({ task: 'ingest', home, storageDir, nowMs });
    const warm = await runHost({ task: 'ingest', home, storageDir, nowMs });
    if (cold.turns !== warm.turns) throw new Error(`${cold.turns} turns cold, ${warm.turns} warm`);
    return [
      bounded(`cold ${size}: this week is right after`, cold.weekRightMs, WEEK_MS, 'ms'),
      bounded(`cold ${size}: longest work of the host's thread`, cold.longestBurstMs, FRAME_MS, 'ms'),
      {
        what: `cold ${size}: event loop delay of the host, p99 and maximum`,
        value: `${cold.loopDelayP99Ms.toFixed(1)} ms, ${cold.loopDelayMaxMs.toFixed(1)} ms`,
      },
      {
        what: `cold ${size}: host's thread of all processor time, updates shown`,
        value: `${cold.hostThreadMs.toFixed(0)} of ${cold.cpuMs.toFixed(0)} ms, ${cold.updates}`,
      },
      bounded(`cold ${size}: memory of the engine at its peak`, (cold.rssPeak - cold.rssBefore) / MB, MEMORY_MB, 'MB'),
      bounded(`warm ${size}: memory of the engine at its peak`, (warm.rssPeak - warm.rssBefore) / MB, MEMORY_MB, 'MB'),
      { what: `warm ${size}: processor time until all is known to be read`, value: `${warm.cpuMs.toFixed(0)} ms` },
    ];
  } finally {
    rmSync(storageDir, { recursive: true, force: true });
  }
}

/** What activation takes of the host's thread. */
export async function activation(home: string): Promise<BenchRow[]> {
  const storageDir = mkdtempSync(path.join(tmpdir(), 'atm-bench-store-'));
  try {
    const { loadedMs, blockedMs, activeMs, inAllMs } = await runActivation(home, storageDir);
    return [
      bounded("activation: work of the host's thread until it is done", activeMs, ACTIVATION_MS, 'ms'),
      {
        what: 'activation: of it to load, until other work may run, and with the first figures',
        value: [loadedMs, blockedMs, inAllMs].map((ms) => `${ms.toFixed(0)} ms`).join(', '),
      },
    ];
  } finally {
    rmSync(storageDir, { recursive: true, force: true });
  }
}
