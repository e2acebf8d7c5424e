import { join } from 'node:path';
import type { JsonValue } from '../transcripts/json.ts';
import type { TranscriptFile } from '../transcripts/record.ts';
import type { LookupPlace, Root } from '../transcripts/root.ts';
import type { LineAgent, TranscriptReader } from './agent.ts';
import { piSessionId, readPiRecords } from './piRecords.ts';
import { PI_WANTED } from './piScan.ts';

/**
 * pi: `sessions/--<folder with dashes>--/<time>_<session id>.jsonl`, one append-only file per session, a tree of entries. Only one branch is
 * in the context, but all of them were paid. A fork is a new file that begins with the entries of its parent.
 */
export const pi: LineAgent = {
  id: 'pi',
  label: 'pi',
  form: 'lines',
  wanted: PI_WANTED,
  roots: piRoots,
  isTranscript: (relativePath) => /(^|\/)[^/]+_[^/]+\.jsonl$/.test(relativePath),
  open(file: TranscriptFile, state?: JsonValue): TranscriptReader | undefined {
    return readPiRecords({ sessionId: piSessionId(file.relativePath), account: file.account }, state);
  },
};

/** `PI_CODING_AGENT_DIR` moves the agent's folder, `PI_CODING_AGENT_SESSION_DIR` the sessions alone. */
function piRoots(place: LookupPlace): Root[] {
  const usual = join(place.home, '.pi', 'agent');
  const expand = (folder: string): string => folder.trim().replace(/^~(?=$|[/\\])/, place.home);
  const rootOf = (folder: string): Root => {
    const home = folder.replace(/[/\\]sessions[/\\]?$/, '');
    return { path: join(home, 'sessions'), ...(home === usual ? {} : { account: home }) };
  };
  if (place.configured?.length) return place.configured.map((folder) => rootOf(expand(folder)));
  const home = rootOf(expand(place.env.PI_CODING_AGENT_DIR ?? '') || usual);
  const sessions = expand(place.env.PI_CODING_AGENT_SESSION_DIR ?? '');
  return sessions === '' || sessions === home.path ? [home] : [home, { path: sessions }];
}
