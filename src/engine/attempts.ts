import { type AgentFile, fileKey, fingerprintOf } from './agentFile.ts';

/** Remembers what could not be read, so that a file that stays as it is, is not tried for ever. */
export interface Attempts {
  /** Counts a failed attempt. @returns whether it is worth another one while nothing changes */
  failed(found: AgentFile): boolean;
  succeeded(found: AgentFile): void;
  /** Whether anything failed and did not succeed since. */
  hasFailed(): boolean;
  /** Whether enough was tried a short while ago, and nothing changed since. */
  isHopeless(found: AgentFile): boolean;
}

/** Attempts on one state of a file. A file that is being written changes, and begins to count anew. */
const MAX_TRIES = 3;
/** Rights may be given without a trace in the file. */
const HOPELESS_MS = 5 * 60_000;

export function createAttempts(): Attempts {
  const failures = new Map<string, { fingerprint: string; tries: number; at: number }>();
  return {
    failed(found) {
      const key = fileKey(found);
      const fingerprint = fingerprintOf(found);
      const known = failures.get(key);
      const tries = known?.fingerprint === fingerprint ? known.tries + 1 : 1;
      failures.set(key, { fingerprint, tries, at: performance.now() });
      return tries < MAX_TRIES;
    },
    hasFailed: () => failures.size > 0,
    succeeded: (found) => void failures.delete(fileKey(found)),
    isHopeless(found) {
      const known = failures.get(fileKey(found));
      return (
        known !== undefined &&
        known.tries >= MAX_TRIES &&
        performance.now() - known.at < HOPELESS_MS &&
        known.fingerprint === fingerprintOf(found)
      );
    },
  };
}
