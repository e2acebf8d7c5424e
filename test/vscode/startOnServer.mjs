import fs from 'node:fs';
import path from 'node:path';
import { editorEnvironment } from './environment.mjs';
import { Trouble } from './execute.mjs';
import { projectRoot } from './paths.mjs';
import { isFree, startServer } from './server.mjs';
import { makeTemporaryFolder, removeTemporaryFolder } from './temporaryFolder.mjs';
import { chooseTranscripts } from './transcripts.mjs';
import { openWindow } from './window.mjs';

/** Serves the workbench with the extension; shows it in a window where there is a display.
 * @param {{ folder: string, port?: number, withWindow: boolean, shutdown: import('./shutdown.mjs').Shutdown }} options
 * @returns {Promise<void>} when the window is closed, or the server ended */
export async function startOnServer({ folder, port, withWindow, shutdown }) {
  if (port !== undefined && !(await isFree(port)))
    throw new Trouble(`Port ${port} is in use: name another with --port.`);
  const transcripts = chooseTranscripts(folder, shutdown);
  const userDataDir = path.join(transcripts.profile, 'data');
  const extensionsDir = path.join(transcripts.profile, 'extensions');
  linkExtension(userDataDir, extensionsDir);
  const server = await startServer({
    userDataDir,
    extensionsDir,
    env: editorEnvironment(transcripts.env),
    port,
    folder,
  });
  shutdown.add(server.stop);

  const address = `http://127.0.0.1:${server.port}/?tkn=${server.token}`;
  const where = withWindow ? `in a window of ${address}` : `at ${address}`;
  console.log(`VS Code is open ${where} · transcripts: ${transcripts.label} · folder: ${folder} · Ctrl-C ends it`);
  if (!withWindow) {
    await server.ended;
    if (!shutdown.began()) throw new Trouble('The VS Code server ended by itself.');
    return;
  }
  const profile = makeTemporaryFolder();
  shutdown.add(() => removeTemporaryFolder(profile));
  const window = openWindow(address, profile);
  shutdown.add(window.stop);
  await new Promise((resolve) => window.child.once('close', resolve));
}

/** Puts the project itself among the profile's extensions, so that the plain address runs it and a reload takes a new build.
 * The server remembers manifests: what it remembers goes. */
function linkExtension(userDataDir, extensionsDir) {
  const link = path.join(extensionsDir, 'agent-token-meter');
  fs.mkdirSync(extensionsDir, { recursive: true });
  fs.rmSync(link, { force: true });
  fs.symlinkSync(projectRoot, link);
  fs.rmSync(path.join(extensionsDir, 'extensions.json'), { force: true });
  fs.rmSync(path.join(userDataDir, 'CachedProfilesData'), { recursive: true, force: true });
}
