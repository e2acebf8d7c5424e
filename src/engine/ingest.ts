import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { FileBatch } from '../store/batch.ts';
import type { ForeignDatabases } from '../store/foreignDatabase.ts';
import type { Store } from '../store/store.ts';
import { type FileFacts, fileFacts } from '../transcripts/findTranscripts.ts';
import { createAttempts } from './attempts.ts';
import { createDoubts } from './doubts.ts';
import type { EngineTrouble, IndexProgress } from './engineApi.ts';
import type { FileReading } from './fileReading.ts';
import { type AgentRoots, type CompanionIndex, findChanges, isFolder, transcriptsAt } from './findChanges.ts';
import { createPacing } from './pacing.ts';
import { type AgentFile, createReadings, fileKey } from './reading.ts';

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
  /** For the databases of agents. */
  databases: ForeignDatabases;
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
  /**
   * Looks at one path at once, also between the batches of a sweep; documents and databases not more often than they are worth.
   * @returns `false` when only a sweep can bring what is new there
   */
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
/** After this time a file that was caught in the middle of being written is tried again. */
const RETRY_MS = 150;

/** So often within one sweep. */
const RETRIES_PER_SWEEP = 2;

const isSame = (facts: FileFacts, other: FileFacts): boolean =>
  facts.size === other.size && facts.mtimeMs === other.mtimeMs && facts.ino === other.ino;

const unreadOf = ({ file, unreadBytes }: AgentFile): number => unreadBytes ?? file.facts.size;

/** What became of a part of a file. */
type Part = { reading: FileReading } | 'nothing' | 'again';

export function createIngest(options: IngestOptions): Ingest {
  const { store } = options;
  const readings = createReadings(store, options.user, options.databases);
  const attempts = createAttempts();
  const pacing = createPacing();
  const doubts = createDoubts();
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

  /** The next part of a file. One bad file never stops the rest. */
  const readPart = (listed: AgentFile, maxBytes: number): Part => {
    const { agent } = listed;
    const { path } = listed.file;
    try {
      // The file may have moved on since it was listed, and a hint may have had it read.
      const facts = fileFacts(path);
      if (!facts) return 'nothing';
      const found = { ...listed, file: { ...listed.file, facts } };
      const reading = readings.next(found, { maxBytes, untilMs: performance.now() + BATCH_MS });
      if (!reading) return 'nothing';
      if ('notNow' in reading) {
        if (attempts.failed(found)) return 'again';
        tellOnce(
          'warning',
          `Cannot read ${path} (${reading.notNow}). What was read of it before stays; it is read again when it changes. All other files of ${agent.label} are counted.`,
        );
        return { reading: failedReading(found, reading.notNow) };
      }
      attempts.succeeded(found);
      // One that was looked at for doubt, and is as it was, is beyond doubt.
      if (reading.atEnd && !(listed.isDoubted && isSame(facts, listed.file.facts)))
        doubts.read({ agent, file: found.file });
      const { failure } = reading.batch.cursor;
      if (failure !== undefined) {
        tellOnce('warning', `Cannot read ${path} (${failure}). All other files of ${agent.label} are counted.`);
      }
      return { reading };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      tellOnce('warning', `Cannot read ${path}: ${reason}. All other files are counted.`);
      readings.forget(listed);
      return 'nothing';
    }
  };

  /** The last good state, with why there is no newer one. */
  const failedReading = ({ agent, file }: AgentFile, failure: string): FileReading => {
    const stored = store.cursors.find(agent.id, file.path);
    const nothingYet = { offset: 0, fingerprint: '', details: [] };
    const counts = { records: 0, unknownRecords: 0, rejectedRecords: 0 };
    const parts = agent.form === 'database' ? { parts: [] } : {};
    return {
      batch: {
        agent: agent.id,
        user: options.user,
        rows: { sessions: [], threads: [], requests: [], limits: [], unlisted: [], boundaries: [], holdings: [] },
        cursor: {
          ...nothingYet,
          ...counts,
          ...stored,
          ...file.facts,
          path: file.path,
          complete: false,
          failure,
          ...parts,
        },
      },
      bytes: 0,
      atEnd: true,
      hasNews: stored?.failure !== failure,
    };
  };

  /** Reads what is new in one file. @returns whether that was all: a sweep goes on with more than one batch */
  const readNow = (found: AgentFile): boolean => {
    if (stopped) return true;
    const part = readPart(found, BATCH_BYTES);
    if (part === 'again') retrySoon(found);
    if (typeof part === 'string') return true;
    if (!commit([part.reading.batch], part.reading.hasNews)) readings.forget(found);
    return part.reading.atEnd;
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
    options.onFolders(changes.folders);
    for (const { path, code } of changes.troubles) {
      tellOnce(
        'warning',
        `Cannot look into ${path} (${code}). Everything else is counted; give read access to it to include it.`,
      );
    }
    const moved = new Set(changes.moved.map(fileKey));
    const doubted = doubts.due().filter((found) => !moved.has(fileKey(found)));
    doubts.newest(changes.newestMs);
    let queue = [...changes.moved, ...doubted].filter((found) => !attempts.isHopeless(found));
    const bytesTotal = queue.reduce((sum, found) => sum + unreadOf(found), 0);
    const filesTotal = queue.length;
    let filesDone = 0;
    let bytesDone = 0;
    /** Of a file that takes more than one batch. */
    let bytesOfOpen = 0;
    const tellProgress = (done: boolean): void => {
      if (bytesTotal < PROGRESS_BYTES) return;
      const bytes = done ? bytesDone : Math.min(bytesTotal, bytesDone + bytesOfOpen);
      const now = { filesDone, filesTotal, bytesDone: bytes, bytesTotal, done };
      progress = done ? undefined : now;
      options.onProgress(now);
    };
    tellProgress(false);
    let again: AgentFile[] = [];
    let rounds = 0;
    for (let next = 0; next < queue.length && !stopped; ) {
      const batches: FileBatch[] = [];
      const batchBegan = performance.now();
      let bytes = 0;
      let hasNews = false;
      let open: AgentFile | undefined;
      while (next < queue.length && bytes < BATCH_BYTES && performance.now() - batchBegan < BATCH_MS) {
        const found = queue[next] as AgentFile;
        const part = readPart(found, BATCH_BYTES - bytes);
        if (part === 'again') again.push(found);
        else if (part !== 'nothing') {
          const { reading } = part;
          batches.push(reading.batch);
          bytes += reading.bytes;
          hasNews ||= reading.hasNews;
          timing.filesRead += reading.atEnd && reading.batch.cursor.complete ? 1 : 0;
          // The rest of this file continues from the cursor, which must be stored before.
          if (!reading.atEnd) {
            bytesOfOpen += reading.bytes;
            open = found;
            break;
          }
        }
        next++;
        if (part === 'again') continue;
        filesDone++;
        bytesDone += unreadOf(found);
        bytesOfOpen = 0;
      }
      timing.bytesRead += bytes;
      const readDone = performance.now();
      timing.readMs += readDone - batchBegan;
      if (!commit(batches, hasNews)) {
        if (open) readings.forget(open);
        break;
      }
      timing.storeMs += performance.now() - readDone;
      tellProgress(false);
      await nextTurn();
      if (next === queue.length && again.length > 0 && rounds++ < RETRIES_PER_SWEEP) {
        // Whoever writes them is done by then, or they are given up until they change. One that never rests is left to the next
        // sweep.
        await delay(RETRY_MS);
        queue = again;
        again = [];
        next = 0;
      }
    }
    tellProgress(true);
    return timing;
  };

  const start = (): Promise<SweepTiming> => {
    running = sweepOnce().finally(() => {
      running = undefined;
    });
    return running;
  };

  const sweep = (): Promise<SweepTiming> => {
    if (!running) return start();
    following ??= running
      .catch(() => undefined)
      .then(() => {
        following = undefined;
        return start();
      });
    return following;
  };

  return {
    sweep,
    lookAt(path) {
      if (stopped) return true;
      const found = transcriptsAt(options.agents(), companions, path);
      // Files beside transcripts come and go with every write; only a new folder may hold what is not watched yet.
      if (found.length === 0) return !isFolder(path);
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
    async settled() {
      while (running) await running.catch(() => undefined);
    },
  };
}
