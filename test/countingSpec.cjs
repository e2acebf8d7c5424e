// mocha's `spec` reporter that also leaves the counts in the file that ATM_RESULTS names, for test/run.mjs, and names every test
// that passed, or failed, only after a first attempt.
const fs = require('node:fs');
const { reporters } = require('mocha');

module.exports = class CountingSpec extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    let retried = 0;
    runner.on('retry', (test, error) => {
      retried++;
      console.log(
        `    failed at first, tried again: ${test.fullTitle()}\n      ${error.message.split('\n', 3).join('\n      ')}`,
      );
    });
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      if (process.env.ATM_RESULTS)
        fs.writeFileSync(process.env.ATM_RESULTS, JSON.stringify({ passes, failures, pending, retried }));
    });
  }
};
