import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { copyWhole } from './copyWhole.ts';
import { asideName, moveStore } from './setAside.ts';

/**
 * Prepares that a backup takes the place of a store that is open: it does when the store is opened next, by whomever. A process that ends in
 * between changes nothing of that. Of several that are prepared the last one counts.
 *
 * @returns where what stands there now will be kept; `undefined` when there is nothing. Throws system errors
 */
export function prepareReplacement(backup: string, store: string, nowMs: number): string | undefined {
  const keptAs = asideName(store, nowMs, 'replaced');
  const prepared = store + INFIX + keptAs.slice(store.length + 1);
  for (const name of preparedFor(store)) rmSync(name, { force: true });
  copyWhole(backup, prepared);
  return existsSync(store) ? keptAs : undefined;
}

/** Puts what was prepared in the place of the store, which nobody may have open. Throws system errors. */
export function replaceAsPrepared(store: string): void {
  for (const prepared of preparedFor(store)) {
    const keptAs = `${store}.${prepared.slice(store.length + INFIX.length)}`;
    moveStore(store, keptAs);
    renameSync(prepared, store);
  }
}

/** Between the store's name and the one under which it will be kept. */
const INFIX = '.next-for-';

function preparedFor(store: string): string[] {
  const folder = path.dirname(store);
  const start = path.basename(store) + INFIX;
  const isPrepared = (name: string): boolean => name.startsWith(start) && !name.endsWith('.part');
  return readdirSync(folder)
    .filter(isPrepared)
    .map((name) => path.join(folder, name));
}
