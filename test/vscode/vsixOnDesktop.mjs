import fs from 'node:fs';
import path from 'node:path';
import { downloadAndUnzipVSCode, runVSCodeCommand } from '@vscode/test-electron';
import { _electron } from 'playwright-core';
import { cacheRoot } from './paths.mjs';
import { quietSettings } from './settings.mjs';
import { desktopVersion } from './versions.mjs';

/** Installs a packaged extension into a fresh profile of the downloaded VS Code and opens its window.
 * @param {import('./vsixOnServer.mjs').VsixOptions} options
 * @returns {Promise<import('./vsixOnServer.mjs').OpenedVsix>} */
export async function openVsixOnDesktop({ vsix, folders, env, settings, workspaceTrust, colorScheme, shutdown }) {
  const { workspace, userDataDir, extensionsDir } = folders;
  const download = { version: desktopVersion, cachePath: cacheRoot };
  const profile = [`--user-data-dir=${userDataDir}`, `--extensions-dir=${extensionsDir}`];
  const settingsFile = path.join(userDataDir, 'User/settings.json');
  fs.mkdirSync(path.dirname(settingsFile), { recursive: true });
  fs.writeFileSync(settingsFile, JSON.stringify({ ...quietSettings, ...settings }));
  await runVSCodeCommand(['--install-extension', vsix, ...profile], { ...download, spawn: { env } });

  const app = await _electron.launch({
    executablePath: await downloadAndUnzipVSCode(download),
    args: [
      workspace,
      ...profile,
      ...['--no-sandbox', '--disable-gpu-sandbox', '--disable-updates', '--skip-welcome', '--skip-release-notes'],
      ...(workspaceTrust ? [] : ['--disable-workspace-trust']),
    ],
    env: /** @type {Record<string, string>} */ (env),
    colorScheme,
  });
  shutdown.add(() => app.close());
  return { page: await app.firstWindow(), close: () => app.close() };
}
