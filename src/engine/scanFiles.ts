import type { Agent } from '../agents/agent.ts';
import { recordBuffer } from '../transcripts/readRecords.ts';
import { createScanners } from '../transcripts/scanners.ts';
import { type SharedFile, sharedFileAt } from './fileTable.ts';
import { type LinesReading, readFileBatch } from './readFileBatch.ts';
import { NEXT, type ScanJob, type ScannedPart } from './scanProtocol.ts';

/** A part of a file is not larger than this. */
const PART_BYTES = 8 << 20;

/** Reads the files of a job, each of which one thread takes, part by part. */
export interface FileScan {
  /** The next part; `undefined` when no file is left. */
  next(): ScannedPart | undefined;
}

/** @param agents among them those of the job's files */
export function scanFiles(job: ScanJob, agents: readonly Agent[]): FileScan {
  const shared = new Int32Array(job.shared);
  const scanners = createScanners();
  const buffer = recordBuffer();
  let current: { index: number; taken: SharedFile; last?: LinesReading } | undefined;

  const read = ({ agentId, file }: SharedFile, last: LinesReading | undefined): LinesReading | undefined => {
    const agent = agents.find(({ id, isTranscript }) => id === agentId && isTranscript(file.relativePath));
    if (agent?.form !== 'lines') return undefined;
    const scanner = scanners.of(agent.wanted);
    return readFileBatch(agent, file, last?.batch.cursor, job.user, {
      maxBytes: PART_BYTES,
      buffer,
      scanner,
      open: last?.open,
    });
  };

  return {
    next() {
      if (!current) {
        const index = Atomics.add(shared, NEXT, 1);
        if (index >= job.count) return undefined;
        current = { index, taken: sharedFileAt(job.files, index) };
      }
      const { index, taken, last } = current;
      let reading: LinesReading | undefined;
      try {
        reading = read(taken, last);
      } catch {
        // Whoever asked for the file reads it again by itself, and says what is wrong with it.
      }
      const isEnd = !reading || reading.atEnd;
      current = isEnd ? undefined : { index, taken, last: reading };
      return { index, batch: reading?.batch, bytes: reading?.bytes ?? 0, atEnd: isEnd };
    },
  };
}
