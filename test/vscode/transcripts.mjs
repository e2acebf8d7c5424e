import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { placeSample } from '../fixtures/placeSample.mjs';
import { startRoot } from './paths.mjs';
import { makeTemporaryFolder, removeTemporaryFolder } from './temporaryFolder.mjs';

/**
 * Finds the transcripts that `npm start` shows: those under $ATM_HOME, or the person's own, or the sample when there are none.
 * Each comes with a profile of its own, because what the extension once read stays in its store. The sample's is new every
 * time: its sessions were active a minute ago.
 * @param {string} folder what is opened; the sample's newest session runs in it
 * @param {import('./shutdown.mjs').Shutdown} shutdown
 * @returns {{ env: NodeJS.ProcessEnv, profile: string, label: string }} `env`: what the extension host needs to find them
 */
export function chooseTranscripts(folder, shutdown) {
  const { ATM_HOME, CLAUDE_CONFIG_DIR, CODEX_HOME } = process.env;
  if (ATM_HOME) {
    const mark = crypto.createHash('sha256').update(path.resolve(ATM_HOME)).digest('hex').slice(0, 8);
    return { env: {}, profile: path.join(startRoot, `home-${mark}`), label: `those under ${ATM_HOME}` };
  }
  const home = os.homedir();
  const own = [
    path.join(CLAUDE_CONFIG_DIR || path.join(home, '.claude'), 'projects'),
    path.join(home, '.config/claude/projects'),
    path.join(CODEX_HOME || path.join(home, '.codex'), 'sessions'),
  ].filter(holdsTranscript);
  if (own.length > 0) return { env: {}, profile: path.join(startRoot, 'own'), label: `yours in ${own.join(', ')}` };

  const profile = makeTemporaryFolder();
  shutdown.add(() => removeTemporaryFolder(profile));
  const sampleHome = path.join(profile, 'home');
  placeSample(sampleHome, { workspace: folder });
  return { env: { ATM_HOME: sampleHome }, profile, label: 'the sample (none of your own was found)' };
}

/** Agents make their folders before they write anything: a folder alone shows nothing.
 * @param {string} folder */
function holdsTranscript(folder) {
  try {
    return fs.readdirSync(folder, { recursive: true }).some((name) => name.endsWith('.jsonl'));
  } catch {
    return false;
  }
}
