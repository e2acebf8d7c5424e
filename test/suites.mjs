import fs from 'node:fs';
import path from 'node:path';
import { suiteEnvironment } from './vscode/environment.mjs';
import { npm, runLive } from './vscode/execute.mjs';
import { projectRoot } from './vscode/paths.mjs';
import { makeTemporaryFolder, removeTemporaryFolder } from './vscode/temporaryFolder.mjs';

/**
 * @typedef {object} Suite
 * @property {string} title
 * @property {string[]} needs the scripts of package.json that make what the suite runs
 * @property {boolean} inEditor whether it needs a real VS Code
 * @property {() => Promise<Counts>} run
 *
 * @typedef {{ passed: number, failed: number, skipped: number, retried: number, failures: string[] }} Counts
 */

/** Every suite by the name that `npm test -- <name>` takes, in the order they run. Each run gets what it prints shown live.
 * @type {Record<string, Suite>} */
export const suites = {
  check: {
    title: 'types, lint, unused code, layer order',
    needs: [],
    inEditor: false,
    run: async () => ((await runScript('check')) === 0 ? counts(1, 0) : counts(0, 1)),
  },
  unit: {
    title: 'unit tests',
    needs: ['build'],
    inEditor: false,
    run: () => countWith(...mocha('test/unit/**/*.test.ts', 30_000, ['--require', './test/unit/sameEveryTime.cjs'])),
  },
  team: {
    title: 'with a PostgreSQL of its own',
    needs: [],
    inEditor: false,
    run: () => countWith(...mocha('test/team/**/*.test.ts', 60_000)),
  },
  host: {
    title: 'in the extension host',
    needs: ['build'],
    inEditor: true,
    run: () => countWith('test/host/launch.mjs'),
  },
  browser: {
    title: 'in the packaged extension’s window',
    needs: ['build', 'package'],
    inEditor: true,
    // a real window has moments that nobody can wait for (the editor moves the focus by itself): a person would click again
    run: () => countWith(...mocha('test/browser/**/*.test.ts', 90_000, ['--retries', '1'])),
  },
};

/** Runs a script of package.json.
 * @param {string} name
 * @returns {Promise<number>} its exit code */
export function runScript(name) {
  const [command, args] = npm('run', name);
  return runLive(command, args, { cwd: projectRoot });
}

function mocha(pattern, timeoutMs, more = []) {
  const reporter = ['--reporter', 'test/countingSpec.cjs'];
  const filter = process.env.ATM_GREP ? ['--grep', process.env.ATM_GREP] : [];
  // --exit: an editor that a failed test left open must not keep the suite from ending
  const options = [...reporter, '--timeout', String(timeoutMs), '--fail-zero', '--exit', ...more, ...filter];
  return ['--import', 'tsx', 'node_modules/mocha/bin/mocha.js', ...options, pattern];
}

/** Runs a mocha suite and reads the counts that countingSpec.cjs leaves. A suite that leaves none has crashed, and one that
 * ends badly without a failed test (no test at all, an error while ending) has failed.
 * @param {string[]} args of node
 * @returns {Promise<Counts>} */
async function countWith(...args) {
  const folder = makeTemporaryFolder();
  const file = path.join(folder, 'counts.json');
  try {
    const env = { ...suiteEnvironment(), ATM_RESULTS: file };
    const code = await runLive(process.execPath, args, { cwd: projectRoot, env });
    if (!fs.existsSync(file)) return counts(0, 1);
    const { passes, failures, pending, retried, failed } = JSON.parse(fs.readFileSync(file, 'utf8'));
    const failedOtherwise = failures === 0 && (code !== 0 || passes === 0);
    return counts(passes, failedOtherwise ? 1 : failures, pending, retried, failed);
  } finally {
    removeTemporaryFolder(folder);
  }
}

const counts = (passed, failed, skipped = 0, retried = 0, failures = []) => ({
  passed,
  failed,
  skipped,
  retried,
  failures,
});
