import type { ForeignDatabases } from '../store/foreignDatabase.ts';
import type { Store } from '../store/store.ts';
import { recordBuffer } from '../transcripts/readRecords.ts';
import { createScanners } from '../transcripts/scanners.ts';
import { type AgentFile, fileKey, fingerprintOf, isRead } from './agentFile.ts';
import { lookAtDisk } from './disk.ts';
import type { FileReading, NotNow } from './fileReading.ts';
import { createOpenFiles, isAlive } from './openFiles.ts';
import { type DatabaseReading, readDatabase } from './readDatabase.ts';
import { readDocument } from './readDocument.ts';
import { readFileBatch } from './readFileBatch.ts';

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
