import { existsSync, renameSync } from 'node:fs';

/** A name beside a store that is free, and says when and why the store got it. */
export function asideName(file: string, nowMs: number, why: 'damaged' | 'replaced'): string {
  const stamp = new Date(nowMs).toISOString().replace(/[-:]/g, '').replace(/\..*/, 'Z');
  let name = `${file}.${why}-${stamp}`;
  for (let n = 2; existsSync(name); n++) name = `${file}.${why}-${stamp}-${n}`;
  return name;
}

/** Renames a store that is damaged or replaced so that nothing of it is lost. @returns its new path. Throws system errors. */
export function setAside(file: string, nowMs: number, why: 'damaged' | 'replaced' = 'damaged'): string {
  const movedTo = asideName(file, nowMs, why);
  moveStore(file, movedTo);
  return movedTo;
}

/** Renames a store with what SQLite keeps beside it: the log first, so that it never stands beside another store. */
export function moveStore(file: string, to: string): void {
  for (const suffix of ['-wal', '-journal', '']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, to + suffix);
  }
}
