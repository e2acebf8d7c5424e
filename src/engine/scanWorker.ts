import { parentPort, workerData } from 'node:worker_threads';
import { ALL_AGENTS } from '../agents/allAgents.ts';
import { scanFiles } from './scanFiles.ts';
import {
  MOST_WAITING,
  type ScanMessage,
  type ScannedPart,
  type ScanWorkerData,
  WAITING,
  weightOf,
} from './scanProtocol.ts';

// The entry of a thread that helps to read many files at once: reads and folds, and stores nothing.
const { port, ...job } = workerData as ScanWorkerData;
const scan = scanFiles(job, ALL_AGENTS);
const shared = new Int32Array(job.shared);

/** A message costs more than what a small file tells. */
const MESSAGE_WEIGHT = 2 << 20;

let parts: ScannedPart[] = [];
let weight = 0;

function send(): void {
  if (parts.length === 0) return;
  const buffers = parts.flatMap(({ batch }) =>
    batch?.packed ? [batch.packed.numbers.buffer, batch.packed.texts.buffer] : [],
  );
  Atomics.add(shared, WAITING, weight);
  port.postMessage(parts satisfies ScanMessage, buffers);
  parts = [];
  weight = 0;
  for (;;) {
    const waiting = Atomics.load(shared, WAITING);
    if (waiting < MOST_WAITING) return;
    Atomics.wait(shared, WAITING, waiting, 1000);
  }
}

for (let part = scan.next(); part; part = scan.next()) {
  parts.push(part);
  weight += weightOf(part);
  if (weight >= MESSAGE_WEIGHT) send();
}
send();
port.postMessage(null satisfies ScanMessage);
// What was sent may not have been taken yet: the thread lives until it is ended.
parentPort?.on('message', () => undefined);
