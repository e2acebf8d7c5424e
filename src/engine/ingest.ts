import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FileBatch } from '../store/batch.ts';
import type { ForeignDatabases } from '../store/foreignDatabase.ts';
import type { Store, TranscriptName } from '../store/store.ts';
import { type AgentFile, fileKey } from './agentFile.ts';
import { BATCH_BYTES, BATCH_MS, RETRY_MS } from './batchSize.ts';
import { createDoubts } from './doubts.ts';
import type { EngineTrouble, IndexProgress } from './engineApi.ts';
import { filesOf } from './fileTable.ts';
import {
  type AgentRoots,
  type CompanionIndex,
  findChanges,
  isFolder,
  transcriptsAt,
  transcriptsIn,
} from './findChanges.ts';
import { createPacing } from './pacing.ts';
import type { PartReader } from './partReader.ts';
import type { ParallelOptions } from './sweepInParallel.ts';
import { createTally, type SweepTiming, type SweepWork } from './sweepWork.ts';

export interface IngestOptions {
  store: Store;
  /** For the databases of agents; asked for when there is something to be read. */
  databases(): Promise<ForeignDatabases>;
  user: string;
  parallel?: ParallelOptions;
  /** Something is to be read: called before what reads is loaded. */
  onReading?(): void;
  /** More will be read soon: what reads is loaded after the first sweep, even if that found nothing. */
  isLasting?: boolean;
  /** The agents to read and where they are looked up; asked anew for every sweep, as settings change. */
  agents(): readonly AgentRoots[];
  /**
   * The folders that were looked into, those with the most recent transcripts first; before anything is read.
   * @returns whether one is watched only from now on: what came into it after the look has no hint, so there is another sweep
   */
  onFolders(folders: readonly string[]): boolean;
  /** Figures in the store changed. */
  onStored(): void;
  onProgress(progress: IndexProgress): void;
  onTrouble(trouble: EngineTrouble): void;
}

/** Brings transcripts into the store. All calls share one queue, so that a file is never read by two at once. */
export interface Ingest {
  /** Looks at every file; resolves when all that moved is stored. A sweep that is asked for during one follows it. */
  sweep(): Promise<SweepTiming>;
  /**
   * Looks at one path at once, also between the batches of a sweep; documents and databases not more often than they are worth.
   * @returns `false` when only a sweep can bring what is new there
   */
  lookAt(path: string): boolean;
  /**
   * Reads all transcripts that are found anew; what others told stays.
   * @param forget takes out of the store what these told; what it throws ends the rebuilding
   */
  rebuild(forget: (files: readonly TranscriptName[]) => void): Promise<SweepTiming>;
  /** While a sweep reads more than a moment's worth. */
  progress(): IndexProgress | undefined;
  /** Stops after the current batch; what is stored stays. */
  stop(): void;
  /** Resolves when no sweep runs any more. */
  settled(): Promise<void>;
}

export function createIngest(options: IngestOptions): Ingest {
  const { store } = options;
  const pacing = createPacing();
  const retries = new Map<string, NodeJS.Timeout>();
  const troublesTold = new Set<string>();
  /** As the last sweep found them. */
  let companions: CompanionIndex = new Map();
  let folders: ReadonlySet<string> = new Set();
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

  const doubts = createDoubts();
  let reader: PartReader | undefined;
  /** All that reads and folds is loaded when there is something to be read: that is half of the program. */
  const loadReader = async (): Promise<PartReader> => {
    if (!reader) options.onReading?.();
    const [{ createPartReader }, databases] = await Promise.all([import('./partReader.ts'), options.databases()]);
    reader ??= createPartReader({ store, databases, user: options.user, doubts, tellOnce });
    return reader;
  };

  /** Reads what is new in one file. @returns whether that was all: a sweep goes on with more than one batch */
  const readNow = (found: AgentFile): boolean => {
    if (stopped) return true;
    if (!reader) return false;
    const part = reader.read(found, BATCH_BYTES);
    if (part === 'again') retrySoon(found);
    if (typeof part === 'string') return true;
    if (!commit([part.reading.batch], part.reading.hasNews)) reader.forget(found);
    return part.reading.atEnd;
  };

  /**
   * A folder that came is watched, and what is in it read, before the sweep that it leads to has looked at all others. What that needs longer
   * than a moment for is left to the sweep.
   */
  const lookInto = (path: string): void => {
    // The first look is still to come, or under way.
    if (folders.size === 0) return;
    options.onFolders([path, ...folders]);
    const until = performance.now() + BATCH_MS;
    for (const part of transcriptsIn(options.agents(), path)) {
      for (const found of part) {
        if (performance.now() > until) return;
        if (found.agent.form === 'lines') readNow(found);
      }
    }
  };

  const retrySoon = (found: AgentFile): void => {
    const key = fileKey(found);
    clearTimeout(retries.get(key));
    const timer = setTimeout(() => {
      retries.delete(key);
      if (!readNow(found)) void sweep().catch(() => undefined);
    }, RETRY_MS);
    timer.unref();
    retries.set(key, timer);
  };

  const sweepOnce = async (): Promise<SweepTiming> => {
    const timing: SweepTiming = { findMs: 0, readMs: 0, storeMs: 0, files: 0, filesRead: 0, bytesRead: 0 };
    const began = performance.now();
    const changes = await findChanges(options.agents(), store, nextTurn);
    companions = changes.companions;
    folders = new Set(changes.folders);
    timing.findMs = performance.now() - began;
    timing.files = changes.files;
    const lookAgain = options.onFolders(changes.folders);
    for (const { path, code } of changes.troubles) {
      const todo = code === 'EILSEQ' ? 'give it a name in UTF-8' : 'give read access to it';
      tellOnce('warning', `Cannot look into ${path} (${code}). Everything else is counted; ${todo} to include it.`);
    }
    const due = new Map(doubts.due().map((found) => [fileKey(found), found]));
    if (due.size > 0) for (const found of filesOf(changes.moved)) due.delete(fileKey(found));
    for (const doubted of due.values()) changes.moved.add(doubted);
    const queue = reader?.withoutHopeless(changes.moved) ?? changes.moved;
    doubts.newest(changes.newestMs);
    const tally = createTally(queue.length, queue.unreadBytes(), (now) => {
      progress = now.done ? undefined : now;
      options.onProgress(now);
    });
    tally.tell(false);
    if (queue.length > 0) {
      const [{ sweepQueue }, loaded] = await Promise.all([import('./sweepQueue.ts'), loadReader()]);
      const work: SweepWork = { reader: loaded, timing, tally, commit, isStopped: () => stopped };
      await sweepQueue(queue, options.user, work, options.parallel);
    } else if (options.isLasting && !reader) void loadReader().catch(() => undefined);
    tally.tell(true);
    if (lookAgain && !stopped) void sweep().catch(() => undefined);
    return timing;
  };

  const start = (): Promise<SweepTiming> => {
    running = sweepOnce().finally(() => {
      running = undefined;
    });
    return running;
  };

  const sweep = (): Promise<SweepTiming> => {
    // One that has not begun yet sees all there is now.
    if (following) return following;
    if (!running) return start();
    following = running
      .catch(() => undefined)
      .then(() => {
        following = undefined;
        return start();
      });
    return following;
  };

  const settled = async (): Promise<void> => {
    for (let last = following ?? running; last; last = following ?? running) await last.catch(() => undefined);
  };

  return {
    sweep,
    async rebuild(forget) {
      await settled();
      const noCursors = { ...store, cursors: { ...store.cursors, list: () => new Map() } };
      const { moved } = await findChanges(options.agents(), noCursors, nextTurn);
      await settled();
      forget([...filesOf(moved)].map(({ agent, file }) => ({ agent: agent.id, path: file.path })));
      // What the old one remembers of the files leads nowhere.
      reader = undefined;
      options.onStored();
      return sweep();
    },
    lookAt(path) {
      if (stopped) return true;
      const found = transcriptsAt(options.agents(), companions, path);
      // Files beside transcripts come and go with every write; only a new folder may hold what is not watched yet.
      if (found.length === 0) {
        if (!isFolder(path)) return true;
        if (!folders.has(path)) lookInto(path);
        return false;
      }
      // A companion's folder that is new is not watched yet.
      let isAll = folders.has(path) || !isFolder(path);
      for (const each of found) {
        if (each.agent.form === 'lines') isAll = readNow(each) && isAll;
        else
          pacing.run(fileKey(each), () => {
            if (!readNow(each)) void sweep().catch(() => undefined);
          });
      }
      return isAll;
    },
    progress: () => progress,
    stop() {
      stopped = true;
      pacing.cancel();
      for (const timer of retries.values()) clearTimeout(timer);
      retries.clear();
    },
    settled,
  };
}
