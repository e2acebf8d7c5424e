import { constants, copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { type DatabaseFacts, databaseFacts } from '../transcripts/sourceFacts.ts';

/** Why a database cannot be read now: a reason of ours, or the code of the system. */
export type DatabaseTrouble =
  /** There is no such file. */
  | 'GONE'
  /** Its writer is in the middle of a transaction, or kept changing it while it was copied. */
  | 'WRITING'
  /** It is no database, or its parts do not belong together. */
  | 'DAMAGED'
  | (string & {});

/** How often a copy is begun anew when the writer was faster. */
const TRIES = 5;
/** Times of files are only this fine: what was written less than this ago may be written again without a trace. */
const CLOCK_STEP_MS = 20;

/**
 * Copies a living database with its write-ahead log so that the two belong together. Its files are only read.
 *
 * The file itself changes only when its writer moves the log into it, and a log only grows or, after that, begins anew. So a copy is
 * consistent when neither the file nor the run of the log changed meanwhile; that the log grew does no harm, as SQLite ignores what
 * follows its last whole transaction.
 *
 * @param to path of the copy; its log is beside it
 * @param copied facts of what is there already: the file itself is copied only when it changed
 * @returns the facts of what is there now
 */
export function copyDatabase(
  path: string,
  to: string,
  copied: DatabaseFacts | undefined,
): { facts: DatabaseFacts } | { trouble: DatabaseTrouble } {
  let known = copied;
  for (let tries = 0; tries < TRIES; tries++) {
    const before = databaseFacts(path);
    if (!before) return { trouble: 'GONE' };
    if (before.isHalfWritten || isFresh(before)) {
      sleep(CLOCK_STEP_MS);
      continue;
    }
    try {
      if (known?.main !== before.main) {
        known = undefined;
        rmSync(to, { force: true });
        copyFileSync(path, to, constants.COPYFILE_FICLONE);
      }
      rmSync(`${to}-wal`, { force: true });
      // SQLite wants a log where the file says that it is used with one, and may not make it here.
      if (before.log === '') writeFileSync(`${to}-wal`, '', { mode: 0o600 });
      else copyFileSync(`${path}-wal`, `${to}-wal`, constants.COPYFILE_FICLONE);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'UNKNOWN';
      // The log went away between the look and the copy.
      if (code !== 'ENOENT') return { trouble: code };
      known = undefined;
      continue;
    }
    const after = databaseFacts(path);
    if (after && after.main === before.main && after.logRun === before.logRun && !after.isHalfWritten) {
      return { facts: before };
    }
    known = undefined;
  }
  return { trouble: 'WRITING' };
}

function isFresh({ writtenAtMs }: DatabaseFacts): boolean {
  const ageMs = Date.now() - writtenAtMs;
  return ageMs >= 0 && ageMs < CLOCK_STEP_MS;
}

/** Holds this thread: the engine's own, which has nobody waiting for so short a time. */
function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
