import assert from 'node:assert/strict';
import path from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import { launchBrowser } from '../vscode/browser.mjs';
import { findChromium } from '../vscode/chromium.mjs';
import { projectRoot, shotsRoot } from '../vscode/paths.mjs';
import { makeTemporaryFolder, removeTemporaryFolder } from '../vscode/temporaryFolder.mjs';

const THEMES = ['vscode-dark', 'vscode-light', 'vscode-high-contrast', 'vscode-high-contrast-light'];
const PAGES = ['dashboard', 'attribution', 'limits', 'requests', 'prices'];
const ORIGIN = 'http://127.0.0.1/';
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

describe('the gallery', () => {
  const profileDir = makeTemporaryFolder();
  const files = new Map<string, string | Uint8Array>();
  let browser: BrowserContext | undefined;
  let page: Page;
  const errors: string[] = [];

  before(async function () {
    // A window of a desktop needs no Chromium.
    if (!findChromium()) return this.skip();
    const root = path.join(projectRoot, 'webview');
    const made = await build({
      configFile: false,
      root,
      base: '/',
      logLevel: 'error',
      plugins: [svelte({ configFile: false })],
      build: {
        write: false,
        minify: false,
        modulePreload: false,
        rolldownOptions: { input: path.join(root, 'gallery/index.html') },
      },
    });
    for (const { output } of [made].flat() as {
      output: { fileName: string; code?: string; source?: string | Uint8Array }[];
    }[])
      for (const { fileName, code, source } of output) files.set(fileName, code ?? source ?? '');
    browser = await launchBrowser({ profileDir, viewport: { width: 1100, height: 900 } });
    page = browser.pages()[0] ?? (await browser.newPage());
    await page.route('**/*', (route) => {
      const name = new URL(route.request().url()).pathname.slice(1);
      const body = files.get(name);
      if (body === undefined) return route.fulfill({ status: name === 'favicon.ico' ? 204 : 404 });
      return route.fulfill({ contentType: TYPES[path.extname(name)], body: Buffer.from(body) });
    });
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) errors.push(message.text());
    });
  });
  after(async () => {
    await browser?.close();
    removeTemporaryFolder(profileDir);
  });

  const open = async (query: string): Promise<void> => {
    errors.length = 0;
    await page.goto(`${ORIGIN}gallery/index.html?${query}`);
    await page.locator('main').first().waitFor();
    assert.deepEqual(errors, [], query);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(over, 0, `${query} is too wide`);
  };

  for (const theme of THEMES) {
    it(`shows every state in ${theme} without an error`, async () => {
      await open(`theme=${theme}`);
      assert.ok((await page.locator('section.state').count()) > 20);
      assert.ok((await page.locator('svg rect').count()) > 500);
      // Without costs there is no column of them: two widths of three figures.
      assert.equal(await page.locator('[data-state="sidebar-costOff"] tbody td').count(), 6);
      assert.deepEqual(errors, []);
    });

    it(`shows each page in ${theme} without an error, wide and narrow`, async () => {
      for (const [width, state] of [
        [1100, 'threeAgents'],
        [320, 'longNames'],
      ] as const) {
        await page.setViewportSize({ width, height: 900 });
        for (const name of PAGES) {
          await open(`page=${name}&state=${state}&theme=${theme}`);
          await page.screenshot({ path: path.join(shotsRoot, `gallery-${name}-${theme}-${width}.png`) });
          assert.deepEqual(errors, [], name);
        }
      }
      await page.setViewportSize({ width: 1100, height: 900 });
    });
  }
});
