import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/** A pipe is opened without waiting for who writes to it. Windows has none in folders. */
const READ_AT_ONCE = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a file for reading. What stands in its place, even since a moment, and is no file (a pipe, a device, a folder) is as good as gone:
 * reading from it may never end.
 *
 * @returns the descriptor. Throws system errors, `ENOENT` for what is no file.
 */
export function openRegularFile(path: string): number {
  const descriptor = openSync(path, READ_AT_ONCE);
  if (fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  throw Object.assign(new Error(`${path} is no file`), { code: 'ENOENT' });
}

/** All bytes of a file. Throws as `openRegularFile` does. */
export function readRegularFile(path: string): Buffer {
  const descriptor = openRegularFile(path);
  try {
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
