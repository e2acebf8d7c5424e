import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a group may take to end by itself, in milliseconds. */
const PATIENCE_MS = 5000;

const hasGroups = process.platform !== 'win32';

/** Starts a program as the head of a process group of its own: a Ctrl-C in the terminal reaches us alone, and ending the
 * group ends everything the program started. Windows has no groups: there it is
 * the program alone, whose own helpers end with it.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
export function startGroup(command, args, options) {
  const child = spawn(command, args, { ...options, detached: hasGroups });
  const killNow = () => signalGroup(child, 'SIGKILL');
  process.prependOnceListener('exit', killNow);

  /** Asks the group to end, insists after a while, and returns when no process of it is left. */
  async function stop() {
    process.removeListener('exit', killNow);
    signalGroup(child, 'SIGTERM');
    for (const startMs = Date.now(); signalGroup(child, 0); await sleep(20)) {
      if (Date.now() - startMs > PATIENCE_MS) signalGroup(child, 'SIGKILL');
    }
  }
  return { child, stop };
}

/** @returns {boolean} whether the group still had a process */
function signalGroup(child, signal) {
  if (!child.pid) return false;
  try {
    process.kill(hasGroups ? -child.pid : child.pid, signal);
    return true;
  } catch {
    return false;
  }
}
