import { mkdirSync, writeFileSync } from 'node:fs';
import type { Plugin } from 'vite';

/** Compiles the scanner (`src/transcripts/assembly`) from AssemblyScript. Rejects with the compiler's messages. */
export async function compileScanner(): Promise<Uint8Array<ArrayBuffer>> {
  const { main } = await import('assemblyscript/asc');
  let compiled: Uint8Array<ArrayBuffer> | undefined;
  let messages = '';
  const options = ['--runtime', 'stub', '--enable', 'simd', '--importMemory', '--noAssert', '-O3'];
  const { error } = await main(['src/transcripts/assembly/scan.ts', '--outFile', 'scan.wasm', ...options], {
    writeFile(_name, contents) {
      if (typeof contents !== 'string') compiled = new Uint8Array(contents);
    },
    stderr: {
      write(text) {
        messages += text;
      },
    },
  });
  if (!compiled) throw new Error(`${messages}${error?.message ?? 'no scanner was made'}`);
  return compiled;
}

/** Puts the scanner beside the code that loads it. */
export function scanner(): Plugin {
  return {
    name: 'scanner',
    async writeBundle() {
      const compiled = await compileScanner();
      mkdirSync('dist', { recursive: true });
      writeFileSync('dist/scan.wasm', compiled);
    },
  };
}
