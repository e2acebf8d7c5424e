import { findChromium } from './chromium.mjs';
import { startGroup } from './processGroup.mjs';

/** Shows an address in a browser window without tabs, with a profile of its own.
 * @param {string} address
 * @param {string} profileDir
 * @returns `child` ends when the person closes the window */
export function openWindow(address, profileDir) {
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : []; // the sandbox does not work for root
  const args = [`--app=${address}`, `--user-data-dir=${profileDir}`, '--no-first-run', '--disable-sync', ...root];
  const env = { ...process.env, XDG_CONFIG_HOME: profileDir, XDG_CACHE_HOME: profileDir }; // crash reports ignore the profile
  return startGroup(findChromium(), args, { env, stdio: 'ignore' });
}
