import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { FileBatch } from '../store/batch.ts';
import type { AgentFile } from './agentFile.ts';
import { BATCH_MS } from './batchSize.ts';
import type { FileTable } from './fileTable.ts';
import { type Crew, startCrew } from './scanCrew.ts';
import { MOST_WAITING, NEXT, type ScanJob, type ScannedPart, SHARED_BYTES, WAITING, weightOf } from './scanProtocol.ts';
import type { SweepWork } from './sweepWork.ts';

/** How several threads read. */
export interface ParallelOptions {
  /** The built `scanWorker.ts`. Default: beside this code; where it is not, one thread reads. */
  workerPath?: string;
  /** For a worker that runs from source. */
  execArgv?: string[];
  /** Fewer bytes than these are read by one thread. */
  minBytes?: number;
  /** Somebody watches: the newest files are read and stored by this thread while the others start. */
  newestAtOnce?: boolean;
}

/** To start threads takes as long as to read this. */
const MIN_BYTES = 48 << 20;
/** More do not help: one thread stores what all read. That one does nothing else, as code that runs in one thread only is compiled once. */
const MOST_WORKERS = 3;
/** Where this thread also answers, two keep it busy; a third would only take 45 MB more. */
const MOST_WORKERS_BESIDE_ANSWERS = 2;
/** The first figures shall be seen soon; later, larger transactions take less time in all. */
const FIRST_COMMIT_MS = 60;
const LONGEST_COMMIT_MS = 400;
/** So long somebody who watches is shown what is new as soon as it is read. */
const SOON_MS = 1_000;
/** A larger file keeps this thread too long from what others read meanwhile. */
const NEWEST_BYTES = 8 << 20;
/** Looked at so often, what others read waits for no longer than it is collected anyway. */
const IDLE_MS = 10;

/** One core is left to the editor and its user; a command line is all that its user waits for. With one core nothing is gained. */
function mostWorkers({ newestAtOnce }: ParallelOptions): number {
  const cores = availableParallelism();
  if (newestAtOnce) return Math.min(MOST_WORKERS_BESIDE_ANSWERS, cores - 1);
  return Math.min(MOST_WORKERS, cores > 1 ? cores : 0);
}

const OWN_WORKER = path.join(path.dirname(fileURLToPath(import.meta.url)), 'scanWorker.js');

/**
 * Has line files that were never read before read by other threads, and stores what they read. Newest first, as nearly as threads can.
 *
 * @returns the files that are left to be read one by one: all others, and those that went wrong
 */
export async function sweepInParallel(
  queue: FileTable,
  user: string,
  work: SweepWork,
  options: ParallelOptions,
): Promise<FileTable> {
  const workerPath = options.workerPath ?? OWN_WORKER;
  /** Places in the queue. */
  const places = new Uint32Array(queue.length);
  let bytes = 0;
  let count = 0;
  const fresh = queue.filter(({ agent, size, isNew }, place) => {
    if (!isNew || agent.form !== 'lines') return false;
    bytes += size;
    places[count++] = place;
    return true;
  });
  const workers = Math.min(fresh.length, mostWorkers(options));
  if (bytes < (options.minBytes ?? MIN_BYTES) || workers < 1 || !existsSync(workerPath)) return queue;
  const job: ScanJob = {
    user,
    files: fresh.shared(),
    count: fresh.length,
    shared: new SharedArrayBuffer(SHARED_BYTES),
  };
  const crew = startCrew(job, workerPath, workers, options.execArgv);
  const isDone = new Uint8Array(queue.length);
  const done = (index: number): void => {
    isDone[places[index] as number] = 1;
  };
  try {
    await readWithCrew(fresh, job, crew, done, work, options.newestAtOnce ?? false);
  } finally {
    await crew.dismiss();
  }
  return queue.filter((_, place) => isDone[place] === 0);
}

async function readWithCrew(
  files: FileTable,
  job: ScanJob,
  crew: Crew,
  done: (index: number) => void,
  work: SweepWork,
  newestAtOnce: boolean,
): Promise<void> {
  const { timing, tally, reader } = work;
  const shared = new Int32Array(job.shared);
  let batches: { index: number; batch: FileBatch }[] = [];
  let ended: { index: number; file: AgentFile }[] = [];
  let isStored = true;
  let commitMs = FIRST_COMMIT_MS;
  const began = performance.now();
  let lastCommit = began;
  /** The others have not sent anything yet. */
  const isAlone = newestAtOnce;
  /** Weight of what is to be stored. */
  let held = 0;

  const add = ({ index, batch, bytes, atEnd }: ScannedPart): void => {
    const file = files.at(index) as AgentFile;
    timing.bytesRead += bytes;
    if (!batch) return;
    batches.push({ index, batch });
    if (!atEnd) {
      tally.part(bytes);
      return;
    }
    timing.filesRead += batch.cursor.complete ? 1 : 0;
    reader.wasRead(file, batch.cursor.failure);
    ended.push({ index, file });
  };

  const commit = (): void => {
    const commitBegan = performance.now();
    timing.readMs += commitBegan - lastCommit;
    // Within a commit the oldest file comes first: originals before the copies of them, which then only need to be noted.
    batches.sort((a, b) => b.index - a.index);
    isStored = work.commit(
      batches.map(({ batch }) => batch),
      batches.length > 0,
    );
    if (isStored)
      for (const { index, file } of ended) {
        done(index);
        tally.done(file);
      }
    batches = [];
    ended = [];
    held = 0;
    lastCommit = performance.now();
    timing.storeMs += lastCommit - commitBegan;
    if (!newestAtOnce || lastCommit - began > SOON_MS) commitMs = Math.min(LONGEST_COMMIT_MS, commitMs * 2);
    tally.tell(false);
  };

  /**
   * The newest file by itself: most likely the session that someone works with. Then as many as a moment takes. Code that runs in two
   * threads is compiled twice, which who only waits for the end would pay for.
   *
   * @returns whether there was something to read
   */
  const readAlone = (most: number): boolean => {
    const until = performance.now() + BATCH_MS;
    let count = 0;
    for (; count < most && performance.now() < until; count++) {
      const index = Atomics.load(shared, NEXT);
      const file = files.at(index);
      if (!file || file.file.facts.size > NEWEST_BYTES) break;
      // Another thread was faster.
      if (Atomics.compareExchange(shared, NEXT, index, index + 1) !== index) continue;
      const part = reader.read(file, NEWEST_BYTES);
      // What cannot be read now is left, to be read with all that went wrong.
      if (typeof part === 'object') add({ index, ...part.reading });
    }
    if (count > 0) commit();
    return count > 0;
  };

  const isDue = (): boolean => held >= MOST_WAITING || performance.now() - lastCommit >= commitMs;

  if (isAlone) readAlone(1);
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
