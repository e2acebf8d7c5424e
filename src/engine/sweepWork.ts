import type { FileBatch } from '../store/batch.ts';
import type { AgentFile } from './agentFile.ts';
import type { IndexProgress } from './engineApi.ts';
import type { PartReader } from './partReader.ts';

/** What one sweep did, in milliseconds and numbers. */
export interface SweepTiming {
  /** Listing the files and comparing them with the cursors. */
  findMs: number;
  /** Reading, parsing and folding in this thread, and waiting for others that do. */
  readMs: number;
  /** Writing to the store. */
  storeMs: number;
  files: number;
  filesRead: number;
  bytesRead: number;
}

/** What the steps of a sweep have in common. */
export interface SweepWork {
  reader: PartReader;
  timing: SweepTiming;
  tally: Tally;
  /** Stores what was read. @returns whether it is stored */
  commit(batches: readonly FileBatch[], hasNews: boolean): boolean;
  isStopped(): boolean;
}

/** Counts how far a sweep is. */
export interface Tally {
  /** A part of a file that is not done was read. */
  part(bytes: number): void;
  done(file: AgentFile): void;
  tell(isEnd: boolean): void;
}

/** Sweeps that read less than this show no progress. */
const PROGRESS_BYTES = 4 << 20;

const unreadOf = ({ file, unreadBytes }: AgentFile): number => unreadBytes ?? file.facts.size;

/** Totals are those of what is to be read. */
export function createTally(
  filesTotal: number,
  bytesTotal: number,
  onProgress: (progress: IndexProgress) => void,
): Tally {
  let filesDone = 0;
  let bytesDone = 0;
  /** Of files that take more than one part. */
  let bytesOfOpen = 0;
  return {
    part(bytes) {
      bytesOfOpen += bytes;
    },
    done(file) {
      filesDone++;
      bytesDone += unreadOf(file);
      bytesOfOpen = 0;
    },
    tell(done) {
      if (bytesTotal < PROGRESS_BYTES) return;
      const bytes = done ? bytesDone : Math.min(bytesTotal, bytesDone + bytesOfOpen);
      onProgress({ filesDone, filesTotal, bytesDone: bytes, bytesTotal, done });
    },
  };
}
