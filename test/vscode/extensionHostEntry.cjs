// The extension host loads this instead of the suite. It marks what the suite prints, so that codeShim.mjs can tell it from
// what the workbench itself writes to its log.
const path = require('node:path');
const util = require('node:util');

for (const level of ['log', 'info', 'warn', 'error', 'debug']) {
  const write = console[level].bind(console);
  const marked = (...values) => {
    for (const line of util.format(...values).split('\n')) write(`[suite] ${line}`);
  };
  // VS Code made these accessors whose setter does nothing: an assignment would be lost
  Object.defineProperty(console, level, { value: marked, configurable: true, writable: true });
}

/** Calls the suite as VS Code does: `run()` that returns a promise, or `run(folder, callback)`. */
exports.run = async () => {
  const file = process.env.ATM_SHIM_TESTS;
  const suite = require(file);
  const run = suite.run ?? suite.default?.run;
  if (run.length < 2) return await run();
  return await util.promisify(run)(path.dirname(file));
};
