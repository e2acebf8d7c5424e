// mocha's `spec` reporter that also leaves the counts and what failed in the file that ATM_RESULTS names, for test/run.mjs, and names
// every test that passed, or failed, only after a first attempt.
const fs = require('node:fs');
const { reporters } = require('mocha');

module.exports = class CountingSpec extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    let retried = 0;
    /** @type {string[]} */
    const failed = [];
    runner.on('fail', (test, error) => failed.push(`${test.fullTitle()}\n${firstLines(error)}`));
    runner.on('retry', (test, error) => {
      retried++;
      console.log(`    failed at first, tried again: ${test.fullTitle()}\n${firstLines(error)}`);
    });
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      if (process.env.ATM_RESULTS)
        fs.writeFileSync(process.env.ATM_RESULTS, JSON.stringify({ passes, failures, pending, retried, failed }));
    });
  }
};

const firstLines = (error) =>
  String(error?.message ?? error)
    .split('\n', 3)
    .map((line) => `      ${line}`)
    .join('\n');
