import { open, rename, rm } from 'node:fs/promises';
import type { Engine } from '../engine/engineApi.ts';
import type { CostShown } from '../views/costShown.ts';
import { requestExport } from '../views/requestExport.ts';
import type { ExportFormat, RequestGridView } from '../views/requestGridView.ts';

/** Requests that are fetched and written at once. */
const PAGE_ROWS = 1000;

export interface WriteOptions {
  path: string;
  format: ExportFormat;
  /** As the user wants costs. */
  cost?: CostShown;
  isCancelled(): boolean;
  /** After each page: how many requests were looked at. */
  onProgress(done: number): void;
}

/**
 * Writes a list of requests to a file, page by page. The file appears when it is whole: a cancelled or failed writing leaves none, and
 * leaves one of before as it was. Rejects with errors of the disk and of the engine.
 *
 * @returns how many requests stand in it; `cancelled`, or `lost` when the engine knows the list no more
 */
export async function writeRequests(
  engine: Pick<Engine, 'requestsOfGrid'>,
  { order, total }: Pick<RequestGridView, 'order' | 'total'>,
  { path, format, cost, isCancelled, onProgress }: WriteOptions,
): Promise<number | 'cancelled' | 'lost'> {
  const { begin, rows, end } = requestExport(format, cost);
  const partial = `${path}.part`;
  const file = await open(partial, 'w');
  let written = 0;
  const writePages = async (): Promise<'done' | 'cancelled' | 'lost'> => {
    await file.writeFile(begin);
    for (let from = 0; from < total; from += PAGE_ROWS) {
      if (isCancelled()) return 'cancelled';
      const requests = await engine.requestsOfGrid({ order, from, count: PAGE_ROWS });
      if (requests === null) return 'lost';
      await file.writeFile(rows(requests, written === 0));
      written += requests.length;
      onProgress(Math.min(from + PAGE_ROWS, total));
    }
    if (isCancelled()) return 'cancelled';
    await file.writeFile(end);
    await file.sync();
    return 'done';
  };
  try {
    const outcome = await writePages().finally(() => file.close());
    if (outcome !== 'done') {
      await rm(partial, { force: true });
      return outcome;
    }
    await rename(partial, path);
    return written;
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
