import { join } from 'node:path';
import type { JsonValue } from '../transcripts/json.ts';
import type { TranscriptFile } from '../transcripts/record.ts';
import type { LookupPlace, Root } from '../transcripts/root.ts';
import type { LineAgent, TranscriptReader } from './agent.ts';
import { readKimiCliRecords } from './kimiCliRecords.ts';
import { readKimiCodeRecords } from './kimiCodeRecords.ts';
import type { KimiFile } from './kimiUsage.ts';

/**
 * Kimi, in two generations. Kimi CLI: `~/.kimi/sessions/<hash of the folder>/<session>/wire.jsonl`, with `subagents/<id>/wire.jsonl` below.
 * Kimi Code: `~/.kimi-code/sessions/<workspace>/<session>/agents/<id>/wire.jsonl`, `main` being the thread that talks with the user. The
 * files have the same name and other records.
 */
export const kimi: LineAgent = {
  id: 'kimi',
  label: 'Kimi',
  form: 'lines',
  roots: kimiRoots,
  isTranscript: (relativePath) => /(^|\/)[^/]+\/wire\.jsonl$/.test(relativePath),
  open(file: TranscriptFile, state?: JsonValue): TranscriptReader | undefined {
    const folders = file.relativePath.split('/').slice(0, -1);
    const within = folders.at(-2);
    const isNested = within === 'agents' || within === 'subagents';
    const known: KimiFile = {
      sessionId: (isNested ? folders.at(-3) : folders.at(-1)) ?? 'unknown',
      agentId: isNested ? (folders.at(-1) ?? 'main') : 'main',
      account: file.account,
    };
    return within === 'agents' ? readKimiCodeRecords(known, state) : readKimiCliRecords(known, state);
  },
};

function kimiRoots(place: LookupPlace): Root[] {
  const usual = [join(place.home, '.kimi-code'), join(place.home, '.kimi')];
  const chosen = [place.env.KIMI_CODE_HOME, place.env.KIMI_SHARE_DIR];
  const folders = place.configured?.length
    ? place.configured
    : usual.map((folder, index) => chosen[index]?.trim() || folder);
  return folders.map((folder) => {
    const home = folder
      .trim()
      .replace(/^~(?=$|[/\\])/, place.home)
      .replace(/[/\\]sessions[/\\]?$/, '');
    return { path: join(home, 'sessions'), ...(usual.includes(home) ? {} : { account: home }) };
  });
}
