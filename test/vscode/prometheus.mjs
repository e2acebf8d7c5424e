import fs from 'node:fs';
import path from 'node:path';
import { asRoot, mayInstall } from './aptPackages.mjs';
import { findProgram, runQuietly } from './execute.mjs';
import { whileLocked } from './installLock.mjs';
import { cacheRoot } from './paths.mjs';
import { step } from './progress.mjs';

const folder = path.join(cacheRoot, 'prometheus');

/** The program that scrapes: $ATM_PROMETHEUS, the one of the cache, or one on PATH.
 * @returns {string | undefined} its full path */
export function findPrometheus() {
  const cached = path.join(folder, 'prometheus');
  return (
    process.env.ATM_PROMETHEUS ||
    (fs.existsSync(cached) ? cached : undefined) ||
    findProgram('prometheus', 'prometheus.exe')
  );
}

/** Takes the program alone out of the distribution's package, when there is none: nothing is installed, and no service started. Where that
 * cannot be done the test that needs it says so. */
export async function ensurePrometheus() {
  if (findPrometheus() || !findProgram('apt-get') || !findProgram('dpkg')) return;
  await whileLocked(path.join(cacheRoot, 'prometheus.lock'), async () => {
    if (findPrometheus()) return;
    const unpacked = path.join(folder, 'package');
    fs.mkdirSync(unpacked, { recursive: true });
    try {
      await download();
      const [file] = fs.readdirSync(folder).filter((name) => name.endsWith('.deb'));
      await runQuietly('dpkg', ['-x', file, unpacked], { cwd: folder });
      fs.renameSync(path.join(unpacked, 'usr/bin/prometheus'), path.join(folder, 'prometheus'));
    } catch {
      // Another distribution, or no network.
    } finally {
      for (const name of fs.readdirSync(folder))
        if (name !== 'prometheus') fs.rmSync(path.join(folder, name), { recursive: true, force: true });
    }
  });
}

async function download() {
  const get = () => step('Prometheus', () => runQuietly('apt-get', ['download', 'prometheus'], { cwd: folder }));
  try {
    await get();
  } catch (error) {
    if (!(await mayInstall())) throw error;
    // A fresh machine has no package lists.
    await step('package lists', () => asRoot(['apt-get', 'update']));
    await get();
  }
}
