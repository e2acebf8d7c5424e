import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** Trouble that a person can do something about: shown as its message alone, without a stack. */
export class Trouble extends Error {}

/** Runs a command without showing what it prints.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<string>} all it printed; fails with all of it when the command cannot start or does not end with 0
 */
export function runQuietly(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], shell: needsShell(command) });
    endWithUs(child);
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => reject(new Trouble(`${command} could not start: ${error.message}`)));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Trouble(`${output.trimEnd()}\n\n${[command, ...args].join(' ')} ended with ${code ?? signal}`));
    });
  });
}

/** Runs a command that prints to our own output as it goes.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>} its exit code; 1 when it ended by a signal or could not start
 */
export function runLive(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      ...options,
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: needsShell(command),
    });
    endWithUs(child);
    child.on('error', (error) => {
      console.error(`${command} could not start: ${error.message}`);
      resolve(1);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** npm as a command: the npm that started this script where one did, otherwise the one on PATH.
 * @param {string[]} args
 * @returns {[command: string, args: string[]]}
 */
export function npm(...args) {
  const script = process.env.npm_execpath;
  return script?.endsWith('.js') ? [process.execPath, [script, ...args]] : ['npm', args];
}

/** Flags of an installing npm. The level is named because `npm --silent test` hands its own to every npm below it, and a
 * failure would then say nothing. */
export const installFlags = ['--no-audit', '--no-fund', '--loglevel=warn'];

/** The first of these programs that is on PATH.
 * @param {string[]} names
 * @returns {string | undefined} its full path
 */
export function findProgram(...names) {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  for (const name of names) {
    for (const folder of folders) {
      const file = path.join(folder, name);
      if (fs.existsSync(file)) return file;
    }
  }
  return undefined;
}

function endWithUs(child) {
  const kill = () => child.kill();
  process.once('exit', kill);
  child.once('close', () => process.removeListener('exit', kill));
}

/** npm is a batch file on Windows, which only a shell can start. */
function needsShell(command) {
  return process.platform === 'win32' && command === 'npm';
}
