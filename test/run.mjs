// `npm test`: installs what is missing, runs the suites, and ends with one line: `N passed, N failed`.
// `npm test -- unit host` runs some of them. It begins with Node's built-in modules alone.
import './vscode/requireNode.mjs';
import { runScript, suites } from './suites.mjs';
import { ensureChromium } from './vscode/chromium.mjs';
import { chooseEditor } from './vscode/editorKind.mjs';
import { Trouble } from './vscode/execute.mjs';
import { ensureServer } from './vscode/install.mjs';
import { ensurePackages } from './vscode/packages.mjs';
import { ensurePostgres } from './vscode/postgres.mjs';
import { ensurePrometheus } from './vscode/prometheus.mjs';
import { onParentGone } from './vscode/shutdown.mjs';

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in suites));
if (unknown.length > 0) {
  console.error(`There is no suite "${unknown.join('", "')}". The suites: ${Object.keys(suites).join(', ')}.`);
  process.exit(2);
}
const chosen = Object.entries(suites).filter(([name]) => asked.length === 0 || asked.includes(name));

// Ctrl-C reaches the running suite too, which stops what it started; what ends us alone is passed on when we exit
let interrupted = false;
process.on('SIGINT', () => {
  interrupted = true;
});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));
if (process.env.npm_lifecycle_event) onParentGone(() => process.exit(1));

const summary = [];
/** @type {string[]} each failed test and what it said: told again at the end, where whoever looks at a long log looks */
const failures = [];
let passed = 0;
let failed = 0;
if (await install()) await runChosen();
if (failures.length > 0) console.log('\nFailed:');
for (const failure of failures) console.log(`  ${failure}`);
for (const line of summary) console.log(line);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || interrupted ? 1 : 0;

/** @returns {Promise<boolean>} whether everything the suites need is there */
async function install() {
  try {
    await ensurePackages();
    if (chosen.some(([name]) => ['team', 'browser'].includes(name))) await ensurePostgres();
    if (chosen.some(([name]) => name === 'unit')) await ensurePrometheus();
    if (chosen.some(([, suite]) => suite.inEditor) && (await chooseEditor()) === 'server') {
      await ensureServer();
      await ensureChromium();
    }
    return true;
  } catch (error) {
    console.error(error instanceof Trouble ? error.message : error);
    note('install', 0, 1);
    return false;
  }
}

async function runChosen() {
  /** @type {Map<string, boolean>} scripts that were run, and whether they succeeded */
  const made = new Map();
  for (const [name, suite] of chosen) {
    if (interrupted) return note(name, 0, 1, 'interrupted');
    const missing = await makeAll(suite.needs, made);
    if (missing) {
      note(name, 0, 1, `not run: ${missing} failed`);
      continue;
    }
    console.log(`\n== ${name}: ${suite.title}`);
    const startedMs = Date.now();
    const counts = await suite.run();
    failures.push(...counts.failures.map((failure) => `${name}: ${failure}`));
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
    const retried = counts.retried > 0 ? `, ${counts.retried} tried twice` : '';
    note(name, counts.passed, counts.failed, `${Math.round((Date.now() - startedMs) / 1000)} s${skipped}${retried}`);
  }
}

/** @returns {Promise<string | undefined>} the script that failed */
async function makeAll(scripts, made) {
  for (const script of scripts) {
    if (!made.has(script)) {
      console.log(`\n== ${script}`);
      made.set(script, (await runScript(script)) === 0);
    }
    if (!made.get(script)) return script;
  }
  return undefined;
}

function note(name, suitePassed, suiteFailed, remark = '') {
  passed += suitePassed;
  failed += suiteFailed;
  if (summary.length === 0) summary.push('');
  summary.push(
    `  ${name.padEnd(8)} ${String(suitePassed).padStart(5)} passed ${String(suiteFailed).padStart(4)} failed  ${remark}`,
  );
}
