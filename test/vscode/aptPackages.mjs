import os from 'node:os';
import { findProgram, runQuietly } from './execute.mjs';

const isRoot = () => process.getuid?.() === 0;

/** Whether packages of the distribution can be installed without asking anybody. */
export async function mayInstall() {
  if (isRoot()) return true;
  if (!findProgram('sudo')) return false;
  return runQuietly('sudo', ['-n', 'true'], { cwd: os.tmpdir() }).then(
    () => true,
    () => false,
  );
}

/** Runs a command as root. Another apt on the machine (automatic updates) is waited for; no package may stop to ask a question.
 * @param {string[]} command */
export function asRoot([program, ...args]) {
  const waits = program === 'apt-get' ? ['-o', 'DPkg::Lock::Timeout=300'] : [];
  const quiet = ['DEBIAN_FRONTEND=noninteractive', program, ...waits, ...args];
  return isRoot() ? runQuietly('env', quiet) : runQuietly('sudo', ['-n', 'env', ...quiet]);
}
