import { spawn } from 'node:child_process';

export interface TimedRun {
  wallMs: number;
  /** Of all its threads and children; `NaN` where no shell can tell. */
  cpuMs: number;
  output: string;
}

/** A run that takes longer than this has failed. */
const MOST_MS = 300_000;

/** bash tells what a command took of the processor; its own start is outside of that. What the command says goes where bash's does. */
const SCRIPT = 'TIMEFORMAT="%R %U %S"; exec 3>&2; time "$@" 2>&3';

/** Runs a program to its end. Rejects, with the end of what it said, when that is not 0. */
export function timed(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<TimedRun> {
  const hasBash = process.platform !== 'win32';
  const began = performance.now();
  const child = hasBash
    ? spawn('bash', ['-c', SCRIPT, 'bash', file, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    : spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  let said = '';
  child.stdout.on('data', (data: Buffer) => output.push(data));
  child.stderr.on('data', (data: Buffer) => {
    said += data;
  });
  const timer = setTimeout(() => {
    said += 'it took too long';
    if (child.pid !== undefined) process.kill(hasBash ? -child.pid : child.pid, 'SIGKILL');
  }, MOST_MS);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      if (code !== 0) return reject(new Error(said.trim().slice(-300) || `ended with ${code}`));
      const told = /([\d.]+) ([\d.]+) ([\d.]+)\s*$/.exec(said);
      const [wall, user, system] = (told ? told.slice(1) : []).map((seconds) => Number(seconds) * 1000);
      resolve({
        wallMs: wall ?? performance.now() - began,
        cpuMs: (user ?? Number.NaN) + (system ?? Number.NaN),
        output: Buffer.concat(output).toString('utf8'),
      });
    });
  });
}
