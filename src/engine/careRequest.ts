import type { BackupTrouble } from '../store/backupTrouble.ts';

/** What can be done for the store. Paths are absolute. */
export type CareRequest =
  /** Look for damage and wrong sums. */
  | { task: 'check' }
  /** Read all transcripts that exist anew, after a backup; what deleted ones told stays. `all`: also what was taken out by its age. */
  | { task: 'rebuild'; all?: boolean }
  /** Give back the space of what was taken out. */
  | { task: 'compact' }
  | { task: 'backUp'; to: string }
  /** Put a backup in the place of the store; what stands there now is kept beside it. The store is opened anew for that. */
  | { task: 'restore'; from: string }
  /** Take out everything from before the day (UTC) of a time, for ever; or only say how much that would be. */
  | { task: 'forgetBefore'; beforeMs: number; isTrial?: boolean };

/** How the store is after that. */
export interface CareReport {
  /** Sentences; none = all is well. */
  problems: string[];
  requests: number;
  /** Where the store of before is kept. */
  keptAs?: string;
  /** Of `restore`: why the file cannot take the place of the store, which is as it was then. */
  refused?: BackupTrouble;
  /** Of `forgetBefore`: how many requests were taken out, or would be. */
  forgotten?: number;
  /** Of `forgetBefore`: how many are kept until the team, or a collector of metrics, was told of them. */
  untold?: number;
  /** Of `compact` and `forgetBefore`: of the store's file, if there is one. */
  sizeBytes?: number;
}
