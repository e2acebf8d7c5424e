import type { Database, Disk } from '../agents/agent.ts';
import type { DatabaseTrouble } from '../store/databaseCopy.ts';
import type { ForeignDatabase, ForeignDatabases } from '../store/foreignDatabase.ts';
import { readRegularFile } from '../transcripts/regularFile.ts';
import { namesIn } from '../transcripts/sourceFacts.ts';

/** The disk during one reading. */
export interface DiskLook {
  disk: Disk;
  /** Why what was read must not be used: a database was being written, or turned out to be damaged in the middle. */
  trouble(): DatabaseTrouble | undefined;
}

/** The real disk, for the reading of one document. Files are read as they are at that moment, databases from a consistent copy. */
export function lookAtDisk(databases: ForeignDatabases): DiskLook {
  const opened: ForeignDatabase[] = [];
  let unsettled: DatabaseTrouble | undefined;
  return {
    disk: {
      read(path) {
        try {
          return readRegularFile(path);
        } catch {
          return undefined;
        }
      },
      list: namesIn,
      database(path): Database | undefined {
        const { database, trouble } = databases.open(path);
        if (trouble === 'WRITING') unsettled = trouble;
        if (database) opened.push(database);
        return database;
      },
    },
    trouble: () => unsettled ?? opened.find(({ failure }) => failure !== undefined)?.failure,
  };
}
