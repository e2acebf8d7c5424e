import { join } from 'node:path';
import type { JsonValue } from '../transcripts/json.ts';
import type { TranscriptFile } from '../transcripts/record.ts';
import type { LookupPlace, Root } from '../transcripts/root.ts';
import type { LineAgent, TranscriptReader } from './agent.ts';
import { readCodexRecords } from './codexRecords.ts';
import { CODEX_WANTED } from './codexScan.ts';

/**
 * Codex: `sessions/YYYY/MM/DD/rollout-<time>-<thread>.jsonl`, one append-only file per thread; `archived_sessions/` holds the same files
 * moved. A thread's identity is therefore the id in its first record, never its path.
 */
export const codex: LineAgent = {
  id: 'codex',
  label: 'Codex',
  form: 'lines',
  wanted: CODEX_WANTED,
  roots: codexRoots,
  isTranscript: (relativePath) => /(^|\/)rollout-[^/]*\.jsonl$/.test(relativePath),
  open(file: TranscriptFile, state?: JsonValue): TranscriptReader | undefined {
    const name = file.relativePath.split('/').at(-1) ?? '';
    return readCodexRecords({ name: name.slice(0, -'.jsonl'.length), account: file.account }, state);
  },
};

function codexRoots(place: LookupPlace): Root[] {
  const usual = join(place.home, '.codex');
  const chosen = place.configured?.length ? place.configured : [place.env.CODEX_HOME ?? ''];
  const homes = chosen
    .map((folder) => folder.trim().replace(/^~(?=$|[/\\])/, place.home))
    .filter((folder) => folder !== '');
  return (homes.length > 0 ? homes : [usual]).flatMap((folder) => {
    const home = folder.replace(/[/\\]sessions[/\\]?$/, '');
    const account = home === usual ? {} : { account: home };
    return [
      { path: join(home, 'sessions'), ...account },
      { path: join(home, 'archived_sessions'), ...account },
    ];
  });
}
