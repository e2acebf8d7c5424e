import type { Agent, TranscriptReader } from '../agents/agent.ts';
import { type FileFold, openFileFold } from '../ledger/fileFold.ts';
import type { FileBatch, FileCursor, RecordDetail } from '../store/batch.ts';
import { cursorAt, cursorStatus } from '../transcripts/cursor.ts';
import type { FoundTranscript } from '../transcripts/findTranscripts.ts';
import { type RecordBuffer, readRecords } from '../transcripts/readRecords.ts';

/** A part of one file, read and folded, but not stored yet. */
export interface FileReading {
  batch: FileBatch;
  /** Bytes read. */
  bytes: number;
  /** Nothing is left to read of the file as it was found. */
  atEnd: boolean;
  /** There are rows, or counts of records: figures change. Otherwise only the cursor moves. */
  hasNews: boolean;
}

/** Where one file stands between two batches. */
interface OpenFile {
  reader: TranscriptReader;
  fold: FileFold;
  offset: number;
  counts: Pick<FileCursor, 'records' | 'unknownRecords' | 'rejectedRecords'>;
  details: Map<string, RecordDetail>;
}

/** Details kept per file; more kinds than these are counted as one. */
const MAX_DETAILS = 50;

/**
 * Reads the next bounded part of a file, going on where `stored` ends; from the beginning when the file was replaced or a state of an
 * older shape was refused. Nothing in a file makes this throw: records that cannot be used are counted.
 *
 * @returns `undefined` when there is nothing to read or the file is gone
 */
export function readFileBatch(
  agent: Agent,
  file: FoundTranscript,
  stored: FileCursor | undefined,
  user: string,
  limits: { maxBytes: number; buffer: RecordBuffer },
): FileReading | undefined {
  const status = stored ? cursorStatus(file.path, file.facts, stored) : 'grown';
  if (status === 'unchanged' || (status === 'gone' && stored?.failure !== undefined)) return undefined;
  const open = openFile(agent, file, status === 'grown' ? stored : undefined);
  const { reader, fold, counts } = open;
  const progress = readRecords(
    file.path,
    { offset: open.offset, maxBytes: limits.maxBytes, end: file.facts.size },
    (record) => {
      counts.records++;
      try {
        const reading = reader.read(record);
        for (const event of reading.events) fold.apply(event, record.offset);
        if (reading.outcome !== 'read') countDetail(open, reading.outcome, reading.detail ?? '');
      } catch (error) {
        // A reader that throws is a bug, but not one for which the rest of the file goes unread.
        countDetail(open, 'rejected', `reader failed: ${error instanceof Error ? error.name : 'unknown'}`);
      }
    },
    limits.buffer,
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
        ...counts,
        details: [...open.details.values()],
        failure: progress.trouble,
      },
    },
    bytes: progress.offset - open.offset,
    atEnd: progress.atEnd || progress.trouble !== undefined,
    hasNews: progress.records > 0 || progress.trouble !== stored?.failure,
  };
}

/** The reader and the fold of a file, continued from the cursor where both accept their states, else new. */
function openFile(agent: Agent, file: FoundTranscript, stored: FileCursor | undefined): OpenFile {
  const reader = stored && agent.open(file, stored.readerState);
  const fold = stored && openFileFold(stored.foldState);
  if (stored && reader && fold) {
    return {
      reader,
      fold,
      offset: stored.offset,
      counts: {
        records: stored.records,
        unknownRecords: stored.unknownRecords,
        rejectedRecords: stored.rejectedRecords,
      },
      details: new Map(stored.details.map((detail) => [`${detail.outcome} ${detail.detail}`, detail])),
    };
  }
  const newReader = agent.open(file);
  const newFold = openFileFold();
  if (!newReader || !newFold) throw new Error(`${agent.id} refuses to begin a file`);
  return {
    reader: newReader,
    fold: newFold,
    offset: 0,
    counts: { records: 0, unknownRecords: 0, rejectedRecords: 0 },
    details: new Map(),
  };
}

function countDetail(open: OpenFile, outcome: RecordDetail['outcome'], stated: string): void {
  if (outcome === 'unknown') open.counts.unknownRecords++;
  else open.counts.rejectedRecords++;
  const key = `${outcome} ${stated}`;
  const isKnown = open.details.has(key) || open.details.size < MAX_DETAILS;
  const detail = isKnown ? stated.slice(0, 100) : 'more kinds';
  const entry = open.details.get(isKnown ? key : `${outcome} more kinds`);
  if (entry) entry.records++;
  else open.details.set(isKnown ? key : `${outcome} more kinds`, { outcome, detail, records: 1 });
}
