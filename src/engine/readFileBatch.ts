import type { LineAgent, TranscriptReader } from '../agents/agent.ts';
import { type FileFold, openFileFold } from '../ledger/fileFold.ts';
import type { FileCursor } from '../store/batch.ts';
import { cursorAt, cursorStatus } from '../transcripts/cursor.ts';
import type { FoundTranscript } from '../transcripts/findTranscripts.ts';
import { type RecordBuffer, readRecords } from '../transcripts/readRecords.ts';
import type { Scanner } from '../transcripts/scanner.ts';
import type { FileReading } from './fileReading.ts';
import { type RecordCounter, readerFailed, recordCounter } from './recordCounts.ts';

/** Where one file stands between two batches. */
interface OpenFile {
  reader: TranscriptReader;
  fold: FileFold;
  offset: number;
  counter: RecordCounter;
}

/**
 * Reads the next bounded part of a file, going on where `stored` ends; from the beginning when the file was replaced or a state of an
 * older shape was refused. Nothing in a file makes this throw: records that cannot be used are counted.
 *
 * @returns `undefined` when there is nothing to read or the file is gone
 */
export function readFileBatch(
  agent: LineAgent,
  file: FoundTranscript,
  stored: FileCursor | undefined,
  user: string,
  limits: { maxBytes: number; buffer: RecordBuffer; scanner?: Scanner },
): FileReading | undefined {
  const status = stored ? cursorStatus(file.path, file.facts, stored) : 'grown';
  if (status === 'unchanged' || (status === 'gone' && stored?.failure !== undefined)) return undefined;
  const open = openFile(agent, file, status === 'grown' ? stored : undefined);
  const { reader, fold, counter } = open;
  const progress = readRecords(
    file.path,
    { offset: open.offset, maxBytes: limits.maxBytes, end: file.facts.size },
    (record) => {
      try {
        const reading = reader.read(record);
        for (const event of reading.events) fold.apply(event, record.offset);
        counter.count(reading);
      } catch (error) {
        counter.count(readerFailed(error));
      }
    },
    limits.buffer,
    limits.scanner,
  );
  if (progress.trouble === 'ENOENT') return undefined;
  if (progress.trouble !== undefined && stored?.failure === progress.trouble && progress.offset === stored.offset)
    return undefined;
  const cursor = cursorAt(file.path, file.facts, progress.offset, progress.atEnd);
  return {
    batch: {
      agent: agent.id,
      user,
      rows: fold.takeRows(),
      cursor: {
        ...(cursor ?? {
          ...file.facts,
          offset: progress.offset,
          complete: false,
          fingerprint: stored?.fingerprint ?? '',
        }),
        path: file.path,
        readerState: reader.state(),
        foldState: fold.state(),
        ...counter.counts(),
        failure: progress.trouble,
      },
    },
    bytes: progress.offset - open.offset,
    atEnd: progress.atEnd || progress.trouble !== undefined,
    hasNews: progress.records > 0 || progress.trouble !== stored?.failure,
  };
}

/** The reader and the fold of a file, continued from the cursor where both accept their states, else new. */
function openFile(agent: LineAgent, file: FoundTranscript, stored: FileCursor | undefined): OpenFile {
  const reader = stored && agent.open(file, stored.readerState);
  const fold = stored && openFileFold(stored.foldState);
  if (stored && reader && fold) {
    return {
      reader,
      fold,
      offset: stored.offset,
      counter: recordCounter(stored),
    };
  }
  const newReader = agent.open(file);
  const newFold = openFileFold();
  if (!newReader || !newFold) throw new Error(`${agent.id} refuses to begin a file`);
  return { reader: newReader, fold: newFold, offset: 0, counter: recordCounter() };
}
