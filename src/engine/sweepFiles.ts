import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { FileBatch } from '../store/batch.ts';
import type { AgentFile } from './agentFile.ts';
import { BATCH_BYTES, BATCH_MS, RETRY_MS } from './batchSize.ts';
import type { FileList } from './fileTable.ts';
import type { SweepWork } from './sweepWork.ts';

/** So often within one sweep. */
const RETRIES_PER_SWEEP = 2;

/** Reads files in this thread, in order and in batches, between which others have their turn. */
export async function sweepFiles(files: FileList, work: SweepWork): Promise<void> {
  const { reader, timing, tally } = work;
  let queue = files;
  let again: AgentFile[] = [];
  let rounds = 0;
  for (let next = 0; next < queue.length && !work.isStopped(); ) {
    const batches: FileBatch[] = [];
    const began = performance.now();
    let bytes = 0;
    let hasNews = false;
    let open: AgentFile | undefined;
    while (next < queue.length && bytes < BATCH_BYTES && performance.now() - began < BATCH_MS) {
      const found = queue.at(next) as AgentFile;
      const part = reader.read(found, BATCH_BYTES - bytes);
      if (part === 'again') again.push(found);
      else if (part !== 'nothing') {
        const { reading } = part;
        batches.push(reading.batch);
        bytes += reading.bytes;
        hasNews ||= reading.hasNews;
        timing.filesRead += reading.atEnd && reading.batch.cursor.complete ? 1 : 0;
        // The rest of this file continues from the cursor, which must be stored before.
        if (!reading.atEnd) {
          tally.part(reading.bytes);
          open = found;
          break;
        }
      }
      next++;
      if (part !== 'again') tally.done(found);
    }
    timing.bytesRead += bytes;
    const readDone = performance.now();
    timing.readMs += readDone - began;
    // The oldest file comes first: originals before the copies of them, which then only need to be noted.
    if (!work.commit(batches.reverse(), hasNews)) {
      if (open) reader.forget(open);
      return;
    }
    timing.storeMs += performance.now() - readDone;
    tally.tell(false);
    await nextTurn();
    if (next === queue.length && again.length > 0 && rounds++ < RETRIES_PER_SWEEP) {
      // Whoever writes them is done by then, or they are given up until they change. One that never rests is left to the next sweep.
      await delay(RETRY_MS);
      queue = again;
      again = [];
      next = 0;
    }
  }
}
