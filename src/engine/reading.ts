import type { Agent } from '../agents/agent.ts';
import type { ForeignDatabases } from '../store/foreignDatabase.ts';
import type { Store } from '../store/store.ts';
import type { Cursor } from '../transcripts/cursor.ts';
import type { FoundTranscript } from '../transcripts/findTranscripts.ts';
import { recordBuffer } from '../transcripts/readRecords.ts';
import { createScanners } from '../transcripts/scanners.ts';
import { databaseFingerprint, sourceFingerprint } from '../transcripts/sourceFacts.ts';
import { lookAtDisk } from './disk.ts';
import type { FileReading, NotNow } from './fileReading.ts';
import { createOpenFiles, isAlive } from './openFiles.ts';
import { type DatabaseReading, readDatabase } from './readDatabase.ts';
import { readDocument } from './readDocument.ts';
import { readFileBatch } from './readFileBatch.ts';

/** A transcript with the agent that writes it. */
export interface AgentFile {
  agent: Agent;
  file: FoundTranscript;
  /** It was read while it was being written: the same size and time are no proof that nothing changed. */
  isDoubted?: boolean;
  /** Bytes that are most likely left to read. Default: all. */
  unreadBytes?: number;
  /** Nothing of it was read before. */
  isNew?: boolean;
}

/** Names a transcript among those of all agents. */
export const fileKey = ({ agent, file }: AgentFile): string => `${agent.id}\n${file.path}`;

/** Whether everything in a transcript, its companions included, was read. Costs a few looks at the disk. */
export function isRead({ agent, file }: AgentFile, cursor: Cursor | undefined): boolean {
  return (
    cursor?.complete === true &&
    cursor.size === file.facts.size &&
    cursor.mtimeMs === file.facts.mtimeMs &&
    cursor.ino === file.facts.ino &&
    (agent.form === 'lines' || cursor.fingerprint === fingerprintOf({ agent, file }))
  );
}

/** One text for all files that make up a document or a database; empty for lines, whose cursor tells. */
export function fingerprintOf({ agent, file }: AgentFile): string {
  switch (agent.form) {
    case 'lines':
      return '';
    case 'document':
      return sourceFingerprint([file.path, ...companionsOf({ agent, file })]);
    case 'database':
      return databaseFingerprint(file.path);
  }
}

/** The other files and folders of a document. */
export function companionsOf({ agent, file }: AgentFile): string[] {
  if (agent.form !== 'document') return [];
  try {
    return agent.companions?.(file) ?? [];
  } catch {
    return [];
  }
}

/** Reads transcripts of all forms, a bounded part at a time. What it gives must be stored before the next part of the same is asked for. */
export interface Readings {
  /** @returns `undefined` when there is nothing to read, or the file is gone */
  next(found: AgentFile, limits: { maxBytes: number; untilMs: number }): FileReading | NotNow | undefined;
  /** A part was not stored: what was begun begins anew. */
  forget(found: AgentFile): void;
}

export function createReadings(store: Store, user: string, databases: ForeignDatabases): Readings {
  const buffer = recordBuffer();
  const scanners = createScanners();
  const begun = new Map<string, DatabaseReading>();
  const openFiles = createOpenFiles();
  return {
    next(found, { maxBytes, untilMs }) {
      const { agent, file, isDoubted = false } = found;
      const key = fileKey(found);
      const ongoing = begun.get(key);
      if (!ongoing) {
        const stored = store.cursors.find(agent.id, file.path);
        if (agent.form === 'lines') {
          const scanner = scanners.of(agent.wanted);
          const reading = readFileBatch(agent, file, stored, user, {
            maxBytes,
            buffer,
            scanner,
            open: openFiles.get(key),
            isDoubted,
          });
          if (reading?.open && (!reading.atEnd || isAlive(file))) openFiles.keep(key, reading.open);
          else openFiles.drop(key);
          return reading;
        }
        if (isRead(found, stored) && !(isDoubted && agent.form === 'document')) return undefined;
        const fingerprint = fingerprintOf(found);
        if (agent.form === 'document') return readDocument(agent, file, fingerprint, user, lookAtDisk(databases));
        begun.set(key, readDatabase(agent, file, fingerprint, stored, user, databases));
      }
      const reading = begun.get(key)?.next(untilMs);
      if (!reading || 'notNow' in reading || reading.atEnd) begun.delete(key);
      return reading;
    },
    forget(found) {
      begun.delete(fileKey(found));
      openFiles.drop(fileKey(found));
    },
  };
}
