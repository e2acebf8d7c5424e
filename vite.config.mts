import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { licences } from './vite.licences.mts';

/**
 * The pages: `dist/webview/<page>.js` (ES modules), the chunk they share, and one style sheet for all.
 * The names are fixed, because the extension writes them into the page's HTML. `npx vite` serves the gallery.
 */
export default defineConfig({
  root: 'webview',
  base: './',
  plugins: [svelte({ configFile: false }), licences('pages')],
  server: { open: false },
  build: {
    outDir: '../dist/webview',
    emptyOutDir: true,
    target: 'chrome134',
    cssCodeSplit: false,
    modulePreload: false,
    rolldownOptions: {
      input: [
        // One for each page.
        'webview/dashboard.ts',
        'webview/requests.ts',
        'webview/attribution.ts',
        'webview/limits.ts',
        'webview/prices.ts',
        'webview/health.ts',
        'webview/sidebar.ts',
      ],
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: 'shared.js',
        assetFileNames: 'webview[extname]',
        codeSplitting: { groups: [{ name: 'shared', minShareCount: 2 }] },
      },
    },
  },
});
