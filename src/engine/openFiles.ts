import type { LineAgent, TranscriptReader } from '../agents/agent.ts';
import { type FileFold, openFileFold } from '../ledger/fileFold.ts';
import type { FileCursor, ResumePoint } from '../store/batch.ts';
import type { FoundTranscript } from '../transcripts/findTranscripts.ts';
import { type RecordCounter, recordCounter } from './recordCounts.ts';

/** Where one file stands between two batches. */
export interface OpenFile {
  reader: TranscriptReader;
  fold: FileFold;
  counter: RecordCounter;
  offset: number;
  /** From where it would be read on after a restart; 0 = from its beginning. */
  resumeOffset: number;
  /** What is stored of an earlier reading leads nowhere. */
  isAnew: boolean;
}

/** The files that are being read and those that grow: to read on in them, nothing needs to be stored and read again. */
export interface OpenFiles {
  get(key: string): OpenFile | undefined;
  keep(key: string, file: OpenFile): void;
  drop(key: string): void;
}

/** Files that grow at a time; others are read on from what is stored. */
const MOST_OPEN = 32;

export function createOpenFiles(): OpenFiles {
  const files = new Map<string, OpenFile>();
  return {
    get: (key) => files.get(key),
    keep(key, file) {
      files.delete(key);
      files.set(key, file);
      const oldest = files.keys().next();
      if (files.size > MOST_OPEN && !oldest.done) files.delete(oldest.value);
    },
    drop: (key) => void files.delete(key),
  };
}

/** The reader and the fold of a file, continued from what is stored where both accept their states, else new. */
export function openFile(agent: LineAgent, file: FoundTranscript, stored: FileCursor | undefined): OpenFile {
  const point = stored?.resume;
  const reader = point && agent.open(file, point.readerState);
  const fold = point && openFileFold(point.foldState);
  if (point && reader && fold) {
    const { offset, counts } = point;
    return { reader, fold, counter: recordCounter(counts), offset, resumeOffset: offset, isAnew: false };
  }
  const newReader = agent.open(file);
  const newFold = openFileFold();
  if (!newReader || !newFold) throw new Error(`${agent.id} refuses to begin a file`);
  return { reader: newReader, fold: newFold, counter: recordCounter(), offset: 0, resumeOffset: 0, isAnew: true };
}

/** To read so much again takes less than to store at every turn what it left. */
const RESUME_BYTES = 256 << 10;
/** A file that rested for so long has most likely come to its end. */
const ALIVE_MS = 2 * 86_400_000;

/** Whether a file may grow soon. */
export const isAlive = ({ facts }: FoundTranscript): boolean => Date.now() - facts.mtimeMs < ALIVE_MS;

/** From where the file is to be read on after a restart, where that changed: see `FileCursor.resume`. */
export function resumePoint(open: OpenFile, file: FoundTranscript): ResumePoint | null | undefined {
  if (open.offset - open.resumeOffset < RESUME_BYTES || !isAlive(file)) return open.isAnew ? null : undefined;
  open.resumeOffset = open.offset;
  return {
    offset: open.offset,
    readerState: open.reader.state(),
    foldState: open.fold.state(),
    counts: open.counter.counts(),
  };
}
