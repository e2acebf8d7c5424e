import { join } from 'node:path';
import type { TranscriptFile } from '../transcripts/record.ts';
import type { LookupPlace, Root } from '../transcripts/root.ts';
import type { Disk, DocumentAgent, PlacedReading } from './agent.ts';
import { readDroidSession } from './droidSession.ts';
import { fields, parseJson } from './fields.ts';

/**
 * Factory's Droid: `sessions/<folder>/<session>.jsonl` holds the messages, `<session>.settings.json` beside it the tokens of the whole
 * session, as one sum that grows.
 */
export const droid: DocumentAgent = {
  id: 'droid',
  label: 'Droid',
  form: 'document',
  roots: droidRoots,
  isTranscript: (relativePath) => /^([^/]+\/)?[^/]+\.jsonl$/.test(relativePath),
  companions: (file) => [settingsBeside(file)],
  read(file: TranscriptFile, disk: Disk): PlacedReading[] | undefined {
    const bytes = disk.read(file.path);
    if (bytes === undefined) return undefined;
    const written = disk.read(settingsBeside(file));
    const settings = written && fields(parseJson(written));
    // The sidecar is rewritten as a whole: what is no JSON is being written right now.
    if (written && !settings) return undefined;
    const stem = (file.relativePath.split('/').at(-1) ?? '').replace(/\.jsonl$/, '');
    return readDroidSession(bytes, settings ?? {}, { stem, account: file.account });
  },
};

function settingsBeside(file: TranscriptFile): string {
  return file.path.replace(/\.jsonl$/, '.settings.json');
}

function droidRoots(place: LookupPlace): Root[] {
  const usual = join(place.home, '.factory');
  const chosen = (place.configured ?? [])
    .map((folder) => folder.trim().replace(/^~(?=$|[/\\])/, place.home))
    .filter((folder) => folder !== '');
  return (chosen.length > 0 ? chosen : [usual]).map((folder) => {
    const home = folder.replace(/[/\\]sessions[/\\]?$/, '');
    return { path: join(home, 'sessions'), depth: 1, ...(home === usual ? {} : { account: home }) };
  });
}
