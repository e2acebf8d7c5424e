import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sampleHome } from './paths.mjs';

/** Finds the transcripts that `npm start` shows: the person's own, or the sample when there are none.
 * @param {NodeJS.ProcessEnv} env
 * @returns {{ env: NodeJS.ProcessEnv, label: string }} `env`: what the extension host needs to find them */
export function chooseTranscripts(env) {
  if (env.ATM_HOME) return { env: {}, label: `those under ${env.ATM_HOME}` };
  const home = os.homedir();
  const own = [
    path.join(env.CLAUDE_CONFIG_DIR || path.join(home, '.claude'), 'projects'),
    path.join(home, '.config/claude/projects'),
    path.join(env.CODEX_HOME || path.join(home, '.codex'), 'sessions'),
  ].filter((folder) => fs.existsSync(folder));
  if (own.length > 0) return { env: {}, label: `yours in ${own.join(', ')}` };
  return { env: { ATM_HOME: sampleHome }, label: 'the sample (none of your own was found)' };
}
