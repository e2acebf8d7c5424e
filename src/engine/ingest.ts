import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FileBatch } from '../store/batch.ts';
import type { Store } from '../store/store.ts';
import { fileFacts } from '../transcripts/findTranscripts.ts';
import { recordBuffer } from '../transcripts/readRecords.ts';
import type { EngineTrouble, IndexProgress } from './engineApi.ts';
import { type AgentFile, type AgentRoots, findChanges, transcriptAt } from './findChanges.ts';
import { readFileBatch } from './readFileBatch.ts';

/** What one sweep did, in milliseconds and numbers. */
export interface SweepTiming {
  /** Listing the files and comparing them with the cursors. */
  findMs: number;
  /** Reading, parsing and folding. */
  readMs: number;
  /** Writing to the store. */
  storeMs: number;
  files: number;
  filesRead: number;
  bytesRead: number;
}

export interface IngestOptions {
  store: Store;
  user: string;
  /** The agents to read and where they are looked up; asked anew for every sweep, as settings change. */
  agents(): readonly AgentRoots[];
  /** The folders that were looked into, those with the most recent transcripts first; before anything is read. */
  onFolders(folders: readonly string[]): void;
  /** Figures in the store changed. */
  onStored(): void;
  onProgress(progress: IndexProgress): void;
  onTrouble(trouble: EngineTrouble): void;
}

/** Brings transcripts into the store. All calls share one queue, so that a file is never read by two at once. */
export interface Ingest {
  /** Looks at every file; resolves when all that moved is stored. A sweep that is asked for during one follows it. */
  sweep(): Promise<SweepTiming>;
  /** Looks at one path at once, also between the batches of a sweep. @returns `false` when only a sweep can bring what is new there */
  lookAt(path: string): boolean;
  /** While a sweep reads more than a moment's worth. */
  progress(): IndexProgress | undefined;
  /** Stops after the current batch; what is stored stays. */
  stop(): void;
  /** Resolves when no sweep runs any more. */
  settled(): Promise<void>;
}

/** A batch ends after this many bytes or this time, whichever comes first, and is stored in one transaction. */
const BATCH_BYTES = 8 << 20;
const BATCH_MS = 50;
/** Sweeps that read less than this show no progress. */
const PROGRESS_BYTES = 4 << 20;

export function createIngest(options: IngestOptions): Ingest {
  const { store } = options;
  const buffer = recordBuffer();
  const troublesTold = new Set<string>();
  let progress: IndexProgress | undefined;
  let stopped = false;
  let running: Promise<SweepTiming> | undefined;
  let following: Promise<SweepTiming> | undefined;

  const tellOnce = (severity: EngineTrouble['severity'], message: string): void => {
    if (troublesTold.has(message)) return;
    troublesTold.add(message);
    options.onTrouble({ severity, message });
  };

  const commit = (batches: readonly FileBatch[], hasNews: boolean): boolean => {
    if (batches.length === 0) return true;
    try {
      store.commit(batches);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      tellOnce(
        'error',
        `New figures cannot be stored: ${reason}. What was stored before is kept; it is tried again every 30 seconds.`,
      );
      return false;
    }
    if (hasNews) options.onStored();
    return true;
  };

  /** Reads what was appended to one file. @returns whether that was all: a sweep goes on with more than one batch */
  const readNow = ({ agent, file }: AgentFile): boolean => {
    const stored = store.cursors.find(agent.id, file.path);
    const reading = readFileBatch(agent, file, stored, options.user, { maxBytes: BATCH_BYTES, buffer });
    if (reading) commit([reading.batch], reading.hasNews);
    return reading?.atEnd ?? true;
  };

  const sweepOnce = async (): Promise<SweepTiming> => {
    const timing: SweepTiming = { findMs: 0, readMs: 0, storeMs: 0, files: 0, filesRead: 0, bytesRead: 0 };
    const began = performance.now();
    const changes = await findChanges(options.agents(), store, nextTurn);
    timing.findMs = performance.now() - began;
    timing.files = changes.files;
    options.onFolders(changes.folders);
    for (const { path, code } of changes.troubles) {
      tellOnce(
        'warning',
        `Cannot look into ${path} (${code}). Everything else is counted; give read access to it to include it.`,
      );
    }
    const bytesTotal = changes.moved.reduce((sum, { file }) => sum + file.facts.size, 0);
    const queue = changes.moved;
    let filesDone = 0;
    let bytesDone = 0;
    const tellProgress = (done: boolean): void => {
      if (bytesTotal < PROGRESS_BYTES) return;
      const now = { filesDone, filesTotal: queue.length, bytesDone, bytesTotal, done };
      progress = done ? undefined : now;
      options.onProgress(now);
    };
    tellProgress(false);
    for (let next = 0; next < queue.length && !stopped; ) {
      const batches: FileBatch[] = [];
      const batchBegan = performance.now();
      let bytes = 0;
      let hasNews = false;
      while (next < queue.length && bytes < BATCH_BYTES && performance.now() - batchBegan < BATCH_MS) {
        const { agent, file } = queue[next] as AgentFile;
        const reading = readSafely(queue[next] as AgentFile, BATCH_BYTES - bytes);
        if (reading) {
          batches.push(reading.batch);
          bytes += reading.bytes;
          hasNews ||= reading.hasNews;
          timing.filesRead += reading.atEnd ? 1 : 0;
          if (reading.batch.cursor.failure !== undefined) {
            tellOnce(
              'warning',
              `Cannot read ${file.path} (${reading.batch.cursor.failure}). All other files of ${agent.label} are counted.`,
            );
          }
          // The rest of this file continues from the cursor, which must be stored before.
          if (!reading.atEnd) break;
        }
        next++;
        filesDone++;
        bytesDone += file.facts.size;
      }
      timing.bytesRead += bytes;
      const readDone = performance.now();
      timing.readMs += readDone - batchBegan;
      if (!commit(batches, hasNews)) break;
      timing.storeMs += performance.now() - readDone;
      tellProgress(false);
      await nextTurn();
    }
    tellProgress(true);
    return timing;
  };

  /** One bad file never stops the rest. */
  const readSafely = ({ agent, file }: AgentFile, maxBytes: number): ReturnType<typeof readFileBatch> => {
    try {
      // The file may have moved on since it was listed, and a hint may have had it read.
      const facts = fileFacts(file.path);
      const stored = store.cursors.find(agent.id, file.path);
      return facts && readFileBatch(agent, { ...file, facts }, stored, options.user, { maxBytes, buffer });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      tellOnce('warning', `Cannot read ${file.path}: ${reason}. All other files are counted.`);
      return undefined;
    }
  };

  const start = (): Promise<SweepTiming> => {
    running = sweepOnce().finally(() => {
      running = undefined;
    });
    return running;
  };

  return {
    sweep() {
      if (!running) return start();
      following ??= running
        .catch(() => undefined)
        .then(() => {
          following = undefined;
          return start();
        });
      return following;
    },
    lookAt(path) {
      if (stopped) return false;
      const found = transcriptAt(options.agents(), path);
      if (!found) return false;
      try {
        return readNow(found);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        tellOnce('warning', `Cannot read ${path}: ${reason}. All other files are counted.`);
      }
      return true;
    },
    progress: () => progress,
    stop() {
      stopped = true;
    },
    async settled() {
      while (running) await running.catch(() => undefined);
    },
  };
}
