import path from 'node:path';
import { asRoot, mayInstall } from './aptPackages.mjs';
import { findProgram, Trouble } from './execute.mjs';
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
