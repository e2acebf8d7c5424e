import { existsSync } from 'node:fs';
import path from 'node:path';
import type { CareReport, CareRequest } from '../engine/careRequest.ts';
import { ownStore } from '../engine/ownedEngine.ts';
import { isCorrupt, SqliteError } from '../store/connection.ts';
import { backupTrouble, restoreBackup } from '../store/storeFiles.ts';
import { backupTroubleText } from '../views/backupTrouble.ts';
import { BadArgument, dayOf, type Options } from './arguments.ts';
import { openEngine } from './openEngine.ts';

/** What looks after a store, by name; `restore` does not open it. */
const CARE: Record<string, (target: string | undefined) => CareRequest> = {
  check: () => ({ task: 'check' }),
  rebuild: () => ({ task: 'rebuild', all: true }),
  compact: () => ({ task: 'compact' }),
  backup: (to = '') => ({ task: 'backUp', to: path.resolve(to) }),
  forget: (day) => ({ task: 'forgetBefore', beforeMs: dayOf(day) ?? 0 }),
};

/** Looks after a store, without reading transcripts. */
export async function careOfStore([name = '', target, ...rest]: string[], options: Options): Promise<void> {
  const needsTarget = ['backup', 'restore', 'forget'].includes(name);
  const care = Object.hasOwn(CARE, name) ? CARE[name] : undefined;
  if (!care && name !== 'restore')
    throw new BadArgument(`store is followed by ${[...Object.keys(CARE), 'restore'].join(', ')}`);
  if (options.store === undefined) throw new BadArgument('--store FILE is missing');
  if (needsTarget !== (target !== undefined) || rest.length > 0)
    throw new BadArgument(
      needsTarget
        ? `store ${name} is followed by one ${name === 'forget' ? 'day' : 'file'}`
        : `"${target}" is one word too many`,
    );
  const store = path.resolve(options.store);
  // A store is made by reading transcripts: of a misspelt name none is made, and nothing is said to be in order.
  if (care && !existsSync(store)) throw new BadArgument(`there is no store ${store}`);
  const work = care ? caredFor(care(target), options) : restored(path.resolve(target ?? ''), store);
  const report = await work.catch(refusal);
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  if (report.problems.length > 0) process.exitCode = 1;
}

/** What the disk does not allow (it is full, or may not be written) changes nothing; all else is thrown on. */
function refusal(error: unknown): Pick<CareReport, 'problems'> {
  const isOfDisk = error instanceof SqliteError ? !isCorrupt(error) : (error as NodeJS.ErrnoException).syscall;
  if (!isOfDisk) throw error;
  return { problems: [`That was not possible: ${(error as Error).message}. The store is as it was.`] };
}

async function caredFor(request: CareRequest, options: Options): Promise<CareReport> {
  const engine = await openEngine(options);
  try {
    return await engine.care(request);
  } finally {
    await engine.dispose();
  }
}

async function restored(backup: string, store: string): Promise<Pick<CareReport, 'problems' | 'keptAs'>> {
  const trouble = await backupTrouble(backup);
  if (trouble !== undefined) return { problems: [backupTroubleText(backup, trouble)] };
  const release = await ownStore(store);
  try {
    return { problems: [], keptAs: restoreBackup(backup, store, Date.now()) };
  } finally {
    release();
  }
}
