import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createScanner, type Scanner } from './scanner.ts';
import type { WantedObject } from './wanted.ts';

/** The scanners of one thread. */
export interface Scanners {
  /** The scanner for a description, made when it is first asked for; `undefined` where there is none: records are then parsed. */
  of(wanted: WantedObject | undefined): Scanner | undefined;
}

export function createScanners(): Scanners {
  const made = new Map<WantedObject, Scanner>();
  let module: WebAssembly.Module | undefined;
  let isLoaded = false;
  return {
    of(wanted) {
      if (!wanted) return undefined;
      if (!isLoaded) module = load();
      isLoaded = true;
      if (!module) return undefined;
      const scanner = made.get(wanted) ?? createScanner(module, wanted);
      made.set(wanted, scanner);
      return scanner;
    },
  };
}

/** The compiled `assembly/scan.ts`, which the build puts beside its own code; `undefined` where it is not built or cannot run here. */
function load(): WebAssembly.Module | undefined {
  try {
    return new WebAssembly.Module(readFileSync(join(dirname(fileURLToPath(import.meta.url)), 'scan.wasm')));
  } catch {
    return undefined;
  }
}
