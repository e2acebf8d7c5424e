import { dirname, join } from 'node:path';
import type { TranscriptFile } from '../transcripts/record.ts';
import type { LookupPlace, Root } from '../transcripts/root.ts';
import type { Disk, DocumentAgent, PlacedReading } from './agent.ts';
import { copilotCalls } from './copilotCliCalls.ts';
import { readCopilotEvents } from './copilotCliEvents.ts';
import { tellCopilotEvents } from './copilotCliReadings.ts';
import { copilotRows, type UsageRow } from './copilotCliRows.ts';

/**
 * GitHub Copilot CLI: `session-state/<session>/events.jsonl`, before `session-state/<session>.jsonl`. What a call used stands in up to four
 * places, by version: in the events themselves, in the table `assistant_usage_events` of `session-store.db`, in the sums at the end of a
 * session, or (output only) on each reply. So a session is read as a whole.
 *
 * The database is no companion: it is shared by all sessions, so that each call of one would have all the others read anew. Its row of a
 * call is written before the event that follows the call, and the file of events changes with that.
 */
export const copilotCli: DocumentAgent = {
  id: 'copilot-cli',
  label: 'GitHub Copilot CLI',
  form: 'document',
  roots: copilotRoots,
  isTranscript: (relativePath) => /^[^/]+(\/events)?\.jsonl$/.test(relativePath),
  read(file: TranscriptFile, disk: Disk): PlacedReading[] | undefined {
    const bytes = disk.read(file.path);
    if (!bytes) return undefined;
    const sessionId = sessionIdOf(file.relativePath);
    const events = readCopilotEvents(bytes);
    const calls = copilotCalls(sessionId, events.records, () => rowsOf(file, disk, sessionId));
    return tellCopilotEvents({ sessionId, account: file.account }, events, calls);
  },
};

/** The folder's name, or the file's. */
function sessionIdOf(relativePath: string): string {
  const [first = ''] = relativePath.split('/');
  return first.replace(/\.jsonl$/, '');
}

function rowsOf(file: TranscriptFile, disk: Disk, sessionId: string): UsageRow[] {
  const database = disk.database(join(dirname(file.root), 'session-store.db'));
  return database ? copilotRows(database, sessionId) : [];
}

function copilotRoots(place: LookupPlace): Root[] {
  const usual = join(place.home, '.copilot');
  const chosen = place.configured?.length ? place.configured : [place.env.COPILOT_HOME ?? ''];
  const homes = chosen
    .map((folder) => folder.trim().replace(/^~(?=$|[/\\])/, place.home))
    .filter((folder) => folder !== '');
  return (homes.length > 0 ? homes : [usual]).flatMap((folder) => {
    const home = folder.replace(/[/\\](history-)?session-state[/\\]?$/, '');
    const account = home === usual ? {} : { account: home };
    return [
      { path: join(home, 'session-state'), ...account },
      { path: join(home, 'history-session-state'), ...account },
    ];
  });
}
