import type { DocumentAgent } from '../agents/agent.ts';
import { openFileFold } from '../ledger/fileFold.ts';
import type { FoundTranscript } from '../transcripts/findTranscripts.ts';
import type { DiskLook } from './disk.ts';
import type { FileReading, NotNow } from './fileReading.ts';
import { readerFailed, recordCounter } from './recordCounts.ts';

/**
 * Reads a document as a whole. What is told of its requests takes the place of what it told before; requests that it tells no more were
 * paid all the same and stay.
 *
 * @param fingerprint of the document with its companions, from before the reading
 */
export function readDocument(
  agent: DocumentAgent,
  file: FoundTranscript,
  fingerprint: string,
  user: string,
  look: DiskLook,
): FileReading | NotNow {
  const fold = openFileFold();
  if (!fold) throw new Error('a new fold needs no state');
  const counter = recordCounter();
  try {
    const readings = agent.read(file, look.disk);
    const trouble = look.trouble();
    if (readings === undefined || trouble !== undefined) return { notNow: trouble ?? 'UNFINISHED' };
    for (const reading of readings) {
      for (const event of reading.events) fold.apply(event, reading.offset);
      counter.count(reading);
    }
  } catch (error) {
    counter.count(readerFailed(error));
  }
  return {
    batch: {
      agent: agent.id,
      user,
      rows: fold.takeRows(),
      isWhole: true,
      cursor: {
        ...file.facts,
        path: file.path,
        offset: file.facts.size,
        complete: true,
        fingerprint,
        ...counter.counts(),
      },
    },
    bytes: file.facts.size,
    atEnd: true,
    hasNews: true,
  };
}
