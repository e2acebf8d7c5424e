import crypto from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runQuietly, Trouble } from './execute.mjs';
import { serverMain, serverNode } from './paths.mjs';
import { startGroup } from './processGroup.mjs';
import { quietSettings } from './settings.mjs';
import { makeTemporaryFolder, removeTemporaryFolder } from './temporaryFolder.mjs';

const START_TIMEOUT_MS = 60_000;

/**
 * @typedef {object} ServerOptions
 * @property {string} userDataDir
 * @property {string} extensionsDir
 * @property {NodeJS.ProcessEnv} env of the server, and so of the extension host
 * @property {Record<string, unknown>} [settings] over the quiet ones; used only when the profile has no settings yet
 * @property {boolean} [workspaceTrust] whether folders must be trusted, as in an editor of a user; off by default
 * @property {number} [port] a free one by default
 * @property {string} [folder] what opens at the plain address
 * @property {(text: string) => void} [log] receives what the server prints
 *
 * @typedef {{ port: number, token: string, stop: () => Promise<void>, ended: Promise<unknown> }} Server
 */

/** Starts a VS Code server on loopback. Only who knows its token can use it: whoever opens the workbench can run programs.
 * @param {ServerOptions} options
 * @returns {Promise<Server>} when it answers */
export async function startServer({ userDataDir, extensionsDir, env, settings, workspaceTrust, port, folder, log }) {
  writeSettings(userDataDir, settings);
  fs.mkdirSync(extensionsDir, { recursive: true });
  const ownPort = port ?? (await freePort());
  const token = crypto.randomBytes(12).toString('hex');
  const args = [
    ...['--host', '127.0.0.1', '--port', String(ownPort), '--connection-token', token],
    ...[
      '--user-data-dir',
      userDataDir,
      '--extensions-dir',
      extensionsDir,
      '--server-data-dir',
      serverData(userDataDir),
    ],
    ...['--accept-server-license-terms', '--telemetry-level', 'off'],
    '--enable-smoke-test-driver', // a built workbench takes a development extension from its address only with this
    ...(workspaceTrust ? [] : ['--disable-workspace-trust']),
    ...(folder ? ['--default-folder', folder] : []),
  ];
  const sockets = makeTemporaryFolder(); // the server leaves its sockets behind
  const group = startGroup(serverNode, [serverMain, ...args], {
    env: { ...env, TMPDIR: sockets, XDG_RUNTIME_DIR: sockets, XDG_CACHE_HOME: path.join(userDataDir, 'cache') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = () => group.stop().finally(() => removeTemporaryFolder(sockets));
  const ended = new Promise((resolve) => group.child.once('close', resolve));
  let output = '';
  for (const stream of [group.child.stdout, group.child.stderr]) {
    stream.on('data', (chunk) => {
      output = (output + chunk).slice(-20_000);
      log?.(String(chunk));
    });
  }
  for (const startMs = Date.now(); !(await answers(ownPort)); await sleep(50)) {
    if (group.child.exitCode !== null || Date.now() - startMs > START_TIMEOUT_MS) {
      await stop();
      throw new Trouble(`The VS Code server did not start on port ${ownPort}:\n${output}`);
    }
  }
  return { port: ownPort, token, stop, ended };
}

/** Installs a packaged extension into a profile.
 * @param {{ vsix: string, userDataDir: string, extensionsDir: string, env: NodeJS.ProcessEnv }} options */
export async function installVsix({ vsix, userDataDir, extensionsDir, env }) {
  const profile = ['--extensions-dir', extensionsDir, '--server-data-dir', serverData(userDataDir)];
  const args = [serverMain, '--install-extension', vsix, ...profile, '--accept-server-license-terms'];
  const output = await runQuietly(serverNode, args, { env });
  if (!/successfully installed/.test(output)) throw new Trouble(`${vsix} was not installed:\n${output}`);
}

/** The address of a workbench.
 * @param {Server} server
 * @param {{ folder?: string, workspaceFile?: string, development?: string[], tests?: string }} [open] `development`: folders
 * of extensions to run from source; `tests`: the module whose `run` the extension host calls */
export function workbenchAddress(server, { folder, workspaceFile, development = [], tests } = {}) {
  const authority = `127.0.0.1:${server.port}`;
  const query = new URLSearchParams({ tkn: server.token });
  if (workspaceFile) query.set('workspace', workspaceFile);
  else if (folder) query.set('folder', folder);
  else query.set('ew', 'true');
  const remote = (file) => `vscode-remote://${authority}${file}`;
  const payload = development.map((extension) => ['extensionDevelopmentPath', remote(extension)]);
  if (tests) payload.push(['extensionTestsPath', remote(tests)]);
  if (payload.length > 0) query.set('payload', JSON.stringify(payload));
  return `http://${authority}/?${query}`;
}

/** Whether nothing listens on this port of loopback.
 * @param {number} port
 * @returns {Promise<boolean>} */
export function isFree(port) {
  return listenOn(port).then(Boolean, () => false);
}

const freePort = () => listenOn(0);

/** @returns {Promise<number>} the port, released again */
function listenOn(port) {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().once('error', reject);
    probe.listen(port, '127.0.0.1', () => {
      const { port: taken } = /** @type {net.AddressInfo} */ (probe.address());
      probe.close(() => resolve(taken));
    });
  });
}

const answers = (port) =>
  fetch(`http://127.0.0.1:${port}/version`).then(
    (response) => response.ok,
    () => false,
  );

const serverData = (userDataDir) => path.join(userDataDir, 'server');

function writeSettings(userDataDir, settings) {
  const file = path.join(userDataDir, 'User/settings.json');
  if (fs.existsSync(file)) return;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify({ ...quietSettings, ...settings }, null, 2));
}
