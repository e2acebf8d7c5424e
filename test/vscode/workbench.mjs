/** @typedef {import('playwright-core').Page} Page */

/** How long the workbench, or the extension in it, may take to show something, in milliseconds. */
const SLOW_MS = 60_000;
const QUICK_MS = 15_000;
/** How long the palette is waited for before it is opened again, in milliseconds. */
const PALETTE_MS = 5000;

/** Waits until a window shows its workbench.
 * @param {Page} page */
export async function waitForWorkbench(page) {
  await page.locator('.monaco-workbench .statusbar').waitFor({ timeout: SLOW_MS });
}

/** Runs a command as a person does: from the command palette. The palette closes when something else takes the focus, as a panel does that
 * has just finished loading: then it is opened again.
 * @param {Page} page
 * @param {string} title as the palette shows it */
export async function runCommand(page, title) {
  const input = page.locator('.quick-input-widget input:visible');
  const row = page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
  for (const until = Date.now() + SLOW_MS; ; ) {
    try {
      await page.keyboard.press('Escape');
      await page.keyboard.press('F1');
      await input.fill(`>${title}`, { timeout: PALETTE_MS });
      await row.waitFor({ timeout: PALETTE_MS });
      await input.press('Enter', { timeout: PALETTE_MS });
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}

/** The status bar item that shows this text.
 * @param {Page} page
 * @param {string | RegExp} text */
export function statusItem(page, text) {
  return page.locator('.statusbar-item', { hasText: text }).first();
}

/** Rests the pointer on a status bar item.
 * @param {Page} page
 * @param {string | RegExp} text of the item
 * @returns {Promise<import('playwright-core').Locator>} its hover */
export async function statusHover(page, text) {
  const item = statusItem(page, text);
  await item.waitFor({ timeout: SLOW_MS });
  await item.hover();
  const hover = page.locator('.workbench-hover:visible').first();
  await hover.waitFor({ timeout: QUICK_MS });
  return hover;
}

/** The document of the visible webview: VS Code puts it into a frame inside a frame.
 * @param {Page} page */
export function webviewFrame(page) {
  return page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
}
