import fs from 'node:fs';
import path from 'node:path';
import { installFlags, npm, runQuietly, Trouble } from './execute.mjs';
import { whileLocked } from './installLock.mjs';
import { cacheRoot, serverNode, serverRoot, vscodeRoot } from './paths.mjs';
import { step } from './progress.mjs';
import { versions } from './versions.mjs';

/** What has been installed: the versions, and the steps that were finished. */
const stampFile = path.join(serverRoot, 'stamp.json');

/** The steps in order. Each one starts from scratch, so an interrupted step is simply done again. */
const steps = [
  { name: 'Node for the server', run: installNode },
  { name: 'VS Code server', run: unpackServer },
  { name: "VS Code server's packages", run: installServerPackages },
  { name: 'settings of the server', run: adaptServer },
];

/** Installs the VS Code server from the npm registry into `.vscode-test/server`, or what is missing of it.
 * Nothing is compiled: native modules stay out, and none of them is needed to run an extension. */
export async function ensureServer() {
  if (process.platform !== 'linux') {
    throw new Trouble(
      'The VS Code server runs on Linux only; here VS Code is downloaded instead (ATM_VSCODE=electron).',
    );
  }
  if (unfinishedSteps().length === 0) return;
  await whileLocked(path.join(cacheRoot, 'server.lock'), async () => {
    for (const { name, run } of unfinishedSteps()) {
      await step(name, run);
      writeStamp([...readStamp().done, name]);
    }
  });
}

function unfinishedSteps() {
  const { done } = readStamp();
  return steps.slice(steps.findIndex(({ name }) => !done.includes(name))).filter(({ name }) => !done.includes(name));
}

/** A stamp of other versions, or none, or a broken one, counts for nothing.
 * @returns {{ done: string[] }} */
function readStamp() {
  try {
    const stamp = JSON.parse(fs.readFileSync(stampFile, 'utf8'));
    if (JSON.stringify(stamp.versions) === JSON.stringify(versions)) return stamp;
  } catch {
    // not installed yet
  }
  return { done: [] };
}

function writeStamp(done) {
  fs.writeFileSync(`${stampFile}.new`, JSON.stringify({ versions, done }, null, 2));
  fs.renameSync(`${stampFile}.new`, stampFile);
}

async function installNode() {
  const folder = emptyFolder(path.join(serverRoot, 'node'));
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
  const name = path.basename(path.resolve(serverNode, '../..'));
  const [command, args] = npm('install', ...installFlags, '--save-exact', `${name}@${versions.serverNode}`);
  await runQuietly(command, args, { cwd: folder });
  const headers = path.resolve(serverNode, '../../include'); // 60 MB for compiling, which nothing here does
  fs.rmSync(headers, { recursive: true, force: true });
}

async function unpackServer() {
  const download = emptyFolder(path.join(serverRoot, 'download'));
  const [command, args] = npm('pack', '--loglevel=warn', `code-server@${versions.codeServer}`);
  await runQuietly(command, args, { cwd: download });
  const archive = fs.readdirSync(download).find((name) => name.endsWith('.tgz'));
  await runQuietly('tar', ['xzf', archive, 'package/lib/vscode'], { cwd: download });
  fs.rmSync(vscodeRoot, { recursive: true, force: true });
  fs.renameSync(path.join(download, 'package/lib/vscode'), vscodeRoot);
  fs.rmSync(download, { recursive: true });
}

async function installServerPackages() {
  fs.rmSync(path.join(vscodeRoot, 'node_modules'), { recursive: true, force: true });
  // `npm ci` refuses: the shrinkwrap that is published there does not match its package.json
  const [command, args] = npm('install', '--omit=dev', '--ignore-scripts', ...installFlags);
  await runQuietly(command, args, { cwd: vscodeRoot });
}

/** Takes out what calls the network (and would only wait for time-outs where there is none), and what is large and of no
 * use without it. The native log module is replaced by one in JavaScript; without it every process complains. */
async function adaptServer() {
  const productFile = path.join(vscodeRoot, 'product.json');
  const product = JSON.parse(fs.readFileSync(productFile, 'utf8'));
  for (const key of ['extensionsGallery', 'defaultChatAgent', 'telemetryEndpoint', 'voiceWsUrl']) delete product[key];
  product.enableTelemetry = false;
  fs.writeFileSync(productFile, JSON.stringify(product, null, 1));

  const modules = path.join(vscodeRoot, 'node_modules');
  for (const name of ['@github', '@microsoft/mxc-sdk']) {
    fs.rmSync(path.join(modules, name), { recursive: true, force: true });
  }
  fs.copyFileSync(path.join(import.meta.dirname, 'spdlogStandIn.cjs'), path.join(modules, '@vscode/spdlog/index.js'));
}

function emptyFolder(folder) {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  return folder;
}
