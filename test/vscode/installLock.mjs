import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Lets one process at a time do the work: two terminals that start on a fresh clone must not install over each other.
 * A lock whose owner is no longer alive is taken over.
 * @template T
 * @param {string} lockFile
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function whileLocked(lockFile, work) {
  fs.mkdirSync(path.dirname(lockFile), { recursive: true });
  let toldToWait = false;
  while (!take(lockFile)) {
    if (!toldToWait) console.log('  waiting for another process that is installing');
    toldToWait = true;
    await sleep(500);
  }
  try {
    return await work();
  } finally {
    fs.rmSync(lockFile, { force: true });
  }
}

function take(lockFile) {
  try {
    fs.writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (!isAlive(readOwner(lockFile))) fs.rmSync(lockFile, { force: true });
  return false;
}

function readOwner(lockFile) {
  try {
    return Number(fs.readFileSync(lockFile, 'utf8'));
  } catch {
    return 0; // released in between
  }
}

function isAlive(pid) {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
