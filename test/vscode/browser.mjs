import { chromium } from 'playwright-core';
import { findChromium } from './chromium.mjs';
import { Trouble } from './execute.mjs';

/** Chromium asks the network for updates, safe browsing lists and time; where nothing answers that costs seconds. */
const QUIET_FLAGS = [
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts an invisible Chromium that reaches this machine alone; by `hostsHere` also under other names.
 * @param {{ profileDir: string, colorScheme?: 'dark' | 'light', viewport?: { width: number, height: number }, hostsHere?: string[], args?: string[] }} options
 * @returns {Promise<import('playwright-core').BrowserContext>} */
export function launchBrowser({
  profileDir,
  colorScheme = 'dark',
  viewport = { width: 1280, height: 800 },
  hostsHere = [],
  args = [],
}) {
  const here = hostsHere.map((host) => `MAP ${host} 127.0.0.1, `).join('');
  return chromium.launchPersistentContext(profileDir, {
    executablePath: chromiumOrTrouble(),
    headless: true,
    viewport,
    colorScheme,
    env: { ...process.env, XDG_CONFIG_HOME: profileDir, XDG_CACHE_HOME: profileDir }, // crash reports ignore the profile
    handleSIGINT: false, // whoever calls stops the server too, in order
    args: [
      ...QUIET_FLAGS,
      '--disable-gpu',
      '--disable-quic',
      ...args,
      `--host-resolver-rules=${here}MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`,
    ],
  });
}

function chromiumOrTrouble() {
  const file = findChromium();
  if (!file) throw new Trouble('No Chromium on PATH.');
  return file;
}
