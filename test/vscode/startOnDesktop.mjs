import path from 'node:path';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { editorEnvironment } from './environment.mjs';
import { Trouble } from './execute.mjs';
import { cacheRoot, projectRoot } from './paths.mjs';
import { startGroup } from './processGroup.mjs';
import { chooseTranscripts } from './transcripts.mjs';
import { desktopVersion } from './versions.mjs';

/** Opens the downloaded VS Code with the extension, in a profile of its own.
 * @param {{ folder: string, shutdown: import('./shutdown.mjs').Shutdown }} options
 * @returns {Promise<void>} when the last window is closed */
export async function startOnDesktop({ folder, shutdown }) {
  const executable = await downloadAndUnzipVSCode({ version: desktopVersion, cachePath: cacheRoot }).catch((error) => {
    throw new Trouble(`VS Code ${desktopVersion} could not be downloaded: ${error.message}`);
  });
  const transcripts = chooseTranscripts(folder, shutdown);
  const args = [
    folder,
    `--extensionDevelopmentPath=${projectRoot}`,
    `--user-data-dir=${path.join(transcripts.profile, 'data')}`,
    `--extensions-dir=${path.join(transcripts.profile, 'extensions')}`,
    ...['--new-window', '--disable-updates', '--skip-welcome', '--skip-release-notes', '--disable-workspace-trust'],
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), // the sandbox does not work for root
  ];
  const desktop = startGroup(executable, args, { env: editorEnvironment(transcripts.env), stdio: 'ignore' });
  shutdown.add(desktop.stop);
  const ended = new Promise((resolve, reject) => desktop.child.once('close', resolve).once('error', reject));
  console.log(`VS Code is open in a window · transcripts: ${transcripts.label} · folder: ${folder} · Ctrl-C ends it`);
  await ended;
}
