import type { FileTable } from './fileTable.ts';
import { sweepFiles } from './sweepFiles.ts';
import { type ParallelOptions, sweepInParallel } from './sweepInParallel.ts';
import type { SweepWork } from './sweepWork.ts';

/** Reads what a sweep found: in several threads what was never read and is much, the rest in this one. */
export async function sweepQueue(
  queue: FileTable,
  user: string,
  work: SweepWork,
  parallel: ParallelOptions = {},
): Promise<void> {
  await sweepFiles(await sweepInParallel(queue, user, work, parallel), work);
}
