import fs from 'node:fs';
import path from 'node:path';
import { build } from 'vite';
import { cacheRoot } from '../vscode/paths.mjs';

/** Builds the example of another extension, which is installed beside ours.
 * @returns {Promise<string>} its folder */
export async function buildConsumer() {
  const outDir = path.join(cacheRoot, 'consumer');
  const source = path.join(import.meta.dirname, 'consumer');
  await build({
    configFile: false,
    logLevel: 'warn',
    root: source,
    build: {
      ssr: true,
      outDir,
      emptyOutDir: true,
      target: 'node20',
      rolldownOptions: {
        external: ['vscode'],
        input: path.join(source, 'extension.ts'),
        output: { format: 'cjs', entryFileNames: 'extension.cjs' },
      },
    },
  });
  fs.copyFileSync(path.join(source, 'package.json'), path.join(outDir, 'package.json'));
  return outDir;
}

/** Bundles every `*.test.ts` of this folder to CommonJS, which each extension host loads: the desktop's reads no TypeScript.
 * @returns {Promise<string>} the folder of the bundles */
export async function bundleSuite() {
  const outDir = path.join(cacheRoot, 'host');
  const sources = fs.readdirSync(import.meta.dirname, { recursive: true }).filter((name) => name.endsWith('.test.ts'));
  if (sources.length === 0) throw new Error('There is no *.test.ts in test/host.');
  await build({
    configFile: false,
    logLevel: 'warn',
    root: import.meta.dirname,
    build: {
      ssr: true,
      outDir,
      emptyOutDir: true,
      target: 'node20',
      rolldownOptions: {
        external: ['vscode', 'mocha'],
        input: Object.fromEntries(
          sources.map((name) => [name.slice(0, -'.ts'.length), path.join(import.meta.dirname, name)]),
        ),
        output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: 'shared/[name]-[hash].cjs' },
      },
    },
  });
  return outDir;
}
