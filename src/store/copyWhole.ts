import { closeSync, copyFileSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from './makeFolder.ts';

/**
 * Copies a file so that its new name stands for all of it or for nothing. Throws system errors; `EEXIST` when the name is taken.
 */
export function copyWhole(from: string, to: string): void {
  if (existsSync(to)) throw Object.assign(new Error(`${to} exists already`), { code: 'EEXIST' });
  makeFolder(path.dirname(to));
  const part = `${to}.part`;
  try {
    copyFileSync(from, part);
    const descriptor = openSync(part, 'r+');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(part, to);
  } finally {
    rmSync(part, { force: true });
  }
}
