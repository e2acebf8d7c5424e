import { spawn } from 'node:child_process';
import path from 'node:path';
import { benchNode } from './peers/contender.ts';

/** What `hostProcess.mts` is asked to do. */
export interface HostTask {
  task: 'ingest' | 'idle';
  home: string;
  storageDir: string;
  /** Which week is asked for, epoch milliseconds. Default: this one. */
  nowMs?: number;
  /** For `idle`. */
  seconds?: number;
}

/** What happened in the process that stands for the editor's extension host. */
export interface HostReport {
  wallMs: number;
  /** Of all threads of the process. */
  cpuMs: number;
  /** The host's own thread: its longest burst of work, and all of its work. */
  longestBurstMs: number;
  hostThreadMs: number;
  /** The event loop's delay as Node measures it: on a machine with other work this waits for a processor too. */
  loopDelayMaxMs: number;
  loopDelayP99Ms: number;
  /** Resident memory, before the engine was started and at its peak. */
  rssBefore: number;
  rssPeak: number;
  rssAfter: number;
  updates: number;
  /** From the start of the engine until the week's tokens were answered as they are. */
  weekRightMs: number;
  turns: number;
}

/** Runs a task in a process of its own, in the Node that runs extensions, with the built extension: `npm run build` comes first. */
export const runHost = (task: HostTask): Promise<HostReport> =>
  runForJson(['--import', 'tsx', path.join(import.meta.dirname, 'hostProcess.mts'), JSON.stringify(task)]);

/** Processor time of the host's thread, in milliseconds from the beginning. */
export interface ActivationReport {
  /** The code is loaded. */
  loadedMs: number;
  /** `activate` has returned its promise: so long nothing else could run. */
  blockedMs: number;
  /** The promise is kept. */
  activeMs: number;
  /** With the first figures and the hover's picture. */
  inAllMs: number;
}

/** Activates the built extension in a process of its own. */
export const runActivation = (home: string, storageDir: string): Promise<ActivationReport> =>
  runForJson([path.join(import.meta.dirname, 'activationProcess.cjs'), home, storageDir]);

function runForJson<Report>(args: readonly string[]): Promise<Report> {
  const child = spawn(benchNode, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (data: Buffer) => {
    output += data;
  });
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => {
      if (code === 0) resolve(JSON.parse(output) as Report);
      else reject(new Error(`the host ended with ${code}`));
    });
  });
}
