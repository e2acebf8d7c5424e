import fs from 'node:fs';
import path from 'node:path';
import { installFlags, npm, runQuietly } from './execute.mjs';
import { whileLocked } from './installLock.mjs';
import { cacheRoot, projectRoot } from './paths.mjs';
import { step } from './progress.mjs';

/** Installs the project's npm packages unless node_modules already holds what package-lock.json asks for. */
export async function ensurePackages() {
  if (packagesAreCurrent()) return;
  await whileLocked(path.join(cacheRoot, 'packages.lock'), async () => {
    if (packagesAreCurrent()) return;
    const [command, args] = npm('ci', ...installFlags);
    await step('npm packages', () => runQuietly(command, args, { cwd: projectRoot }));
  });
}

/** Whether every package of the lock file is there in its version. npm writes what it installed to a second lock file in
 * node_modules as its last act, so an interrupted install is noticed. Optional packages of other systems may be missing. */
function packagesAreCurrent() {
  const wanted = readPackages(path.join(projectRoot, 'package-lock.json'));
  const installed = readPackages(path.join(projectRoot, 'node_modules/.package-lock.json'));
  return Object.entries(wanted).every(([folder, entry]) => {
    if (folder === '') return true;
    if (!installed[folder]) return entry.optional === true;
    return installed[folder].version === entry.version && fs.existsSync(path.join(projectRoot, folder, 'package.json'));
  });
}

/** @returns {Record<string, { version?: string, optional?: boolean }>} */
function readPackages(lockFile) {
  try {
    return JSON.parse(fs.readFileSync(lockFile, 'utf8')).packages;
  } catch {
    return {};
  }
}
