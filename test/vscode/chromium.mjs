import os from 'node:os';
import path from 'node:path';
import { findProgram, runQuietly, Trouble } from './execute.mjs';
import { whileLocked } from './installLock.mjs';
import { cacheRoot } from './paths.mjs';
import { step } from './progress.mjs';

/** The browser that shows the workbench: $ATM_BROWSER, or a Chromium or Chrome on PATH.
 * @returns {string | undefined} full path of the program */
export function findChromium() {
  return (
    process.env.ATM_BROWSER || findProgram('chromium', 'google-chrome-stable', 'google-chrome', 'chromium-browser')
  );
}

/** Installs Chromium from the distribution's packages when there is none and we may; otherwise says what to run. */
export async function ensureChromium() {
  if (findChromium()) return;
  const aptGet = findProgram('apt-get');
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'];
  const byHand = `sudo apt-get update && sudo ${install.join(' ')}`;
  if (!aptGet) throw new Trouble('A Chromium or Chrome is needed: install one, or name it in ATM_BROWSER.');
  if (!(await mayInstall())) throw new Trouble(`Chromium is needed. Run this once, then start again:\n\n  ${byHand}\n`);
  await whileLocked(path.join(cacheRoot, 'chromium.lock'), async () => {
    if (findChromium()) return;
    await step('package lists', () => asRoot(['apt-get', 'update']));
    await step('Chromium', () => asRoot(install));
  });
  if (!findChromium()) throw new Trouble(`Chromium was installed but is not on PATH. Try: ${byHand}`);
}

const isRoot = () => process.getuid?.() === 0;

async function mayInstall() {
  if (isRoot()) return true;
  if (!findProgram('sudo')) return false;
  return runQuietly('sudo', ['-n', 'true'], { cwd: os.tmpdir() }).then(
    () => true,
    () => false,
  );
}

/** Another apt on the machine (automatic updates) is waited for; no package may stop to ask a question. */
function asRoot([program, ...args]) {
  const quiet = ['DEBIAN_FRONTEND=noninteractive', program, '-o', 'DPkg::Lock::Timeout=300', ...args];
  return isRoot() ? runQuietly('env', quiet) : runQuietly('sudo', ['-n', 'env', ...quiet]);
}
