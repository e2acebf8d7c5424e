import type { LineAgent } from '../agents/agent.ts';
import type { AgentEvent } from '../agents/event.ts';
import { noRows } from '../ledger/rows.ts';
import type { FileCursor } from '../store/batch.ts';
import { packRequests } from '../store/packedRequests.ts';
import { type Cursor, cursorAt, cursorStatus } from '../transcripts/cursor.ts';
import type { FoundTranscript } from '../transcripts/findTranscripts.ts';
import { type RecordBuffer, readRecords } from '../transcripts/readRecords.ts';
import type { Scanner } from '../transcripts/scanner.ts';
import type { FileReading } from './fileReading.ts';
import { type OpenFile, openFile, resumePoint } from './openFiles.ts';
import { readerFailed } from './recordCounts.ts';

/** How a file is to be read. */
export interface ReadLimits {
  maxBytes: number;
  buffer: RecordBuffer;
  scanner?: Scanner;
  /** The file as the last batch left it. */
  open?: OpenFile;
  /** It was read while it was being written. */
  isDoubted?: boolean;
}

/** A part of a file, and how it is left. */
export type LinesReading = FileReading & { open: OpenFile | undefined };

/**
 * Reads the next bounded part of a file, going on where `stored` ends; from further back after a restart, and from the beginning when the
 * file was replaced. Nothing in a file makes this throw: records that cannot be used are counted.
 *
 * @returns `undefined` when there is nothing to read or the file is gone
 */
export function readFileBatch(
  agent: LineAgent,
  file: FoundTranscript,
  stored: FileCursor | undefined,
  user: string,
  limits: ReadLimits,
): LinesReading | undefined {
  const status = stored ? cursorStatus(file.path, file.facts, stored, limits.isDoubted) : 'grown';
  if (stored && status === 'unchanged') return touched(agent, file, stored, user, limits.open);
  if (status === 'gone' && stored?.failure !== undefined) return undefined;
  const isSame = status === 'grown' && stored !== undefined;
  const open =
    isSame && limits.open?.offset === stored.offset ? limits.open : openFile(agent, file, isSame ? stored : undefined);
  const { reader, fold, counter, offset } = open;
  const progress = readRecords(
    file.path,
    { offset, maxBytes: limits.maxBytes, end: file.facts.size },
    (record) => {
      try {
        const reading = reader.read(record);
        const { events } = reading;
        for (let at = 0; at < events.length; at++) fold.apply(events[at] as AgentEvent, record.offset);
        counter.count(reading);
      } catch (error) {
        counter.count(readerFailed(error));
      }
    },
    limits.buffer,
    limits.scanner,
  );
  if (progress.trouble === 'ENOENT') return undefined;
  const isUnreadable = progress.trouble !== undefined && progress.records === 0;
  if (isUnreadable && stored?.failure === progress.trouble) return undefined;
  open.offset = progress.offset;
  const rows = fold.takeRows();
  const packed = packRequests(agent.id, rows.requests);
  rows.requests = [];
  const cursor = cursorAt(file.path, file.facts, progress.offset, progress.atEnd, progress.fingerprint);
  const failure = progress.trouble;
  return {
    batch: {
      agent: agent.id,
      user,
      rows,
      packed,
      cursor:
        isUnreadable && isSame
          ? { ...stored, ...file.facts, complete: false, failure }
          : fileCursor(file, cursor, stored, open, failure),
    },
    bytes: progress.offset - offset,
    atEnd: progress.atEnd || progress.trouble !== undefined,
    hasNews: progress.records > 0 || progress.trouble !== stored?.failure,
    open,
  };
}

/** How far the file was read; where that cannot be told, it is looked at again. All fields at once: there are very many. */
function fileCursor(
  file: FoundTranscript,
  cursor: Cursor | undefined,
  stored: FileCursor | undefined,
  open: OpenFile,
  failure: string | undefined,
): FileCursor {
  const { size, mtimeMs, ino } = file.facts;
  const { records, unknownRecords, rejectedRecords, details } = open.counter.counts();
  return {
    path: file.path,
    size,
    mtimeMs,
    ino,
    offset: open.offset,
    complete: cursor?.complete ?? false,
    fingerprint: cursor?.fingerprint ?? stored?.fingerprint ?? '',
    records,
    unknownRecords,
    rejectedRecords,
    details,
    resume: resumePoint(open, file),
    failure,
  };
}

/** A file with the same bytes and another time or inode, as after a restored backup: it need not be opened again to know that. */
function touched(
  agent: LineAgent,
  { path, facts }: FoundTranscript,
  stored: FileCursor,
  user: string,
  open: OpenFile | undefined,
): LinesReading | undefined {
  if (facts.mtimeMs === stored.mtimeMs && facts.ino === stored.ino) return undefined;
  const cursor = { ...stored, ...facts, path, resume: undefined };
  return { batch: { agent: agent.id, user, rows: noRows(), cursor }, bytes: 0, atEnd: true, hasNews: false, open };
}
