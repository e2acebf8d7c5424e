import { join } from 'node:path';
import type { TranscriptFile } from '../transcripts/record.ts';
import type { LookupPlace, Root } from '../transcripts/root.ts';
import type { Disk, DocumentAgent, PlacedReading } from './agent.ts';
import { readAmpThread } from './ampThread.ts';
import { fields, parseJson } from './fields.ts';

/**
 * Amp: `threads/T-<uuid>.json`, one document per thread, rewritten as the thread goes on. Newer versions keep threads on their server: there
 * are no files then.
 */
export const amp: DocumentAgent = {
  id: 'amp',
  label: 'Amp',
  form: 'document',
  roots: ampRoots,
  isTranscript: (relativePath) => /^T-[^/]+\.json$/.test(relativePath),
  read(file: TranscriptFile, disk: Disk): PlacedReading[] | undefined {
    const bytes = disk.read(file.path);
    const thread = bytes && fields(parseJson(bytes));
    return (
      thread && readAmpThread(thread, { bytes, stem: file.relativePath.replace(/\.json$/, ''), account: file.account })
    );
  },
};

function ampRoots(place: LookupPlace): Root[] {
  const usual = join(place.env.XDG_DATA_HOME || join(place.home, '.local', 'share'), 'amp');
  const chosen = (place.configured ?? [])
    .map((folder) => folder.trim().replace(/^~(?=$|[/\\])/, place.home))
    .filter((folder) => folder !== '');
  return (chosen.length > 0 ? chosen : [usual]).map((folder) => {
    const data = folder.replace(/[/\\]threads[/\\]?$/, '');
    return { path: join(data, 'threads'), depth: 0, ...(data === usual ? {} : { account: data }) };
  });
}
