import path from 'node:path';
import { launchBrowser } from './browser.mjs';
import { installVsix, startServer, workbenchAddress } from './server.mjs';

/**
 * @typedef {object} VsixOptions
 * @property {string} vsix
 * @property {ReturnType<import('./temporaryFolder.mjs').makeEditorFolders>} folders
 * @property {NodeJS.ProcessEnv} env
 * @property {Record<string, unknown>} settings
 * @property {boolean} workspaceTrust
 * @property {string} [language] in which extensions speak; English by default
 * @property {'dark' | 'light'} colorScheme what the operating system prefers; the editor's theme is a setting
 * @property {import('./shutdown.mjs').Shutdown} shutdown receives what is started, should the suite be interrupted
 *
 * @typedef {{ page: import('playwright-core').Page, close: () => Promise<void> }} OpenedVsix
 */

/** Installs a packaged extension into a fresh profile of the VS Code server and opens its workbench.
 * @param {VsixOptions} options
 * @returns {Promise<OpenedVsix>} */
export async function openVsixOnServer({
  vsix,
  folders,
  env,
  settings,
  workspaceTrust,
  language,
  colorScheme,
  shutdown,
}) {
  const { root, home, workspace, userDataDir, extensionsDir } = folders;
  const serverEnv = { ...env, HOME: home };
  await installVsix({ vsix, userDataDir, extensionsDir, env: serverEnv });
  const server = await startServer({ userDataDir, extensionsDir, env: serverEnv, settings, workspaceTrust });
  shutdown.add(server.stop);
  const browser = await launchBrowser({ profileDir: path.join(root, 'browser'), colorScheme });
  shutdown.add(() => browser.close());
  const page = browser.pages()[0] ?? (await browser.newPage());
  if (language) await page.addInitScript({ content: speaking(language) });
  await page.goto(workbenchAddress(server, { folder: workspace }));
  return { page, close: () => browser.close().finally(server.stop) };
}

/** Run in the page before anything of it: the workbench takes its language from this name, which the file of its own texts sets to English.
 * @param {string} language */
const speaking = (language) =>
  `Object.defineProperty(globalThis, '_VSCODE_NLS_LANGUAGE', { get: () => ${JSON.stringify(language)}, set() {} });`;
