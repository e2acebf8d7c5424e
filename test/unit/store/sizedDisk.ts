import fs from 'node:fs';
import path from 'node:path';

/** A disk on which the files of a folder may hold so many bytes in all; `Infinity` = as it is. */
export function sizedDisk(folder: string): { limit(bytes: number): void; remove(): void } {
  const { openSync, writeSync } = fs;
  const files = new Map<number, string>();
  let most = Number.POSITIVE_INFINITY;
  const used = (): number =>
    fs.readdirSync(folder).reduce((sum, name) => sum + fs.statSync(path.join(folder, name)).size, 0);
  fs.openSync = ((file: string, ...rest: unknown[]) => {
    const descriptor = (openSync as (...all: unknown[]) => number)(file, ...rest);
    if (path.dirname(String(file)) === folder) files.set(descriptor, String(file));
    else files.delete(descriptor);
    return descriptor;
  }) as typeof fs.openSync;
  fs.writeSync = ((descriptor: number, bytes: Uint8Array, offset: number, length: number, position: number) => {
    const file = files.get(descriptor);
    if (file !== undefined && position + length > fs.fstatSync(descriptor).size && used() + length > most)
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    return writeSync(descriptor, bytes, offset, length, position);
  }) as typeof fs.writeSync;
  return {
    limit(bytes) {
      most = bytes;
    },
    remove() {
      Object.assign(fs, { openSync, writeSync });
    },
  };
}
