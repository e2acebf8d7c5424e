import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { licences } from './vite.licences.mts';

/** `dist/hoverSvg.cjs`: the attribution chart compiled for Node, everything bundled, loaded by the status-bar hover. */
export default defineConfig({
  plugins: [svelte({ configFile: false, compilerOptions: { css: 'injected' }, emitCss: false }), licences('hover')],
  ssr: { noExternal: true },
  build: {
    ssr: 'webview/charts/hoverSvg.ts',
    outDir: 'dist',
    emptyOutDir: false,
    target: 'node20',
    minify: true,
    rolldownOptions: { output: { format: 'cjs', entryFileNames: 'hoverSvg.cjs', codeSplitting: false } },
  },
});
