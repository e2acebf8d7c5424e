import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { FileBatch } from '../store/batch.ts';
import type { AgentFile } from './reading.ts';
import {
  MOST_WAITING,
  NEXT,
  packFiles,
  type ScanJob,
  type ScanMessage,
  type ScannedPart,
  SHARED_BYTES,
  WAITING,
  weightOf,
} from './scanProtocol.ts';
import type { SweepWork } from './sweepWork.ts';

/** How several threads read. */
export interface ParallelOptions {
  /** The built `scanWorker.ts`. Default: beside this code; where it is not, one thread reads. */
  workerPath?: string;
  /** For a worker that runs from source. */
  execArgv?: string[];
  /** Fewer bytes than these are read by one thread. */
  minBytes?: number;
}

/** Far more than one part of a file takes: see the engine's own limit. */
const MEMORY = { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 8 };
/** To start threads takes as long as to read this. */
const MIN_BYTES = 48 << 20;
/** More do not help: one thread stores what all read. That one does nothing else, as code that runs in one thread only is compiled once. */
const MOST_WORKERS = 3;
/** The first figures shall be seen soon; later, larger transactions take less time in all. */
const FIRST_COMMIT_MS = 60;
const LONGEST_COMMIT_MS = 400;
/** Looked at so often, what others read waits for no longer than it is collected anyway. */
const IDLE_MS = 10;

const OWN_WORKER = path.join(path.dirname(fileURLToPath(import.meta.url)), 'scanWorker.js');

/**
 * Has line files that were never read before read by other threads, and stores what they read. Newest first, as nearly as threads can.
 *
 * @returns the files that are left to be read one by one: all others, and those that went wrong
 */
export async function sweepInParallel(
  queue: readonly AgentFile[],
  user: string,
  work: SweepWork,
  options: ParallelOptions,
): Promise<readonly AgentFile[]> {
  const workerPath = options.workerPath ?? OWN_WORKER;
  const fresh = queue.filter(({ agent, isNew }) => isNew && agent.form === 'lines');
  const bytes = fresh.reduce((sum, { file }) => sum + file.facts.size, 0);
  const workers = Math.min(MOST_WORKERS, availableParallelism() - 1);
  if (bytes < (options.minBytes ?? MIN_BYTES) || workers < 1 || !existsSync(workerPath)) return queue;
  const job: ScanJob = {
    user,
    files: packFiles(fresh.map(({ agent, file }) => ({ agentId: agent.id, file }))),
    shared: new SharedArrayBuffer(SHARED_BYTES),
  };
  const crew = startCrew(job, workerPath, workers, options.execArgv);
  const left = new Set(queue);
  try {
    await readWithCrew(fresh, job, crew, left, work);
  } finally {
    await crew.dismiss();
  }
  return queue.filter((file) => left.has(file));
}

/** The other threads. */
interface Crew {
  /** What arrived, without waiting. */
  take(): ScannedPart[] | undefined;
  isAtWork(): boolean;
  dismiss(): Promise<void>;
}

function startCrew(job: ScanJob, workerPath: string, size: number, execArgv: string[] | undefined): Crew {
  const workers: Worker[] = [];
  const ports = new Set<MessagePort>();
  for (let n = 0; n < size; n++) {
    const { port1, port2 } = new MessageChannel();
    const worker = new Worker(workerPath, {
      workerData: { ...job, port: port2 },
      transferList: [port2],
      execArgv,
      resourceLimits: MEMORY,
    });
    // A worker ends only when it is told to, or by accident: what it took and did not send is left to this thread.
    worker.on('error', () => undefined);
    worker.on('exit', () => ports.delete(port1));
    workers.push(worker);
    ports.add(port1);
  }
  return {
    take() {
      for (const port of ports) {
        const received = receiveMessageOnPort(port) as { message: ScanMessage } | undefined;
        if (!received) continue;
        if (received.message) return received.message;
        ports.delete(port);
      }
      return undefined;
    },
    isAtWork: () => ports.size > 0,
    async dismiss() {
      ports.clear();
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

async function readWithCrew(
  files: readonly AgentFile[],
  job: ScanJob,
  crew: Crew,
  left: Set<AgentFile>,
  work: SweepWork,
): Promise<void> {
  const { timing, tally, reader } = work;
  const shared = new Int32Array(job.shared);
  let batches: { index: number; batch: FileBatch }[] = [];
  let ended: AgentFile[] = [];
  let isStored = true;
  let commitMs = FIRST_COMMIT_MS;
  let lastCommit = performance.now();
  /** Weight of what is to be stored. */
  let held = 0;

  const add = ({ index, batch, bytes, atEnd }: ScannedPart): void => {
    const file = files[index] as AgentFile;
    timing.bytesRead += bytes;
    if (!batch) return;
    batches.push({ index, batch });
    if (!atEnd) {
      tally.part(bytes);
      return;
    }
    timing.filesRead += batch.cursor.complete ? 1 : 0;
    reader.wasRead(file, batch.cursor.failure);
    ended.push(file);
  };

  const commit = (): void => {
    const began = performance.now();
    timing.readMs += began - lastCommit;
    // Within a commit the oldest file comes first: originals before the copies of them, which then only need to be noted.
    batches.sort((a, b) => b.index - a.index);
    isStored = work.commit(
      batches.map(({ batch }) => batch),
      batches.length > 0,
    );
    if (isStored)
      for (const file of ended) {
        left.delete(file);
        tally.done(file);
      }
    batches = [];
    ended = [];
    held = 0;
    lastCommit = performance.now();
    timing.storeMs += lastCommit - began;
    commitMs = Math.min(LONGEST_COMMIT_MS, commitMs * 2);
    tally.tell(false);
  };

  const isDue = (): boolean => held >= MOST_WAITING || performance.now() - lastCommit >= commitMs;

  while (isStored && !work.isStopped()) {
    let received = crew.take();
    while (received) {
      let weight = 0;
      for (const part of received) {
        add(part);
        weight += weightOf(part);
      }
      Atomics.sub(shared, WAITING, weight);
      Atomics.notify(shared, WAITING);
      held += weight;
      received = isDue() ? undefined : crew.take();
    }
    const isFull = held >= MOST_WAITING;
    if (isDue()) commit();
    if (!crew.isAtWork()) break;
    await (isFull ? nextTurn() : delay(IDLE_MS));
  }
  if (isStored && !work.isStopped()) commit();
  // Nobody takes another file.
  Atomics.store(shared, NEXT, files.length);
}
