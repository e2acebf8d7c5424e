import { type AgentFile, fileKey } from './agentFile.ts';

/**
 * Files that were read while they were being written. Times are as coarse as two seconds on some disks: what was written just after the
 * reading may have left size and time as they were, so such a file is looked at once more when it has come to rest.
 */
export interface Doubts {
  /** A sweep found this to be the newest time of all files: the clock of their disk, which may not be this machine's. */
  newest(mtimeMs: number): void;
  /** A file was read to its end. */
  read(found: AgentFile): void;
  /** Those that rested since; each is given once. */
  due(): AgentFile[];
}

/** Coarser than any file system's times. */
const COARSE_MS = 3_000;
/** Clocks of file servers are not this machine's to the second. */
const RECENT_MS = 10_000;
/** More files are not written at a time. */
const MOST_DOUBTED = 1_000;

/** @param clock monotonic and epoch milliseconds */
export function createDoubts(
  clock: { now(): number; wallMs(): number } = { now: () => performance.now(), wallMs: () => Date.now() },
): Doubts {
  const doubted = new Map<string, { found: AgentFile; readAt: number }>();
  let newestMs = Number.POSITIVE_INFINITY;
  return {
    newest(mtimeMs) {
      newestMs = mtimeMs;
    },
    read(found) {
      const { mtimeMs } = found.file.facts;
      const key = fileKey(found);
      doubted.delete(key);
      const isRecent = Math.abs(clock.wallMs() - mtimeMs) < RECENT_MS || mtimeMs > newestMs - RECENT_MS;
      if (isRecent && doubted.size < MOST_DOUBTED) doubted.set(key, { found, readAt: clock.now() });
    },
    due() {
      const rested = [...doubted].filter(([, { readAt }]) => clock.now() - readAt >= COARSE_MS);
      for (const [key] of rested) doubted.delete(key);
      return rested.map(([, { found }]) => ({ ...found, isDoubted: true, unreadBytes: 0 }));
    },
  };
}
