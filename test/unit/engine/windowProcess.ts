import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { EngineTrouble } from '../../../src/engine/engineApi.ts';
import type { Role } from '../../../src/engine/sharedEngine.ts';

/** What a window's engine is started with, in `sharedEngineProcess.ts`. */
export interface WindowOptions {
  home: string;
  storageDir: string;
  version?: string;
  protocol?: string;
  /** A port of this machine that whoever has the store open listens on: a second one says so. */
  ownerPort?: number;
  /** It is loaded, but opens its engine only at `start`. */
  waits?: boolean;
}

/** What a window tells, one at a time. */
export interface Told {
  role?: Role;
  /** It waits for `start`. */
  waits?: boolean;
  turns?: number;
  tokens?: number;
  /** The counts answer `ask`. */
  asked?: boolean;
  trouble?: EngineTrouble;
  /** A question that failed. */
  failed?: string;
  /** Two processes have the store open. */
  isSecondOwner?: boolean;
}

/** A window of the editor, as a process of its own. */
export class WindowProcess {
  readonly told: Told[] = [];
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  #waiting: (() => void)[] = [];

  constructor(options: WindowOptions) {
    const script = path.join(import.meta.dirname, 'sharedEngineProcess.ts');
    this.child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(options)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.ended = once(this.child, 'exit').then(() => this.#wake());
    this.child.stdin?.on('error', () => undefined);
    let unfinished = '';
    this.child.stdout?.on('data', (data: Buffer) => {
      const lines = (unfinished + data).split('\n');
      unfinished = lines.pop() ?? '';
      for (const line of lines) this.told.push(JSON.parse(line));
      this.#wake();
    });
  }

  /** Resolves when something of the kind was told, now or before. Rejects when the process ends without. */
  async until(matches: (told: Told) => boolean): Promise<Told> {
    for (;;) {
      const found = this.told.find(matches);
      if (found) return found;
      if (this.hasEnded) throw new Error('the window ended');
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Opens the engine of one that `waits`. */
  async start(): Promise<void> {
    await this.until(({ waits }) => waits === true);
    this.child.stdin?.write('!\n');
  }

  /** Sweeps, and tells what is counted then. */
  async ask(): Promise<Told> {
    const before = this.#answers().length;
    this.child.stdin?.write('?\n');
    await this.until(() => this.#answers().length > before);
    return this.#answers().at(-1) as Told;
  }

  async kill(): Promise<void> {
    if (!this.hasEnded) this.child.kill('SIGKILL');
    await this.ended;
  }

  /** As VS Code ends a window: the engine is closed in good order. */
  async end(): Promise<void> {
    this.child.stdin?.end();
    await this.ended;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  get roles(): Role[] {
    return this.told.flatMap(({ role }) => role ?? []);
  }

  get troubles(): string[] {
    return this.told.flatMap(({ trouble }) => trouble?.message ?? []);
  }

  #answers(): Told[] {
    return this.told.filter((told) => told.asked);
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
