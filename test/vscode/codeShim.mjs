#!/usr/bin/env node
// Stands in for the VS Code executable (`vscodeExecutablePath` of @vscode/test-electron): takes the arguments that runTests()
// passes, runs the suite in a real extension host of the VS Code server, and ends with the suite's exit code.
// ATM_VERBOSE=1 shows the logs of the server and the workbench.
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { launchBrowser } from './browser.mjs';
import { editorEnvironment } from './environment.mjs';
import { startServer, workbenchAddress } from './server.mjs';
import { makeShutdown } from './shutdown.mjs';
import { makeTemporaryFolder, removeTemporaryFolder } from './temporaryFolder.mjs';

const TIME_LIMIT_MS = 10 * 60_000;
const verbose = Boolean(process.env.ATM_VERBOSE);

const { values, positionals } = parseArgs({
  options: {
    extensionDevelopmentPath: { type: 'string', multiple: true },
    extensionTestsPath: { type: 'string' },
    'user-data-dir': { type: 'string' },
    'extensions-dir': { type: 'string' },
    'disable-workspace-trust': { type: 'boolean' },
  },
  strict: false, // the desktop's other flags (--skip-welcome ...) mean nothing here
  allowPositionals: true,
});
const suite = createRequire(import.meta.url).resolve(path.resolve(values.extensionTestsPath));
const opened = positionals[0] && path.resolve(positionals[0]);

const shutdown = makeShutdown({ withParent: true });
try {
  process.exitCode = await runSuite();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await shutdown.run();
  process.exit();
}

/** @returns {Promise<number>} the suite's exit code */
async function runSuite() {
  const temporary = makeTemporaryFolder();
  shutdown.add(() => removeTemporaryFolder(temporary));

  const server = await startServer({
    userDataDir: values['user-data-dir'] ?? path.join(temporary, 'data'),
    extensionsDir: values['extensions-dir'] ?? path.join(temporary, 'extensions'),
    env: editorEnvironment({ ATM_SHIM_TESTS: suite }),
    workspaceTrust: !values['disable-workspace-trust'],
    log: verbose ? (text) => process.stderr.write(text) : undefined,
  });
  shutdown.add(server.stop);

  const browser = await launchBrowser({ profileDir: path.join(temporary, 'browser') });
  shutdown.add(() => browser.close());

  const page = await browser.newPage();
  const ended = new Promise((resolve, reject) => {
    // the workbench calls these two where the desktop application would write to its output and exit
    page.exposeFunction('codeAutomationExit', resolve);
    page.exposeFunction('codeAutomationLog', showLog);
    page.on('crash', () => reject(new Error('The workbench crashed.')));
    page.on('close', () => reject(new Error('The workbench was closed.')));
  });
  await page.goto(
    workbenchAddress(server, {
      ...(opened?.endsWith('.code-workspace') ? { workspaceFile: opened } : { folder: opened }),
      development: values.extensionDevelopmentPath?.map((folder) => path.resolve(folder)),
      tests: path.join(import.meta.dirname, 'extensionHostEntry.cjs'),
    }),
  );
  return await Promise.race([ended, timeOut(page)]);
}

/** @param {string} type @param {unknown[]} values what was logged: the suite's lines carry the mark of extensionHostEntry.cjs */
function showLog(type, [first, ...rest]) {
  const text = String(first ?? '');
  if (text.startsWith('[suite] ')) console.log([text.slice('[suite] '.length), ...rest].join(' '));
  else if (verbose) console.error(`[workbench ${type}]`, text, ...rest);
}

async function timeOut(page) {
  await sleep(TIME_LIMIT_MS, undefined, { ref: false });
  const shot = path.resolve(import.meta.dirname, '../../.vscode-test/shots/timed-out.png');
  await page.screenshot({ path: shot }).catch(() => {});
  throw new Error(`The suite did not end within ${TIME_LIMIT_MS / 1000} s. The workbench then: ${shot}`);
}
