import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { placeSample } from '../fixtures/placeSample.mjs';

/** @type {Set<string>} */
const folders = new Set();

/** Makes an empty folder under the system's temporary folder; what is left of it goes when the process ends.
 * The name stays short: sockets below it may have 103 characters on macOS.
 * @returns {string} its real path, as the extension host reports it */
export function makeTemporaryFolder() {
  if (folders.size === 0) process.once('exit', removeAll);
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'atm-')));
  folders.add(folder);
  return folder;
}

/** @param {string} folder one that makeTemporaryFolder made */
export function removeTemporaryFolder(folder) {
  folders.delete(folder);
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

function removeAll() {
  for (const folder of folders) removeTemporaryFolder(folder);
}

/** The folders of one editor under test: everything it reads or writes is below `root`.
 * @param {string} [fixtureHome] copied to be the home; by default the sample, active a minute ago; '' for an empty home
 * @returns {{ root: string, home: string, workspace: string, userDataDir: string, extensionsDir: string }} */
export function makeEditorFolders(fixtureHome) {
  const root = makeTemporaryFolder();
  const home = path.join(root, 'home');
  const workspace = path.join(root, 'workspace');
  for (const folder of [home, workspace]) fs.mkdirSync(folder);
  if (fixtureHome === undefined) placeSample(home);
  else if (fixtureHome !== '') fs.cpSync(fixtureHome, home, { recursive: true, preserveTimestamps: true });
  return { root, home, workspace, userDataDir: path.join(root, 'data'), extensionsDir: path.join(root, 'extensions') };
}
