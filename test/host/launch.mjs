// Runs the suite of this folder in the extension host of a real VS Code, and ends with its exit code.
import fs from 'node:fs';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { chooseEditor } from '../vscode/editorKind.mjs';
import { suiteEnvironment } from '../vscode/environment.mjs';
import { cacheRoot, projectRoot } from '../vscode/paths.mjs';
import { makeEditorFolders } from '../vscode/temporaryFolder.mjs';
import { desktopVersion } from '../vscode/versions.mjs';
import { buildConsumer, bundleSuite } from './bundle.mjs';

// runTests ends its VS Code on this one signal
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => process.kill(process.pid, 'SIGINT'));

const kind = await chooseEditor();
const folders = makeEditorFolders();
const env = suiteEnvironment(folders.home);
// on the desktop the home stays: macOS looks for its keychain there and would stop to ask for one
if (kind === 'server') env.HOME = folders.home;

// runTests adds our own environment to the one it is given: what must not be there has to go here
for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];

const extension = process.env.ATM_EXTENSION ?? projectRoot;
// the desktop runs installed extensions only without --disable-extensions, a server develops only one
const consumer = await buildConsumer();
const debuggerOfNothing = path.join(import.meta.dirname, 'debugger');
if (kind === 'server')
  for (const [name, folder] of [
    ['consumer', consumer],
    ['debugger', debuggerOfNothing],
  ])
    fs.cpSync(folder, path.join(folders.extensionsDir, `example.example-${name}-1.0.0`), { recursive: true });

const shim = path.join(projectRoot, 'test/vscode/codeShim.mjs');
try {
  await runTests({
    ...(kind === 'server' ? { vscodeExecutablePath: shim } : { version: desktopVersion, cachePath: cacheRoot }),
    extensionDevelopmentPath: kind === 'server' ? extension : [extension, consumer, debuggerOfNothing],
    extensionTestsPath: path.join(import.meta.dirname, 'run.cjs'),
    extensionTestsEnv: { ...env, ATM_HOST_TESTS: await bundleSuite() },
    launchArgs: [
      folders.workspace,
      `--user-data-dir=${folders.userDataDir}`,
      `--extensions-dir=${folders.extensionsDir}`,
      '--disable-extensions', // others on the machine; the one under development runs
    ],
  });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
