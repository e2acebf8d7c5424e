import { cpSync } from 'node:fs';
import { createRequire } from 'node:module';
import { defineConfig } from 'vite';
import { api } from './vite.api.mts';
import { licences } from './vite.licences.mts';
import { prices } from './vite.prices.mts';
import { protocolHash } from './vite.protocol.mts';
import { scanner } from './vite.scanner.mts';

const require = createRequire(import.meta.url);

/** What runs in Node: the extension host's part, the engine's worker and the CLI, with the files that the store needs beside it. */
export default defineConfig({
  plugins: [
    licences('node'),
    scanner(),
    prices(),
    api(),
    {
      name: 'files beside the code',
      writeBundle() {
        cpSync('src/store/schema.sql', 'dist/schema.sql');
        cpSync('src/l10n', 'dist/l10n', { recursive: true });
        cpSync(require.resolve('sql.js/dist/sql-wasm-debug.wasm'), 'dist/sql-wasm-debug.wasm');
      },
    },
  ],
  define: { ENGINE_PROTOCOL: JSON.stringify(protocolHash()) },
  ssr: { noExternal: true, target: 'node' },
  build: {
    ssr: true,
    outDir: 'dist',
    emptyOutDir: false,
    target: 'node20',
    minify: true,
    sourcemap: false,
    rolldownOptions: {
      external: ['vscode'],
      input: {
        extension: 'src/extension.ts',
        engineWorker: 'src/engineWorker.ts',
        scanWorker: 'src/engine/scanWorker.ts',
        cli: 'src/cli.ts',
      },
      output: { format: 'cjs', entryFileNames: '[name].js', chunkFileNames: 'chunk-[name].js' },
    },
  },
});
