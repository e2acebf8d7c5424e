import { noRows } from '../ledger/rows.ts';
import type { ForeignDatabases } from '../store/foreignDatabase.ts';
import type { Store } from '../store/store.ts';
import { type FileFacts, fileFacts } from '../transcripts/findTranscripts.ts';
import type { AgentFile } from './agentFile.ts';
import { createAttempts } from './attempts.ts';
import { BATCH_MS } from './batchSize.ts';
import type { Doubts } from './doubts.ts';
import type { EngineTrouble } from './engineApi.ts';
import type { FileReading } from './fileReading.ts';
import type { FileTable } from './fileTable.ts';
import { createReadings } from './reading.ts';

/** What became of a part of a file. */
export type Part = { reading: FileReading } | 'nothing' | 'again';

/** Reads files part by part, whatever is in them. One bad file never stops the rest. */
export interface PartReader {
  /** The next part of a file, of so many bytes or until `BATCH_MS` have passed. */
  read(listed: AgentFile, maxBytes: number): Part;
  /** A part was not stored: what was begun begins anew. */
  forget(file: AgentFile): void;
  /** Without those of which enough was tried a short while ago. */
  withoutHopeless(files: FileTable): FileTable;
  /** Another thread has read a file to its end, or as far as it can be read. */
  wasRead(file: AgentFile, failure: string | undefined): void;
}

export interface PartReaderOptions {
  store: Store;
  /** For the databases of agents. */
  databases: ForeignDatabases;
  user: string;
  doubts: Doubts;
  tellOnce(severity: EngineTrouble['severity'], message: string): void;
}

export function createPartReader({ store, databases, user, doubts, tellOnce }: PartReaderOptions): PartReader {
  const readings = createReadings(store, user, databases);
  const attempts = createAttempts();

  const tellFailure = ({ agent, file }: AgentFile, failure: string): void =>
    tellOnce('warning', `Cannot read ${file.path} (${failure}). All other files of ${agent.label} are counted.`);

  /** The last good state, with why there is no newer one. */
  const failedReading = ({ agent, file }: AgentFile, failure: string): FileReading => {
    const stored = store.cursors.find(agent.id, file.path);
    const nothingYet = { offset: 0, fingerprint: '', details: [] };
    const counts = { records: 0, unknownRecords: 0, rejectedRecords: 0 };
    const parts = agent.form === 'database' ? { parts: [] } : {};
    return {
      batch: {
        agent: agent.id,
        user,
        rows: noRows(),
        cursor: {
          ...nothingYet,
          ...counts,
          ...stored,
          ...file.facts,
          path: file.path,
          complete: false,
          failure,
          ...parts,
        },
      },
      bytes: 0,
      atEnd: true,
      hasNews: stored?.failure !== failure,
    };
  };

  return {
    forget: readings.forget,
    // The name of each of very many files is made only where there is something to look up.
    withoutHopeless: (files) =>
      attempts.hasFailed() ? files.filter((_, index) => !attempts.isHopeless(files.at(index) as AgentFile)) : files,
    wasRead(file, failure) {
      doubts.read(file);
      if (failure !== undefined) tellFailure(file, failure);
    },
    read(listed, maxBytes) {
      const { agent } = listed;
      const { path } = listed.file;
      try {
        // The file may have moved on since it was listed, and a hint may have had it read.
        const facts = fileFacts(path);
        if (!facts) return 'nothing';
        const found = { ...listed, file: { ...listed.file, facts } };
        const reading = readings.next(found, { maxBytes, untilMs: performance.now() + BATCH_MS });
        if (!reading) return 'nothing';
        if ('notNow' in reading) {
          if (attempts.failed(found)) return 'again';
          tellOnce(
            'warning',
            `Cannot read ${path} (${reading.notNow}). What was read of it before stays; it is read again when it changes. All other files of ${agent.label} are counted.`,
          );
          return { reading: failedReading(found, reading.notNow) };
        }
        attempts.succeeded(found);
        // One that was looked at for doubt, and is as it was, is beyond doubt.
        if (reading.atEnd && !(listed.isDoubted && isSame(facts, listed.file.facts)))
          doubts.read({ agent, file: found.file });
        const { failure } = reading.batch.cursor;
        if (failure !== undefined) tellFailure(found, failure);
        return { reading };
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        tellOnce('warning', `Cannot read ${path}: ${reason}. All other files are counted.`);
        readings.forget(listed);
        return 'nothing';
      }
    },
  };
}

const isSame = (facts: FileFacts, other: FileFacts): boolean =>
  facts.size === other.size && facts.mtimeMs === other.mtimeMs && facts.ino === other.ino;
