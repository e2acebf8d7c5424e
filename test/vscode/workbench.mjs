/** @typedef {import('playwright-core').Page} Page */

/** How long the workbench, or the extension in it, may take to show something, in milliseconds. */
const SLOW_MS = 60_000;
const QUICK_MS = 15_000;
/** How long the palette is waited for before it is opened again, in milliseconds. */
const PALETTE_MS = 5000;
/** How long a file dialog may take to close after its answer, before it is answered again, in milliseconds. */
const DIALOG_MS = 2000;
/** How long an answer must stand in a file dialog before it is taken, in milliseconds. */
const SETTLE_MS = 250;

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
  // The one that Enter takes: the list from before may hold it too, among those that were used last.
  const row = page.locator('.quick-input-list .monaco-list-row.focused', { hasText: title });
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

/** Closes the primary side bar. An Enter that comes while the palette still looks for commands is lost: then the command is given again.
 * @param {Page} page */
export async function closeSideBar(page) {
  for (const until = Date.now() + SLOW_MS; ; ) {
    try {
      await runCommand(page, 'View: Close Primary Side Bar');
      await page.locator('.part.sidebar').waitFor({ state: 'hidden', timeout: PALETTE_MS });
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}

/** Answers a file dialog of VS Code's own (`files.simpleDialog.enable`) as a person does: types the file's path, sees it there and takes it.
 * The dialog puts in a path of its own when it has read the folder that it proposes, also over what was typed before: then it is typed again.
 * @param {Page} page
 * @param {string} file absolute path */
export async function nameFile(page, file) {
  const input = page.locator('.quick-input-widget input[type="text"]:visible');
  await input.waitFor({ timeout: SLOW_MS });
  for (const until = Date.now() + SLOW_MS; ; ) {
    try {
      if (await input.inputValue({ timeout: DIALOG_MS })) {
        await input.fill(file, { timeout: DIALOG_MS });
        await page.waitForTimeout(SETTLE_MS);
        if ((await input.inputValue({ timeout: DIALOG_MS })) === file) {
          await input.press('Enter', { timeout: DIALOG_MS });
          await input.waitFor({ state: 'hidden', timeout: DIALOG_MS });
          return;
        }
      }
    } catch (error) {
      if (!(await input.isVisible())) return;
      if (Date.now() > until) throw error;
    }
    if (Date.now() > until) throw new Error(`the file dialog does not take ${file}`);
    await page.waitForTimeout(SETTLE_MS);
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
