import { open, rename, rm } from 'node:fs/promises';
import type { Engine } from '../engine/engineApi.ts';
import type { CostShown } from '../views/costShown.ts';
import { requestExport } from '../views/requestExport.ts';
import type { ExportFormat, RequestGridView } from '../views/requestGridView.ts';

/** Requests that are asked for at once. */
const PAGE_ROWS = 2000;

export interface WriteOptions {
  path: string;
  format: ExportFormat;
  /** As the user wants costs. */
  cost?: CostShown;
  isCancelled(): boolean;
  /** After each piece: how many places of the list are written. */
  onProgress(done: number): void;
}

/**
 * Writes a list of requests to a file, piece by piece: while one is written the next is made. The file appears when it is whole: a cancelled or failed writing leaves none, and
 * leaves one of before as it was. Rejects with errors of the disk and of the engine.
 *
 * @returns how many requests stand in it; `cancelled`, or `lost` when the engine knows the list no more
 */
export async function writeRequests(
  engine: Pick<Engine, 'exportedRequests'>,
  { order, total }: Pick<RequestGridView, 'order' | 'total'>,
  { path, format, cost, isCancelled, onProgress }: WriteOptions,
): Promise<number | 'cancelled' | 'lost'> {
  const { begin, end } = requestExport(format, cost);
  const partial = `${path}.part`;
  const file = await open(partial, 'w');
  let written = 0;
  const piece = (from: number, isFirst: boolean): ReturnType<Engine['exportedRequests']> | undefined =>
    from < total ? engine.exportedRequests({ order, from, count: PAGE_ROWS, format, cost, isFirst }) : undefined;
  const writePieces = async (): Promise<'done' | 'cancelled' | 'lost'> => {
    await file.writeFile(begin);
    let next = piece(0, true);
    for (let from = 0; next; ) {
      const made = await next;
      if (isCancelled()) return 'cancelled';
      if (made === null) return 'lost';
      if (made.positions === 0) break;
      from += made.positions;
      written += made.requests;
      next = piece(from, written === 0);
      // One that fails while this is written is heard of when it is waited for.
      next?.catch(() => undefined);
      await file.writeFile(made.text);
      onProgress(Math.min(from, total));
    }
    if (isCancelled()) return 'cancelled';
    await file.writeFile(end);
    await file.sync();
    return 'done';
  };
  try {
    const outcome = await writePieces().finally(() => file.close());
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
